/** The golden vectors of the wire format: text files beside this package, and their reader. */
package io.packetfs.interop.vectors;
