package io.packetfs.afxdp.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class InternetChecksumTest {
    @Test
    void isTheOneOfTheRfcsExample() {
        byte[] bytes = Frames.bytes("0001f203f4f5f6f7");

        assertThat(checksum(bytes, 0, bytes.length)).isEqualTo(0x220D);
    }

    @Test
    void overNothingIsTheComplementOfNothing() {
        assertThat(checksum(new byte[0], 0, 0)).isEqualTo(0xFFFF);
    }

    @Test
    void losesNoCarryOfTheLargestPacket() {
        byte[] bytes = new byte[65_535];
        Arrays.fill(bytes, (byte) 0xFF);

        assertThat(checksum(bytes, 0, bytes.length)).isEqualTo(Frames.plainChecksum(bytes, 0, bytes.length));
    }

    @Test
    void saysSoWhenALengthMakesNoSense() {
        assertThatThrownBy(() -> InternetChecksum.sum(MemorySegment.ofArray(new byte[8]), 0, -1))
                .hasMessage("checksum over -1 bytes");
        assertThatThrownBy(() -> InternetChecksum.sum(MemorySegment.ofArray(new byte[8]), 0, 9))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Property(tries = 500)
    void agreesWithAPlainOneWhereverItBegins(
            @ForAll @Size(max = 3_000) byte[] bytes, @ForAll @IntRange(max = 17) int start) {
        int from = Math.min(start, bytes.length);

        assertThat(checksum(bytes, from, bytes.length)).isEqualTo(Frames.plainChecksum(bytes, from, bytes.length));
    }

    @Property(tries = 200)
    void sumsOfPiecesOfEvenLengthAddUp(@ForAll @Size(max = 300) byte[] bytes, @ForAll @IntRange(max = 150) int half) {
        MemorySegment memory = MemorySegment.ofArray(bytes);
        int cut = Math.min(half * 2, bytes.length & ~1);
        long sum = InternetChecksum.sum(memory, 0, cut) + InternetChecksum.sum(memory, cut, bytes.length - cut);

        assertThat(InternetChecksum.finish(sum))
                .isEqualTo(InternetChecksum.finish(InternetChecksum.sum(memory, 0, bytes.length)));
    }

    @Property(tries = 200)
    void dataWithItsChecksumIsWholeAndWithAnotherIsNot(
            @ForAll @Size(min = 2, max = 64) byte[] data, @ForAll @IntRange(max = 511) int bit) {
        byte[] bytes = Arrays.copyOf(data, data.length & ~1);
        bytes[0] = 0;
        bytes[1] = 0;
        int checksum = checksum(bytes, 0, bytes.length);
        bytes[0] = (byte) (checksum >>> 8);
        bytes[1] = (byte) checksum;
        assertThat(isWhole(bytes)).isTrue();

        bytes[bit / 8 % bytes.length] ^= (byte) (1 << bit % 8);

        assertThat(isWhole(bytes)).isFalse();
    }

    private static boolean isWhole(byte[] bytes) {
        return InternetChecksum.isWhole(InternetChecksum.sum(MemorySegment.ofArray(bytes), 0, bytes.length));
    }

    /** In the order of the network. */
    private static int checksum(byte[] bytes, int from, int to) {
        short little = InternetChecksum.finish(InternetChecksum.sum(MemorySegment.ofArray(bytes), from, to - from));
        return Short.toUnsignedInt(Short.reverseBytes(little));
    }
}
