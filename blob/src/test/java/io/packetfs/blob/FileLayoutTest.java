package io.packetfs.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class FileLayoutTest {
    @Property
    void findsTheFileThatHoldsAByte(@ForAll("sizes") List<Long> sizes) {
        FileLayout layout = layout(sizes.stream().mapToLong(Long::longValue).toArray());

        long offset = 0;
        for (int file = 0; file < sizes.size(); file++) {
            assertThat(layout.startOf(file)).isEqualTo(offset);
            assertThat(layout.sizeBytesOf(file)).isEqualTo(sizes.get(file));
            for (long i = 0; i < sizes.get(file); i++) {
                assertThat(layout.fileAt(offset++)).isEqualTo(file);
            }
        }
        assertThat(layout.sizeBytes()).isEqualTo(offset);
    }

    @Test
    void aByteOutsideIsNobodys() {
        FileLayout layout = layout(3, 0, 4);

        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> layout.fileAt(7));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> layout.fileAt(-1));
    }

    @Test
    void holdsNoFilesAtAll() {
        FileLayout layout = layout();

        assertThat(layout.fileCount()).isZero();
        assertThat(layout.sizeBytes()).isZero();
    }

    @Test
    void refusesWhatDoesNotFitTogether() {
        assertThatIllegalArgumentException().isThrownBy(() -> layout(1, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new FileLayout(List.of(), new long[1]));
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> layout(Long.MAX_VALUE, 1));
    }

    @Provide
    Arbitrary<List<Long>> sizes() {
        return Arbitraries.longs().between(0, 20).list().ofMaxSize(12);
    }

    private static FileLayout layout(long... sizesBytes) {
        return new FileLayout(Collections.nCopies(sizesBytes.length, Path.of("file")), sizesBytes);
    }
}
