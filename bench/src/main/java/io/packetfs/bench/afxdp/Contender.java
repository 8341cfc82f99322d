package io.packetfs.bench.afxdp;

import java.util.List;

/**
 * A way from end to end.
 *
 * @param sender null for the bare pump, which is no port
 */
record Contender(String name, String what, PortKind sender, PortKind receiver) {
    static final String BARE = "bare";
    static final String RINGS = "afxdp";
    static final String MESSAGES = "sendmmsg";

    static final List<Contender> ALL = List.of(
            new Contender(BARE, "AF_XDP both ways, the least a program can do, no checksums", null, null),
            new Contender(RINGS, "AF_XDP both ways", PortKind.RINGS, PortKind.RINGS),
            new Contender("afxdp-recvmmsg", "AF_XDP to the kernel's recvmmsg", PortKind.RINGS, PortKind.MESSAGES),
            new Contender("afxdp-gro", "AF_XDP to the kernel with receive offload", PortKind.RINGS, PortKind.OFFLOAD),
            new Contender("sendmmsg-afxdp", "the kernel's sendmmsg to AF_XDP", PortKind.MESSAGES, PortKind.RINGS),
            new Contender(
                    "gso-afxdp", "the kernel with segmentation to AF_XDP", PortKind.RINGS_AND_GSO, PortKind.RINGS),
            new Contender(MESSAGES, "the kernel's sendmmsg to recvmmsg", PortKind.MESSAGES, PortKind.MESSAGES),
            new Contender("gso-gro", "the kernel with offload both ways", PortKind.OFFLOAD, PortKind.OFFLOAD));

    boolean isBare() {
        return sender == null;
    }
}
