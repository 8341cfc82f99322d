package io.packetfs.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeSourceTest {
    @TempDir
    private Path folder;

    private final byte[] packet = new byte[1_500];

    @Test
    void readsAcrossFileBorders() throws IOException {
        FileLayout layout = Trees.layout(folder, List.of(2, 0, 3, 1));
        Files.write(layout.path(0), new byte[] {1, 2});
        Files.write(layout.path(1), new byte[0]);
        Files.write(layout.path(2), new byte[] {3, 4, 5});
        Files.write(layout.path(3), new byte[] {6});

        try (TreeSource source = new TreeSource(layout)) {
            byte[] read = new byte[5];
            source.read(1, read, 0, 5);

            assertThat(read).containsExactly(2, 3, 4, 5, 6);
        }
    }

    @Test
    void readsBehindTheFourthGibibyte() throws IOException {
        long size = (4L << 30) + 10;
        Path file = folder.resolve("sparse");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(size);
            sparse.seek(size - 3);
            sparse.write(new byte[] {7, 8, 9});
        }

        try (TreeSource source = new TreeSource(FileLayout.of(file, size))) {
            source.read(size - 5, packet, 0, 5);

            assertThat(packet).startsWith(0, 0, 7, 8, 9);
        }
    }

    @Test
    void aRepairFarBackReadsOnlyWhatIsAskedFor() throws IOException {
        int size = (TreeSource.BLOCK_COUNT_MAX + 2) * Block.BYTES;
        byte[] content = Trees.randomBytes(new Random(2), size);
        Path file = Files.write(folder.resolve("a"), content);
        try (TreeSource source = new TreeSource(FileLayout.of(file, size))) {
            assertThat(Crc32c.of(source, 0, size)).isEqualTo(Crc32c.of(new HeapBlob(content), 0, size));
            assertThat(source.rangeReadCount()).isZero();

            source.read(5_000, packet, 0, 1_408);
            assertThat(source.rangeReadCount()).isOne();
            assertThat(packet).startsWith(Arrays.copyOfRange(content, 5_000, 6_408));

            source.read(9_000, packet, 0, 1_408);
            source.read(12_000, packet, 0, 1_408);
            assertThat(source.rangeReadCount()).isOne();
            assertThat(packet).startsWith(Arrays.copyOfRange(content, 12_000, 13_408));
        }
    }

    @Test
    void opensEachOfManySmallFilesOnce() throws IOException {
        FileLayout layout = Trees.layout(folder, Collections.nCopies(500, 3_000));
        for (int file = 0; file < 500; file++) {
            Files.write(layout.path(file), new byte[3_000]);
        }
        try (TreeSource source = new TreeSource(layout)) {
            for (long offset = 0; offset < source.sizeBytes(); offset += 1_000) {
                source.read(offset, packet, 0, 1_000);
            }

            // A file that lies across the border of two blocks may have been closed in between.
            assertThat(source.openCount()).isBetween(500L, 500 + source.sizeBytes() / Block.BYTES);
        }
    }

    @Test
    void readsNothingOfNoFiles() {
        try (TreeSource source = new TreeSource(Trees.layout(folder, List.of()))) {
            source.read(0, packet, 0, 0);

            assertThat(source.sizeBytes()).isZero();
            assertThat(Crc32c.of(source, 0, 0)).isZero();
        }
    }

    @Test
    void refusesWhatIsOutside() throws IOException {
        Path file = Files.write(folder.resolve("a"), new byte[10]);
        try (TreeSource source = new TreeSource(FileLayout.of(file, 10))) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> source.read(8, packet, 0, 3));
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> source.updateDigest(new CRC32C(), -1, 1));
        }
    }

    @Test
    void namesTheFileThatShrank() throws IOException {
        byte[] content = new byte[3 * Block.BYTES];
        Path file = Files.write(folder.resolve("a"), content);
        try (TreeSource source = new TreeSource(FileLayout.of(file, content.length))) {
            source.read(0, packet, 0, 100);
            Files.write(file, new byte[300_000], StandardOpenOption.TRUNCATE_EXISTING);

            SourceException failure =
                    catchThrowableOfType(SourceException.class, () -> source.read(2L * Block.BYTES, packet, 0, 100));

            assertThat(failure).hasMessage(file + " changed while it was read: it had 786432 bytes, now it has 300000");
        }
    }

    @Test
    void namesTheFileThatGrew() throws IOException {
        Path file = Files.write(folder.resolve("a"), new byte[2 * Block.BYTES]);
        try (TreeSource source = new TreeSource(FileLayout.of(file, 2 * Block.BYTES))) {
            source.read(0, packet, 0, 100);
            Files.write(file, new byte[1], StandardOpenOption.APPEND);

            SourceException failure =
                    catchThrowableOfType(SourceException.class, () -> source.read(Block.BYTES, packet, 0, 100));

            assertThat(failure).hasMessage(file + " changed while it was read: it had 524288 bytes, now it has 524289");
        }
    }

    @Test
    void namesTheFileThatVanished() throws IOException {
        Path file = Files.write(folder.resolve("a"), new byte[10]);
        try (TreeSource source = new TreeSource(FileLayout.of(file, 10))) {
            Files.delete(file);

            SourceException failure = catchThrowableOfType(SourceException.class, () -> source.read(0, packet, 0, 10));

            assertThat(failure).hasMessage("cannot read " + file + ": no such file or directory");
        }
    }

    @Test
    void aFailedReadIsTriedAgain() throws IOException {
        Path file = folder.resolve("a");
        try (TreeSource source = new TreeSource(FileLayout.of(file, 2))) {
            assertThatExceptionOfType(SourceException.class).isThrownBy(() -> source.read(0, packet, 0, 2));
            Files.write(file, new byte[] {5, 6});

            source.read(0, packet, 0, 2);

            assertThat(packet).startsWith(5, 6);
        }
    }
}
