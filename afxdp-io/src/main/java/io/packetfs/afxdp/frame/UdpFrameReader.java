package io.packetfs.afxdp.frame;

import static io.packetfs.afxdp.frame.FrameLayout.ETHERNET_BYTES;
import static io.packetfs.afxdp.frame.FrameLayout.IPV4_BYTES;
import static io.packetfs.afxdp.frame.FrameLayout.IPV6_BYTES;
import static io.packetfs.afxdp.frame.FrameLayout.NETWORK_INT;
import static io.packetfs.afxdp.frame.FrameLayout.NETWORK_LONG;
import static io.packetfs.afxdp.frame.FrameLayout.NETWORK_SHORT;
import static io.packetfs.afxdp.frame.FrameLayout.UDP_BYTES;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/**
 * Takes received frames apart, with every length checked, and counts what is no datagram for its port by the first thing that is wrong.
 *
 * <p>Calls: {@link #read}, then, if it was {@link FrameVerdict#ACCEPTED}, the getters. By one thread at a time; it keeps no memory that it
 * is shown.
 *
 * <p>UDP checksums are not looked at: virtual links hand over the sum of the pseudo header only, and leave the rest to a device that is
 * not there.
 */
public final class UdpFrameReader {
    private static final int MULTICAST_IPV4_FIRST = 0xE000_0000;
    private static final int MULTICAST_IPV6 = 0xFF;
    private static final int MAPPED_IPV4 = 0xFFFF;

    private final FrameCounters counters = new FrameCounters();
    private final int port;
    private final SourceAddresses sources;
    private LocalAddresses addresses;
    private long internetHeader;
    private boolean ipv4;
    private long payloadOffset;
    private int payloadBytes;
    private int ecn;

    /**
     * @param addresses whom datagrams must be for
     * @param port the port they must be for, 1 to 65535
     * @param interfaceIndex of the device they come from
     */
    public UdpFrameReader(LocalAddresses addresses, int port, int interfaceIndex) {
        if (port < 1 || port > 0xFFFF) {
            throw new IllegalArgumentException("port " + port);
        }
        this.addresses = addresses;
        this.port = port;
        sources = new SourceAddresses(interfaceIndex);
    }

    /** Sets whom datagrams must be for from now on. */
    public void addresses(LocalAddresses value) {
        addresses = value;
    }

    public FrameCounters counters() {
        return counters;
    }

    /**
     * Looks at one frame.
     *
     * @param offset where in {@code memory} it begins
     * @param bytes how much of it is there in one piece, at least 0; the headers must be, the payload need not
     * @param frameBytes the whole of it, with what is in other buffers; at least {@code bytes}
     */
    public FrameVerdict read(MemorySegment memory, long offset, int bytes, int frameBytes) {
        FrameVerdict verdict = examine(memory, offset, bytes, frameBytes);
        counters.onVerdict(verdict);
        return verdict;
    }

    /** Where the payload begins, in the memory that was shown. */
    public long payloadOffset() {
        return payloadOffset;
    }

    /** 0 is possible. */
    public int payloadBytes() {
        return payloadBytes;
    }

    /** The ECN field, 0 to 3. */
    public int ecn() {
        return ecn;
    }

    /** Where it came from. The same object for the same source, as long as not too many others come in between. */
    public InetSocketAddress source(MemorySegment memory) {
        long udp = payloadOffset - UDP_BYTES;
        int sourcePort = unsignedShort(memory, udp + FrameLayout.UDP_SOURCE_PORT);
        if (ipv4) {
            return sources.ipv4(memory.get(NETWORK_INT, internetHeader + FrameLayout.IPV4_SOURCE), sourcePort);
        }
        long address = internetHeader + FrameLayout.IPV6_SOURCE;
        return sources.ipv6(
                memory.get(NETWORK_LONG, address), memory.get(NETWORK_LONG, address + Long.BYTES), sourcePort);
    }

    private FrameVerdict examine(MemorySegment memory, long offset, int bytes, int frameBytes) {
        if (bytes < ETHERNET_BYTES) {
            return FrameVerdict.TRUNCATED;
        }
        internetHeader = offset + ETHERNET_BYTES;
        int here = bytes - ETHERNET_BYTES;
        int packetBytes = frameBytes - ETHERNET_BYTES;
        return switch (unsignedShort(memory, offset + FrameLayout.ETHERNET_TYPE)) {
            case FrameLayout.TYPE_IPV4 -> examineIpv4(memory, here, packetBytes);
            case FrameLayout.TYPE_IPV6 -> examineIpv6(memory, here, packetBytes);
            case FrameLayout.TYPE_VLAN, FrameLayout.TYPE_SERVICE_VLAN -> FrameVerdict.VLAN;
            default -> FrameVerdict.NOT_IP;
        };
    }

    private FrameVerdict examineIpv4(MemorySegment memory, int here, int packetBytes) {
        if (here < IPV4_BYTES) {
            return FrameVerdict.TRUNCATED;
        }
        ipv4 = true;
        FrameVerdict shape = ipv4Shape(memory, packetBytes);
        if (shape != FrameVerdict.ACCEPTED) {
            return shape;
        }
        if (!InternetChecksum.isWhole(InternetChecksum.sum(memory, internetHeader, IPV4_BYTES))) {
            return FrameVerdict.IP_CHECKSUM;
        }
        if ((memory.get(NETWORK_SHORT, internetHeader + FrameLayout.IPV4_FRAGMENT) & FrameLayout.IPV4_FRAGMENT_MASK)
                != 0) {
            return FrameVerdict.FRAGMENT;
        }
        if (memory.get(JAVA_BYTE, internetHeader + FrameLayout.IPV4_PROTOCOL) != FrameLayout.PROTOCOL_UDP) {
            return FrameVerdict.NOT_UDP;
        }
        int source = memory.get(NETWORK_INT, internetHeader + FrameLayout.IPV4_SOURCE);
        // Groups, what is reserved, and the broadcast address are at the end, "this network" at the beginning.
        if (Integer.compareUnsigned(source, MULTICAST_IPV4_FIRST) >= 0 || source >>> 24 == 0) {
            return FrameVerdict.SOURCE;
        }
        if (!addresses.containsIpv4(memory.get(NETWORK_INT, internetHeader + FrameLayout.IPV4_DESTINATION))) {
            return FrameVerdict.FOREIGN_ADDRESS;
        }
        ecn = memory.get(JAVA_BYTE, internetHeader + FrameLayout.IPV4_SERVICE) & FrameLayout.ECN_MASK;
        int totalBytes = unsignedShort(memory, internetHeader + FrameLayout.IPV4_TOTAL_LENGTH);
        return examineUdp(memory, internetHeader + IPV4_BYTES, here - IPV4_BYTES, totalBytes - IPV4_BYTES);
    }

    private FrameVerdict ipv4Shape(MemorySegment memory, int packetBytes) {
        int first = Byte.toUnsignedInt(memory.get(JAVA_BYTE, internetHeader + FrameLayout.IPV4_VERSION));
        int totalBytes = unsignedShort(memory, internetHeader + FrameLayout.IPV4_TOTAL_LENGTH);
        if (first >>> 4 != 4) {
            return FrameVerdict.IP_VERSION;
        }
        if (first < FrameLayout.IPV4_VERSION_AND_LENGTH || totalBytes < IPV4_BYTES) {
            return FrameVerdict.IP_LENGTH;
        }
        if (first > FrameLayout.IPV4_VERSION_AND_LENGTH) {
            return FrameVerdict.IP_OPTIONS;
        }
        return totalBytes > packetBytes ? FrameVerdict.TRUNCATED : FrameVerdict.ACCEPTED;
    }

    private FrameVerdict examineIpv6(MemorySegment memory, int here, int packetBytes) {
        if (here < IPV6_BYTES) {
            return FrameVerdict.TRUNCATED;
        }
        ipv4 = false;
        int first = memory.get(NETWORK_INT, internetHeader + FrameLayout.IPV6_VERSION);
        if (first >>> 28 != 6) {
            return FrameVerdict.IP_VERSION;
        }
        int udpRoom = unsignedShort(memory, internetHeader + FrameLayout.IPV6_PAYLOAD_LENGTH);
        if (udpRoom > packetBytes - IPV6_BYTES) {
            return FrameVerdict.TRUNCATED;
        }
        int next = Byte.toUnsignedInt(memory.get(JAVA_BYTE, internetHeader + FrameLayout.IPV6_NEXT_HEADER));
        if (next != FrameLayout.PROTOCOL_UDP) {
            return next == FrameLayout.PROTOCOL_FRAGMENT ? FrameVerdict.FRAGMENT : FrameVerdict.NOT_UDP;
        }
        if (!isIpv6Sender(internetHeader + FrameLayout.IPV6_SOURCE, memory)) {
            return FrameVerdict.SOURCE;
        }
        long destination = internetHeader + FrameLayout.IPV6_DESTINATION;
        if (!addresses.containsIpv6(
                memory.get(NETWORK_LONG, destination), memory.get(NETWORK_LONG, destination + Long.BYTES))) {
            return FrameVerdict.FOREIGN_ADDRESS;
        }
        ecn = first >>> FrameLayout.IPV6_ECN_SHIFT & FrameLayout.ECN_MASK;
        return examineUdp(memory, internetHeader + IPV6_BYTES, here - IPV6_BYTES, udpRoom);
    }

    private static boolean isIpv6Sender(long address, MemorySegment memory) {
        boolean isGroup = Byte.toUnsignedInt(memory.get(JAVA_BYTE, address)) == MULTICAST_IPV6;
        long high = memory.get(NETWORK_LONG, address);
        long low = memory.get(NETWORK_LONG, address + Long.BYTES);
        // On the wire an address of IPv4 that is mapped into IPv6 is a forgery, and Java would take it for one of IPv4.
        boolean isNoneOrMapped = high == 0 && (low == 0 || low >>> Integer.SIZE == MAPPED_IPV4);
        return !isGroup && !isNoneOrMapped;
    }

    /**
     * @param here bytes in one piece from the UDP header on
     * @param room bytes that the IP header says there are
     */
    private FrameVerdict examineUdp(MemorySegment memory, long udp, int here, int room) {
        if (here < UDP_BYTES || room < UDP_BYTES) {
            return FrameVerdict.TRUNCATED;
        }
        int udpBytes = unsignedShort(memory, udp + FrameLayout.UDP_LENGTH);
        if (udpBytes < UDP_BYTES || udpBytes > room) {
            return FrameVerdict.UDP_LENGTH;
        }
        if (unsignedShort(memory, udp + FrameLayout.UDP_DESTINATION_PORT) != port) {
            return FrameVerdict.FOREIGN_PORT;
        }
        if (memory.get(NETWORK_SHORT, udp + FrameLayout.UDP_SOURCE_PORT) == 0) {
            return FrameVerdict.SOURCE;
        }
        payloadOffset = udp + UDP_BYTES;
        payloadBytes = udpBytes - UDP_BYTES;
        return FrameVerdict.ACCEPTED;
    }

    private static int unsignedShort(MemorySegment memory, long offset) {
        return Short.toUnsignedInt(memory.get(NETWORK_SHORT, offset));
    }
}
