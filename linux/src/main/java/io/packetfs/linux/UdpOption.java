package io.packetfs.linux;

/** Socket options that this project sets; all are of type int. */
public enum UdpOption {
    SO_SNDBUF(1, 7),
    SO_RCVBUF(1, 8),
    /** Sends without a check sum, which the kernel will not do for segmented messages. */
    SO_NO_CHECK(1, 11),
    /** Several sockets share an address; set on each of them before it is bound. */
    SO_REUSEPORT(1, 15),
    /** As {@link #SO_SNDBUF}, past the limit of the system; needs CAP_NET_ADMIN. */
    SO_SNDBUFFORCE(1, 32),
    /** As {@link #SO_RCVBUF}, past the limit of the system; needs CAP_NET_ADMIN. */
    SO_RCVBUFFORCE(1, 33),
    /** The type of service of IPv4 messages that say nothing themselves, the ECN field with it; also on an IPv6 socket. */
    IP_TOS(0, 1),
    /** {@link #PMTUDISC_PROBE} or another of its numbers; for the IPv4 messages of an IPv6 socket, too. */
    IP_MTU_DISCOVER(0, 10),
    /** Tells the type of service, and so the ECN field, of IPv4 messages received. */
    IP_RECVTOS(0, 13),
    /** As {@link #IP_MTU_DISCOVER}, for IPv6. */
    IPV6_MTU_DISCOVER(41, 23),
    IPV6_V6ONLY(41, 26),
    /** Tells the traffic class, and so the ECN field, of IPv6 messages received. */
    IPV6_RECVTCLASS(41, 66),
    /** As {@link #IP_TOS}, the traffic class of IPv6 messages. */
    IPV6_TCLASS(41, 67),
    /** The size into which messages are cut when they say nothing themselves; 0 does not cut. */
    UDP_SEGMENT(17, 103),
    /** Merges messages received. */
    UDP_GRO(17, 104);

    /** As a value of {@link #IP_MTU_DISCOVER}: never fragments, and sends what the interface takes, whatever was heard of the path. */
    public static final int PMTUDISC_PROBE = 3;

    private final int level;
    private final int number;

    UdpOption(int level, int number) {
        this.level = level;
        this.number = number;
    }

    int level() {
        return level;
    }

    int number() {
        return number;
    }
}
