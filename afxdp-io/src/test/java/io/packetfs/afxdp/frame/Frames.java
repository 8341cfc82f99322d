package io.packetfs.afxdp.frame;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;

/** Frames and ends for tests, and a checksum computed the way the RFC tells it. */
final class Frames {
    static final MacAddress LINK = new MacAddress(0x02_00_00_00_00_0AL);
    static final MacAddress NEXT_HOP = new MacAddress(0x02_00_00_00_00_0BL);
    static final int SOURCE_PORT = 50_000;
    static final int PORT = 4_242;
    static final int IPV6_HEADERS = 62;
    static final int IPV4_HEADERS = 42;

    private Frames() {}

    static Flow flow(boolean ipv4) {
        return new Flow(LINK, NEXT_HOP, source(ipv4), destination(ipv4));
    }

    static InetSocketAddress source(boolean ipv4) {
        return new InetSocketAddress(InetAddress.ofLiteral(ipv4 ? "192.0.2.1" : "2001:db8::1"), SOURCE_PORT);
    }

    static InetSocketAddress destination(boolean ipv4) {
        return new InetSocketAddress(InetAddress.ofLiteral(ipv4 ? "192.0.2.2" : "2001:db8::2"), PORT);
    }

    /** One that takes what {@link #flow} sends. */
    static UdpFrameReader reader() {
        return new UdpFrameReader(
                new LocalAddresses(List.of(
                        destination(true).getAddress(), destination(false).getAddress())),
                PORT,
                3);
    }

    static byte[] frame(boolean ipv4, byte[] payload) {
        return frame(new UdpFrameTemplate(flow(ipv4)), payload, 0);
    }

    static byte[] frame(UdpFrameTemplate template, byte[] payload, int ecn) {
        byte[] frame = new byte[template.headerBytes() + payload.length];
        System.arraycopy(payload, 0, frame, template.headerBytes(), payload.length);
        long sum = InternetChecksum.sum(MemorySegment.ofArray(payload), 0, payload.length);
        template.write(MemorySegment.ofArray(frame), 0, payload.length, sum, ecn);
        return frame;
    }

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    /** Word by word, as in RFC 1071, 1: the one's complement of the one's complement sum. */
    static int plainChecksum(byte[] bytes, int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i += 2) {
            int high = Byte.toUnsignedInt(bytes[i]) << 8;
            sum += high | (i + 1 < to ? Byte.toUnsignedInt(bytes[i + 1]) : 0);
            sum = (sum & 0xFFFF) + (sum >>> 16);
        }
        return ~sum & 0xFFFF;
    }
}
