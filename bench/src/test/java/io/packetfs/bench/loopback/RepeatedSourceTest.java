package io.packetfs.bench.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class RepeatedSourceTest {
    private final RepeatedSource source = new RepeatedSource(1_024, 128);

    @Test
    void isTheSameOverAndOver() {
        assertThat(read(30, 70)).isEqualTo(read(926, 70)).isNotEqualTo(new byte[70]);
        assertThat(source.sizeBytes()).isEqualTo(1_024);
    }

    @Test
    void digestsWhatItIs() {
        CRC32C expected = new CRC32C();
        expected.update(read(266, 90));
        CRC32C actual = new CRC32C();
        source.updateDigest(actual, 266, 90);

        assertThat(actual.getValue()).isEqualTo(expected.getValue());
    }

    @Test
    void refusesToSpanTwo() {
        assertThatThrownBy(() -> read(70, 60)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void refusesAPeriodThatIsNoPowerOfTwo() {
        assertThatThrownBy(() -> new RepeatedSource(1_000, 100))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("100");
    }

    private byte[] read(long offset, int length) {
        byte[] target = new byte[length];
        source.read(offset, target, 0, length);
        return target;
    }
}
