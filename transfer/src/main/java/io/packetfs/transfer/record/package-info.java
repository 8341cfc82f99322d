/** The records of the control lane, and their strict codec (docs/spec/transfer.md). */
package io.packetfs.transfer.record;
