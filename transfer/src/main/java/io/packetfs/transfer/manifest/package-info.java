/** What a transfer is made of: its entries, the rules for their paths, and the scan of a source tree. */
package io.packetfs.transfer.manifest;
