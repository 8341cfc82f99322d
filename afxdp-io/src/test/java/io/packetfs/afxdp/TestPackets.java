package io.packetfs.afxdp;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/** UDP packets with their headers, built by hand. */
final class TestPackets {
    static final int IPV4_HEADERS_BYTES = 42;
    static final int IPV6_HEADERS_BYTES = 62;

    private TestPackets() {}

    /** The UDP checksum over IPv4 is 0, which is none; over IPv6 it is real. */
    static byte[] udp(
            byte[] ethernetTo, byte[] ethernetFrom, InetAddress from, InetAddress to, int toPort, byte[] payload) {
        boolean ipv6 = to.getAddress().length == 16;
        int udpBytes = 8 + payload.length;
        ByteBuffer packet = ByteBuffer.allocate((ipv6 ? 54 : 34) + udpBytes);
        packet.put(ethernetTo).put(ethernetFrom);
        if (ipv6) {
            packet.putShort((short) 0x86dd)
                    .putInt(0x6000_0000)
                    .putShort((short) udpBytes)
                    .put((byte) 17)
                    .put((byte) 64)
                    .put(from.getAddress())
                    .put(to.getAddress());
        } else {
            packet.putShort((short) 0x0800)
                    .putShort((short) 0x4500)
                    .putShort((short) (20 + udpBytes))
                    .putInt(0x4000)
                    .put((byte) 64)
                    .put((byte) 17)
                    .putShort((short) 0)
                    .put(from.getAddress())
                    .put(to.getAddress());
            packet.putShort(24, (short) checksum(packet, 14, 20, 0));
        }
        int udp = packet.position();
        packet.putShort((short) 40_000)
                .putShort((short) toPort)
                .putShort((short) udpBytes)
                .putShort((short) 0)
                .put(payload);
        if (ipv6) {
            packet.putShort(udp + 6, (short) checksum(packet, udp - 32, 32 + udpBytes, 17 + udpBytes));
        }
        return packet.array();
    }

    /** RFC 1071. */
    private static int checksum(ByteBuffer packet, int offset, int bytes, int start) {
        long sum = start;
        for (int i = 0; i < bytes; i++) {
            int value = Byte.toUnsignedInt(packet.get(offset + i));
            sum += i % 2 == 0 ? value << 8 : value;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) (~sum & 0xffff);
    }
}
