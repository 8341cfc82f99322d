package io.packetfs.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VarintTest {
    /** The examples of RFC 9000, appendix A.1, and both sides of each length's edge. */
    @ParameterizedTest
    @CsvSource({
        "0, 00",
        "37, 25",
        "63, 3f",
        "64, 4040",
        "15293, 7bbd",
        "16383, 7fff",
        "16384, 80004000",
        "494878333, 9d7f3e7d",
        "1073741823, bfffffff",
        "1073741824, c000000040000000",
        "151288809941952652, c2197c5eff14e88c",
        "4611686018427387903, ffffffffffffffff"
    })
    void encodesInTheShortestForm(long value, String hex) {
        byte[] array = new byte[Varint.BYTES_MAX];

        int length = Varint.write(array, 0, value);

        assertThat(HexFormat.of().formatHex(array, 0, length)).isEqualTo(hex);
        assertThat(Varint.bytes(value)).isEqualTo(length);
        assertThat(Varint.bytesAt(array, 0)).isEqualTo(length);
        assertThat(Varint.read(array, 0)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({"37, 4025", "37, 80000025", "37, c000000000000025"})
    void readsLongerFormsToo(long value, String hex) {
        byte[] array = HexFormat.of().parseHex(hex);

        assertThat(Varint.bytesAt(array, 0)).isEqualTo(hex.length() / 2);
        assertThat(Varint.read(array, 0)).isEqualTo(value);
    }

    @Property
    void readsWhatItWrote(
            @ForAll @LongRange(min = 0, max = Wire.NUMBER_END - 1) long wide,
            @ForAll @IntRange(min = 0, max = 62) int shift) {
        long value = wide >>> shift;
        byte[] array = new byte[Varint.BYTES_MAX];

        int length = Varint.write(array, 0, value);

        assertThat(Varint.read(array, 0)).isEqualTo(value);
        assertThat(Varint.bytesAt(array, 0)).isEqualTo(length);
    }
}
