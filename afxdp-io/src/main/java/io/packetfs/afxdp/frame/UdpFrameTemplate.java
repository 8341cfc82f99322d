package io.packetfs.afxdp.frame;

import static io.packetfs.afxdp.frame.FrameLayout.CHECKSUM_SHORT;
import static io.packetfs.afxdp.frame.FrameLayout.ETHERNET_BYTES;
import static io.packetfs.afxdp.frame.FrameLayout.HOP_LIMIT;
import static io.packetfs.afxdp.frame.FrameLayout.IPV4_BYTES;
import static io.packetfs.afxdp.frame.FrameLayout.IPV6_BYTES;
import static io.packetfs.afxdp.frame.FrameLayout.NETWORK_INT;
import static io.packetfs.afxdp.frame.FrameLayout.NETWORK_SHORT;
import static io.packetfs.afxdp.frame.FrameLayout.PROTOCOL_UDP;
import static io.packetfs.afxdp.frame.FrameLayout.UDP_BYTES;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/**
 * The headers of one {@link Flow}, built once; each packet gets a copy with its own length, id and checksums. Datagrams are never to be
 * fragmented. By one thread at a time; it owns nothing but its own few bytes.
 *
 * <p>The UDP checksum is always computed: IPv6 wants it (RFC 8200, 8.1), and so does the receive offload of kernels.
 */
public final class UdpFrameTemplate {
    /** Ethernet, IPv4 without options, UDP. */
    public static final int HEADER_BYTES_IPV4 = ETHERNET_BYTES + IPV4_BYTES + UDP_BYTES;

    /** Ethernet, IPv6 without extensions, UDP. */
    public static final int HEADER_BYTES_IPV6 = ETHERNET_BYTES + IPV6_BYTES + UDP_BYTES;

    /** What the length fields of either family can say. */
    public static final int PAYLOAD_BYTES_MAX = 65_507;

    private final boolean ipv4;
    private final int headerBytes;
    private final int udpOffset;
    private final MemorySegment headers;

    /** Of the IPv4 header without what differs between packets. */
    private final long internetSum;

    /** Of the pseudo header and the UDP header without the length, which stands in both. */
    private final long udpSum;

    private int nextId;

    public UdpFrameTemplate(Flow flow) {
        ipv4 = flow.isIpv4();
        headerBytes = headerBytes(ipv4);
        udpOffset = headerBytes - UDP_BYTES;
        headers = MemorySegment.ofArray(new byte[headerBytes]);
        writeLink(flow);
        byte[] source = flow.source().getAddress().getAddress();
        byte[] destination = flow.destination().getAddress().getAddress();
        if (ipv4) {
            writeIpv4(source, destination);
        } else {
            writeIpv6(source, destination);
        }
        int ports = udpOffset + FrameLayout.UDP_SOURCE_PORT;
        headers.set(NETWORK_SHORT, ports, (short) flow.source().getPort());
        headers.set(
                NETWORK_SHORT, ports + Short.BYTES, (short) flow.destination().getPort());
        internetSum = ipv4 ? InternetChecksum.sum(headers, ETHERNET_BYTES, IPV4_BYTES) : 0;
        int addresses = udpOffset - source.length - destination.length;
        udpSum = InternetChecksum.sum(headers, addresses, source.length + destination.length)
                + InternetChecksum.networkShort(PROTOCOL_UDP)
                + InternetChecksum.sum(headers, udpOffset, UDP_BYTES);
    }

    /** Bytes in front of the payload. */
    public static int headerBytes(boolean ipv4) {
        return ipv4 ? HEADER_BYTES_IPV4 : HEADER_BYTES_IPV6;
    }

    /** Bytes in front of the payload. */
    public int headerBytes() {
        return headerBytes;
    }

    /**
     * Writes the headers of one packet.
     *
     * @param offset where the frame begins; {@link #headerBytes()} bytes are written
     * @param payloadBytes 0 to {@link #PAYLOAD_BYTES_MAX}
     * @param payloadSum of exactly these bytes, {@link InternetChecksum#sum}
     * @param ecn the ECN field, 0 to 3
     */
    public void write(MemorySegment memory, long offset, int payloadBytes, long payloadSum, int ecn) {
        if (payloadBytes < 0 || payloadBytes > PAYLOAD_BYTES_MAX || (ecn & ~FrameLayout.ECN_MASK) != 0) {
            throw new IllegalArgumentException(payloadBytes + " bytes of payload, ECN field " + ecn);
        }
        MemorySegment.copy(headers, 0, memory, offset, headerBytes);
        int udpBytes = payloadBytes + UDP_BYTES;
        if (ipv4) {
            stampIpv4(memory, offset + ETHERNET_BYTES, udpBytes, ecn);
        } else {
            stampIpv6(memory, offset + ETHERNET_BYTES, udpBytes, ecn);
        }
        long udp = offset + udpOffset;
        memory.set(NETWORK_SHORT, udp + FrameLayout.UDP_LENGTH, (short) udpBytes);
        long sum = udpSum + payloadSum + 2 * InternetChecksum.networkShort(udpBytes);
        memory.set(CHECKSUM_SHORT, udp + FrameLayout.UDP_CHECKSUM, InternetChecksum.finishUdp(sum));
    }

    private void stampIpv4(MemorySegment memory, long header, int udpBytes, int ecn) {
        int totalBytes = udpBytes + IPV4_BYTES;
        int id = nextId++ & 0xFFFF;
        memory.set(JAVA_BYTE, header + FrameLayout.IPV4_SERVICE, (byte) ecn);
        memory.set(NETWORK_SHORT, header + FrameLayout.IPV4_TOTAL_LENGTH, (short) totalBytes);
        memory.set(NETWORK_SHORT, header + FrameLayout.IPV4_ID, (short) id);
        long sum = internetSum
                + InternetChecksum.networkShort(ecn)
                + InternetChecksum.networkShort(totalBytes)
                + InternetChecksum.networkShort(id);
        memory.set(CHECKSUM_SHORT, header + FrameLayout.IPV4_CHECKSUM, InternetChecksum.finish(sum));
    }

    private static void stampIpv6(MemorySegment memory, long header, int udpBytes, int ecn) {
        memory.set(
                NETWORK_INT,
                header + FrameLayout.IPV6_VERSION,
                FrameLayout.IPV6_VERSION_WORD | ecn << FrameLayout.IPV6_ECN_SHIFT);
        memory.set(NETWORK_SHORT, header + FrameLayout.IPV6_PAYLOAD_LENGTH, (short) udpBytes);
    }

    private void writeLink(Flow flow) {
        writeMac(FrameLayout.ETHERNET_DESTINATION, flow.nextHop());
        writeMac(FrameLayout.ETHERNET_SOURCE, flow.link());
        int type = ipv4 ? FrameLayout.TYPE_IPV4 : FrameLayout.TYPE_IPV6;
        headers.set(NETWORK_SHORT, FrameLayout.ETHERNET_TYPE, (short) type);
    }

    private void writeMac(int offset, MacAddress address) {
        headers.set(NETWORK_SHORT, offset, (short) (address.bits() >>> Integer.SIZE));
        headers.set(NETWORK_INT, offset + Short.BYTES, (int) address.bits());
    }

    private void writeIpv4(byte[] source, byte[] destination) {
        headers.set(JAVA_BYTE, ETHERNET_BYTES + FrameLayout.IPV4_VERSION, (byte) FrameLayout.IPV4_VERSION_AND_LENGTH);
        headers.set(
                NETWORK_SHORT, ETHERNET_BYTES + FrameLayout.IPV4_FRAGMENT, (short) FrameLayout.IPV4_DO_NOT_FRAGMENT);
        headers.set(JAVA_BYTE, ETHERNET_BYTES + FrameLayout.IPV4_TTL, (byte) HOP_LIMIT);
        headers.set(JAVA_BYTE, ETHERNET_BYTES + FrameLayout.IPV4_PROTOCOL, (byte) PROTOCOL_UDP);
        MemorySegment.copy(source, 0, headers, JAVA_BYTE, ETHERNET_BYTES + FrameLayout.IPV4_SOURCE, source.length);
        MemorySegment.copy(
                destination, 0, headers, JAVA_BYTE, ETHERNET_BYTES + FrameLayout.IPV4_DESTINATION, destination.length);
    }

    private void writeIpv6(byte[] source, byte[] destination) {
        headers.set(NETWORK_INT, ETHERNET_BYTES + FrameLayout.IPV6_VERSION, FrameLayout.IPV6_VERSION_WORD);
        headers.set(JAVA_BYTE, ETHERNET_BYTES + FrameLayout.IPV6_NEXT_HEADER, (byte) PROTOCOL_UDP);
        headers.set(JAVA_BYTE, ETHERNET_BYTES + FrameLayout.IPV6_HOP_LIMIT, (byte) HOP_LIMIT);
        MemorySegment.copy(source, 0, headers, JAVA_BYTE, ETHERNET_BYTES + FrameLayout.IPV6_SOURCE, source.length);
        MemorySegment.copy(
                destination, 0, headers, JAVA_BYTE, ETHERNET_BYTES + FrameLayout.IPV6_DESTINATION, destination.length);
    }
}
