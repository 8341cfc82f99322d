package io.packetfs.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class HeapBlobTest {
    private final byte[] four = {1, 2, 3, 4};

    @Test
    void givesBackWhatLanded() {
        HeapBlob blob = new HeapBlob(10);
        byte[] read = new byte[5];

        blob.write(6, four, 1, 3);
        blob.read(5, read, 0, 5);

        assertThat(read).containsExactly(0, 2, 3, 4, 0);
        assertThat(blob.array()).containsExactly(0, 0, 0, 0, 0, 0, 2, 3, 4, 0);
    }

    @Test
    void refusesWhatIsOutside() {
        HeapBlob blob = new HeapBlob(10);

        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> blob.write(7, four, 0, 4));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> blob.write(-1, four, 0, 1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> blob.read(10, new byte[1], 0, 1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> blob.updateDigest(new CRC32C(), 1, 10));
        assertThat(blob.array()).containsOnly(0);
    }
}
