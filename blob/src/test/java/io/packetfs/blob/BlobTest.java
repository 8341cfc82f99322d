package io.packetfs.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class BlobTest {
    private static final long BEYOND_TWO_GIB = (1L << 32) + 100;

    @Test
    void isLandingAndSourceBeyondTwoGibibytes() throws BlobException {
        try (Blob blob = Blob.anonymous(BEYOND_TWO_GIB, BlobPages.ORDINARY)) {
            byte[] sent = {0, 1, 2, 3, 4};
            byte[] received = new byte[4];
            CRC32C digest = new CRC32C();
            CRC32C expected = new CRC32C();
            expected.update(sent, 1, 4);

            blob.write(BEYOND_TWO_GIB - 4, sent, 1, 4);
            blob.read(BEYOND_TWO_GIB - 4, received, 0, 4);
            blob.updateDigest(digest, BEYOND_TWO_GIB - 4, 4);

            assertThat(received).containsExactly(1, 2, 3, 4);
            assertThat(digest.getValue()).isEqualTo(expected.getValue());
            assertThatThrownBy(() -> blob.write(BEYOND_TWO_GIB - 3, sent, 1, 4))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> blob.updateDigest(digest, BEYOND_TWO_GIB - 3, 4))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void isChosenByItselfAndSaysWhy() throws BlobException {
        try (Blob blob = Blob.anonymous(1 << 20, BlobPages.AUTO)) {
            blob.prefault(2);

            assertThat(blob.pages()).isNotEqualTo(BlobPages.AUTO);
            assertThat(blob.reason()).isNotBlank();
            assertThat(blob.memory().get(ValueLayout.JAVA_LONG, 0)).isZero();
        }
    }

    @Test
    void cannotBeTouchedOnceItIsClosed() throws BlobException {
        Blob blob = Blob.anonymous(4_096, BlobPages.AUTO);
        blob.close();

        assertThatIllegalStateException().isThrownBy(() -> blob.write(0, new byte[1], 0, 1));
    }

    @Test
    void sizesThatNoMachineHasAreRefused() {
        assertThatThrownBy(() -> Blob.anonymous(0, BlobPages.AUTO)).hasMessageContaining("1 to ");
        assertThatThrownBy(() -> Blob.anonymous(Long.MAX_VALUE, BlobPages.AUTO)).hasMessageContaining("1 to ");
        assertThatThrownBy(() -> Blob.anonymous(1L << 45, BlobPages.ORDINARY))
                .isInstanceOf(BlobException.class)
                .hasMessageContaining("bytes of memory are available");
    }

    @Test
    void hugePagesThatNobodyReservedAreRefusedWithWhatIsMissing() {
        assertThatThrownBy(() -> Blob.anonymous(1L << 40, BlobPages.HUGE_2M))
                .isInstanceOf(BlobException.class)
                .hasMessageContaining("pages of 2m")
                .hasMessageContaining("524288 are needed (vm.nr_hugepages)");
    }

    @Test
    void aNodeThatIsNotThereIsRefused() throws BlobException {
        try (Blob blob = Blob.anonymous(4_096, BlobPages.AUTO)) {
            assertThatThrownBy(() -> blob.bindToNode(999)).hasMessageContaining("no NUMA node 999");
            assertThat(blob.bindToNode(0)).contains("NUMA node");
        }
    }
}
