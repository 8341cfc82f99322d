package io.packetfs.afxdp.frame;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Offsets and numbers of Ethernet (IEEE 802.3), IPv4 (RFC 791), IPv6 (RFC 8200) and UDP (RFC 768). */
final class FrameLayout {
    static final ValueLayout.OfShort NETWORK_SHORT = JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfInt NETWORK_INT = JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfLong NETWORK_LONG = JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** For checksums, which {@link InternetChecksum} computes in this order. */
    static final ValueLayout.OfShort CHECKSUM_SHORT = JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    static final int ETHERNET_BYTES = 14;
    static final int ETHERNET_DESTINATION = 0;
    static final int ETHERNET_SOURCE = 6;
    static final int ETHERNET_TYPE = 12;
    static final int TYPE_IPV4 = 0x0800;
    static final int TYPE_IPV6 = 0x86DD;
    static final int TYPE_VLAN = 0x8100;
    static final int TYPE_SERVICE_VLAN = 0x88A8;

    static final int IPV4_BYTES = 20;
    static final int IPV4_VERSION = 0;
    static final int IPV4_SERVICE = 1;
    static final int IPV4_TOTAL_LENGTH = 2;
    static final int IPV4_ID = 4;
    static final int IPV4_FRAGMENT = 6;
    static final int IPV4_TTL = 8;
    static final int IPV4_PROTOCOL = 9;
    static final int IPV4_CHECKSUM = 10;
    static final int IPV4_SOURCE = 12;
    static final int IPV4_DESTINATION = 16;
    /** Version 4, a header of five words. */
    static final int IPV4_VERSION_AND_LENGTH = 0x45;

    static final int IPV4_DO_NOT_FRAGMENT = 0x4000;
    /** More fragments, or an offset: not the whole of a datagram. */
    static final int IPV4_FRAGMENT_MASK = 0x3FFF;

    static final int IPV6_BYTES = 40;
    static final int IPV6_VERSION = 0;
    static final int IPV6_PAYLOAD_LENGTH = 4;
    static final int IPV6_NEXT_HEADER = 6;
    static final int IPV6_HOP_LIMIT = 7;
    static final int IPV6_SOURCE = 8;
    static final int IPV6_DESTINATION = 24;
    /** In the first word, behind the version and six bits of the traffic class. */
    static final int IPV6_ECN_SHIFT = 20;

    static final int IPV6_VERSION_WORD = 6 << 28;

    static final int UDP_BYTES = 8;
    static final int UDP_SOURCE_PORT = 0;
    static final int UDP_DESTINATION_PORT = 2;
    static final int UDP_LENGTH = 4;
    static final int UDP_CHECKSUM = 6;

    static final int PROTOCOL_UDP = 17;
    static final int PROTOCOL_FRAGMENT = 44;
    static final int ECN_MASK = 3;
    /** What hosts commonly start with. */
    static final int HOP_LIMIT = 64;

    private FrameLayout() {}
}
