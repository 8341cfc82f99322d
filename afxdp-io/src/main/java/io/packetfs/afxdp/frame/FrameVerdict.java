package io.packetfs.afxdp.frame;

/** What {@link UdpFrameReader} says of a frame: what it is, or the first thing that is wrong with it. */
public enum FrameVerdict {
    /** A datagram for this port. */
    ACCEPTED,
    /** Shorter than the headers that it begins, or than it says it is. */
    TRUNCATED,
    /** Tagged for a virtual LAN: it belongs to another interface. */
    VLAN,
    /** Neither IPv4 nor IPv6. */
    NOT_IP,
    /** The version in the header is not the one that the frame's type says. */
    IP_VERSION,
    /** An IPv4 header that is shorter than an IPv4 header, or a total length shorter than that. */
    IP_LENGTH,
    /** An IPv4 header with options. */
    IP_OPTIONS,
    /** The IPv4 header's checksum is wrong. */
    IP_CHECKSUM,
    /** A part of a datagram. */
    FRAGMENT,
    /** Something else than UDP right behind the header, extension headers of IPv6 included. */
    NOT_UDP,
    /** A UDP length that is shorter than a UDP header, or longer than the packet. */
    UDP_LENGTH,
    /** Nobody can have sent it from there: a group, a broadcast, no address, port 0. */
    SOURCE,
    /** For an address that is not this port's. */
    FOREIGN_ADDRESS,
    /** For another port. */
    FOREIGN_PORT
}
