/** AF_XDP beside the kernel's own sockets, over veth pairs. */
package io.packetfs.bench.afxdp;
