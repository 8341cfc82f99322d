package io.packetfs.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DigestTest {
    @Test
    void checksumOfTheUsualTestString() {
        HeapBlob blob = new HeapBlob("xx123456789y".getBytes(StandardCharsets.US_ASCII));

        assertThat(Crc32c.of(blob, 2, 9)).isEqualTo(0xE3069283);
    }

    @Property
    void checksumsOfTwoPiecesGiveThatOfBoth(@ForAll @Size(max = 300) byte[] a, @ForAll @Size(max = 300) byte[] b) {
        CRC32C both = new CRC32C();
        both.update(a);
        both.update(b);

        assertThat(Crc32c.combine(checksum(a), checksum(b), b.length)).isEqualTo((int) both.getValue());
    }

    @Property(tries = 50)
    void checksumsCombineOverLongPieces(@ForAll int crcA, @ForAll @IntRange(max = 3_000_000) int zeroCount) {
        // Zeros behind A in one piece, or in two.
        int half = zeroCount / 2;
        int zerosInTwo =
                Crc32c.combine(checksum(new byte[half]), checksum(new byte[zeroCount - half]), zeroCount - half);

        assertThat(zerosInTwo).isEqualTo(checksum(new byte[zeroCount]));
        assertThat(Crc32c.combine(
                        Crc32c.combine(crcA, checksum(new byte[half]), half),
                        checksum(new byte[zeroCount - half]),
                        zeroCount - half))
                .isEqualTo(Crc32c.combine(crcA, zerosInTwo, zeroCount));
    }

    @Property
    void combiningIsAssociativeAtAnyLength(
            @ForAll int a, @ForAll int b, @ForAll int c, @ForAll long lengthB, @ForAll long lengthC) {
        long bytesB = lengthB & Long.MAX_VALUE >>> 1;
        long bytesC = lengthC & Long.MAX_VALUE >>> 1;

        assertThat(Crc32c.combine(Crc32c.combine(a, b, bytesB), c, bytesC))
                .isEqualTo(Crc32c.combine(a, Crc32c.combine(b, c, bytesC), bytesB + bytesC));
    }

    @Test
    void nothingBehindAPieceChangesNothing() {
        assertThat(Crc32c.combine(0x12345678, 0, 0)).isEqualTo(0x12345678);
        assertThatIllegalArgumentException().isThrownBy(() -> Crc32c.combine(1, 2, -1));
    }

    @Test
    void sha256OfARange() {
        byte[] bytes = new byte[200_001];
        System.arraycopy("abc".getBytes(StandardCharsets.US_ASCII), 0, bytes, 199_000, 3);

        assertThat(HexFormat.of().formatHex(Sha256.of(new HeapBlob(bytes), 199_000, 3)))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    private static int checksum(byte[] bytes) {
        return Crc32c.of(new HeapBlob(bytes), 0, bytes.length);
    }
}
