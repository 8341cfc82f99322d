package io.packetfs.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class IpHeaderTest {
    private static final int CODE_POINT = 0b1011_1000;

    @Test
    void readsTheEcnFieldOfBothVersions() {
        for (int ecn = 0; ecn < 4; ecn++) {
            assertThat(IpHeader.ecn(version4(5, ecn, 0))).isEqualTo(ecn);
            assertThat(IpHeader.ecn(version6(ecn))).isEqualTo(ecn);
        }
    }

    @Test
    void setsTheEcnFieldAndKeepsTheChecksumOfVersion4Right() {
        for (int identification : new int[] {0, 1, 0x1234, 0xBBD8, 0xFFFF}) {
            for (int before = 0; before < 4; before++) {
                for (int after = 0; after < 4; after++) {
                    MemorySegment packet = version4(5, before, identification);

                    IpHeader.ecn(packet, after);

                    assertThat(bytes(packet)).isEqualTo(bytes(version4(5, after, identification)));
                }
            }
        }
    }

    @Test
    void setsTheEcnFieldOfVersion6AndNothingElse() {
        MemorySegment packet = version6(EcnMarking.ECT_0);

        IpHeader.ecn(packet, EcnMarking.CE);

        assertThat(bytes(packet)).isEqualTo(bytes(version6(EcnMarking.CE)));
    }

    @Test
    void damageBeginsBehindThePorts() {
        assertThat(IpHeader.damageFrom(version4(5, 0, 0), 60)).isEqualTo(28);
        assertThat(IpHeader.damageFrom(version4(15, 0, 0), 90)).isEqualTo(68);
        assertThat(IpHeader.damageFrom(version6(0), 100)).isEqualTo(48);
    }

    @Test
    void aShortPacketIsDamagedInItsLastByte() {
        assertThat(IpHeader.damageFrom(version4(5, 0, 0), 28)).isEqualTo(27);
        assertThat(IpHeader.damageFrom(version4(5, 0, 0), 1)).isZero();
    }

    private static MemorySegment version4(int headerWords, int ecn, int identification) {
        ByteBuffer packet = ByteBuffer.allocate(100);
        packet.put((byte) (0x40 | headerWords))
                .put((byte) (CODE_POINT | ecn))
                .putShort((short) 100)
                .putShort((short) identification)
                .putShort((short) 0x4000)
                .put((byte) 64)
                .put((byte) 17)
                .putShort((short) 0)
                .putInt(0xC6120001)
                .putInt(0xC6120002);
        packet.putShort(10, checksum(packet, headerWords * 2));
        return MemorySegment.ofArray(packet.array());
    }

    private static MemorySegment version6(int ecn) {
        ByteBuffer packet = ByteBuffer.allocate(100);
        packet.putInt(0x6000_0000 | (CODE_POINT | ecn) << 20 | 0x12345);
        return MemorySegment.ofArray(packet.array());
    }

    /** By the book, RFC 791, over all words. */
    private static short checksum(ByteBuffer packet, int words) {
        int sum = 0;
        for (int i = 0; i < words; i++) {
            sum += packet.getShort(i * 2) & 0xFFFF;
        }
        while (sum > 0xFFFF) {
            sum = (sum & 0xFFFF) + (sum >>> 16);
        }
        return (short) ~sum;
    }

    private static byte[] bytes(MemorySegment packet) {
        return packet.toArray(ValueLayout.JAVA_BYTE);
    }
}
