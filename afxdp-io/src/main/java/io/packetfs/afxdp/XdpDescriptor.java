package io.packetfs.afxdp;

/** struct xdp_desc, an entry of the RX and TX rings: where in the packet memory a packet, or a piece of one, lies. */
final class XdpDescriptor {
    static final int BYTES = 16;
    static final int ADDRESS = 0;
    static final int LENGTH = 8;
    static final int OPTIONS = 12;

    /** The packet goes on in the next descriptor. */
    static final int CONTINUES = 1;
    /** In front of the packet lies metadata for the device. */
    static final int METADATA = 2;

    private XdpDescriptor() {}
}
