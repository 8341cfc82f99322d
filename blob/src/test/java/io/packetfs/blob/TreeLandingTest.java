package io.packetfs.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
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

class TreeLandingTest {
    private static final int MIB = 1 << 20;

    @TempDir
    private Path folder;

    private final Random random = new Random(1);

    @Test
    void aBlockGoesToItsFileAsSoonAsItIsFull() throws IOException {
        Path file = folder.resolve("a");
        byte[] content = Trees.randomBytes(random, 2 * Block.BYTES);
        try (TreeLanding landing = TreeLanding.open(FileLayout.of(file, content.length))) {
            write(landing, content, 100, Block.BYTES);
            assertThat(file).doesNotExist();

            write(landing, content, 0, 100);

            assertThat(Files.readAllBytes(file)).isEqualTo(Arrays.copyOf(content, Block.BYTES));
            assertThat(landing.partialBlockCount()).isZero();
        }
    }

    @Test
    void flushMakesVisibleWhatHasLanded() throws IOException {
        Path file = folder.resolve("a");
        byte[] content = Trees.randomBytes(random, 1_000);
        try (TreeLanding landing = TreeLanding.open(FileLayout.of(file, content.length))) {
            write(landing, content, 0, 400);
            landing.flush();

            assertThat(Files.readAllBytes(file)).isEqualTo(Arrays.copyOf(content, 400));
        }
    }

    @Test
    void goesOnWhereAnotherLandingEnded() throws IOException {
        FileLayout layout = FileLayout.of(folder.resolve("a"), 3 * MIB);
        byte[] content = Trees.randomBytes(random, 3 * MIB);
        try (TreeLanding landing = TreeLanding.open(layout)) {
            write(landing, content, 0, MIB + 77);
            landing.flush();
        }

        try (TreeLanding landing = TreeLanding.open(layout)) {
            write(landing, content, MIB + 77, 3 * MIB);
            assertThat(digest(landing, 0, 3 * MIB)).isEqualTo(Crc32c.of(new HeapBlob(content), 0, 3 * MIB));
            landing.complete(0);
        }

        assertThat(Files.readAllBytes(layout.path(0))).isEqualTo(content);
    }

    @Test
    void closingDropsWhatWasNotFlushed() {
        Path file = folder.resolve("a");
        try (TreeLanding landing = TreeLanding.open(FileLayout.of(file, 100))) {
            write(landing, new byte[100], 0, 50);
        }

        assertThat(file).doesNotExist();
    }

    @Test
    void gapsFarBackAreFilledThroughTheFile() throws IOException {
        int blockCount = 20;
        FileLayout layout = FileLayout.of(folder.resolve("a"), (long) blockCount * Block.BYTES);
        byte[] content = Trees.randomBytes(random, layout.sizeBytes());
        try (TreeLanding landing = TreeLanding.open(layout, 5)) {
            for (int block = 0; block < blockCount; block++) {
                write(landing, content, block * Block.BYTES, block * Block.BYTES + 5_000);
                write(landing, content, block * Block.BYTES + 6_000, (block + 1) * Block.BYTES);
            }
            assertThat(landing.partialBlockCount()).isEqualTo(blockCount - 5);

            for (int block = 0; block < blockCount; block++) {
                write(landing, content, block * Block.BYTES + 5_000, block * Block.BYTES + 6_000);
            }

            assertThat(digest(landing, 0, content.length))
                    .isEqualTo(Crc32c.of(new HeapBlob(content), 0, content.length));
            assertThat(landing.readBackCount()).isPositive();
            landing.complete(0);
        }
        assertThat(Files.readAllBytes(layout.path(0))).isEqualTo(content);
    }

    @Test
    void aGapIsRepairedInMemoryWhileOthersComeIn() {
        FileLayout layout = FileLayout.of(folder.resolve("a"), 40L * Block.BYTES);
        byte[] content = Trees.randomBytes(random, layout.sizeBytes());
        try (TreeLanding landing = TreeLanding.open(layout)) {
            write(landing, content, 0, 5_000);
            write(landing, content, 6_000, content.length);
            write(landing, content, 5_000, 6_000);

            assertThat(digest(landing, 0, Block.BYTES)).isEqualTo(Crc32c.of(new HeapBlob(content), 0, Block.BYTES));
            assertThat(landing.partialBlockCount()).isZero();
            assertThat(landing.readBackCount()).isZero();
        }
    }

    @Test
    void crumbsDoNotGrowTheBookKeeping() throws IOException {
        FileLayout layout = FileLayout.of(folder.resolve("a"), 32_000);
        byte[] content = Trees.randomBytes(random, 32_000);
        try (TreeLanding landing = TreeLanding.open(layout)) {
            for (int start = 0; start < 32_000; start += 32) {
                write(landing, content, start, start + 16);
            }
            assertThat(landing.partialBlockCount()).isEqualTo(1_000 / RangeSet.RANGE_COUNT_MAX);
            for (int start = 16; start < 32_000; start += 32) {
                write(landing, content, start, start + 16);
            }
            landing.complete(0);
        }
        assertThat(Files.readAllBytes(layout.path(0))).isEqualTo(content);
    }

    @Test
    void opensEachOfManySmallFilesOnce() throws IOException {
        FileLayout layout = Trees.layout(folder, Collections.nCopies(2_000, 3_000));
        byte[] content = Trees.randomBytes(random, layout.sizeBytes());
        try (TreeLanding landing = TreeLanding.open(layout)) {
            for (int file = 0; file < 2_000; file++) {
                write(landing, content, 3_000 * file, 3_000 * (file + 1));
                landing.complete(file);
            }

            assertThat(landing.openCount()).isEqualTo(2_000);
        }
        for (int file = 0; file < 2_000; file++) {
            assertThat(Files.readAllBytes(layout.path(file))).isEqualTo(Trees.contentOf(layout, content, file));
        }
    }

    @Test
    void createsEmptyFilesWhenTheyAreComplete() throws IOException {
        FileLayout layout = Trees.layout(folder, List.of(0, 5, 0));
        Files.write(layout.path(2), new byte[9]);
        try (TreeLanding landing = TreeLanding.open(layout)) {
            write(landing, new byte[5], 0, 5);
            for (int file = 0; file < 3; file++) {
                landing.complete(file);
            }
        }

        assertThat(layout.path(0)).isEmptyFile();
        assertThat(layout.path(1)).hasSize(5);
        assertThat(layout.path(2)).isEmptyFile();
    }

    @Test
    void holdsNothingAtAll() {
        try (TreeLanding landing = TreeLanding.open(Trees.layout(folder, List.of()))) {
            landing.write(0, new byte[1], 0, 0);
            landing.flush();

            assertThat(landing.sizeBytes()).isZero();
            assertThat(digest(landing, 0, 0)).isZero();
        }
    }

    @Test
    void cutsAFileThatIsTooLong() throws IOException {
        Path file = Files.write(folder.resolve("a"), new byte[500]);
        try (TreeLanding landing = TreeLanding.open(FileLayout.of(file, 100))) {
            write(landing, new byte[100], 0, 100);
            landing.complete(0);
        }

        assertThat(file).hasSize(100);
    }

    @Test
    void reservesRoomForLargeFilesAtOnce() {
        Path file = folder.resolve("a");
        try (TreeLanding landing = TreeLanding.open(FileLayout.of(file, 5 * MIB))) {
            assertThat(file).hasSize(5 * MIB);
            assertThat(landing.sizeBytes()).isEqualTo(5 * MIB);
        }
    }

    @Test
    void landsBehindTheSecondGibibyte() throws IOException {
        long size = (2L << 30) + 3 * MIB;
        assumeTrue(Files.getFileStore(folder).getUsableSpace() > 2 * size, "needs " + 2 * size + " free bytes");
        FileLayout layout = FileLayout.of(folder.resolve("a"), size);
        byte[] content = Trees.randomBytes(random, 2 * MIB);
        try (TreeLanding landing = TreeLanding.open(layout)) {
            landing.write((2L << 30) - MIB, content, 0, content.length);
            landing.flush();
        }

        try (TreeSource source = new TreeSource(layout)) {
            byte[] read = new byte[content.length];
            source.read((2L << 30) - MIB, read, 0, read.length);
            assertThat(read).isEqualTo(content);
        }
    }

    @Test
    void refusesWhatIsOutsideAndWritesNothing() {
        Path file = folder.resolve("a");
        try (TreeLanding landing = TreeLanding.open(FileLayout.of(file, 100))) {
            byte[] bytes = new byte[200];

            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> landing.write(1, bytes, 0, 100));
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> landing.write(-1, bytes, 0, 1));
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> digest(landing, 99, 2));
            landing.flush();
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void doesNotFollowASymbolicLink() throws IOException {
        Path target = Files.write(folder.resolve("target"), new byte[] {1});
        Path link = Files.createSymbolicLink(folder.resolve("link"), target);
        try (TreeLanding landing = TreeLanding.open(FileLayout.of(link, 1))) {
            write(landing, new byte[1], 0, 1);

            assertThat(target).hasBinaryContent(new byte[] {1});
        } catch (LandingException e) {
            assertThat(e).hasMessageStartingWith("cannot write 1 bytes at 0 of " + link + ": ");
            assertThat(target).hasBinaryContent(new byte[] {1});
            return;
        }
        throw new AssertionError("a symbolic link was followed");
    }

    @Test
    void anInterruptedWriteFailsAndCanBeRepeated() throws IOException {
        byte[] content = Trees.randomBytes(random, 2 * MIB);
        FileLayout layout = FileLayout.of(folder.resolve("a"), content.length);
        try (TreeLanding landing = TreeLanding.open(layout)) {
            write(landing, content, 0, 1_000);
            Thread.currentThread().interrupt();
            try {
                assertThatExceptionOfType(LandingException.class)
                        .isThrownBy(landing::flush)
                        .withMessageStartingWith(
                                "cannot write 1000 bytes at 0 of " + layout.path(0) + ": the thread was interrupted");
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }

            write(landing, content, 1_000, content.length);
            landing.complete(0);
        }
        assertThat(Files.readAllBytes(layout.path(0))).isEqualTo(content);
    }

    @Test
    void landingAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] packet = new byte[1_472];
        try (TreeLanding landing = TreeLanding.open(FileLayout.of(folder.resolve("a"), 10L * Block.BYTES))) {
            long bytes = Long.MAX_VALUE;
            for (int round = 0; round < 10; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int chunk = 0; chunk < 100; chunk++) {
                    landing.write(chunk * 1_408L, packet, 48, 1_408);
                    landing.write(3L * Block.BYTES + chunk * 1_408L, packet, 48, 1_408);
                }
                bytes = Math.min(bytes, threads.getCurrentThreadAllocatedBytes() - before);
            }

            assertThat(bytes).as("bytes allocated for 200 chunks").isZero();
        }
    }

    @Test
    void namesTheFolderThatIsMissing() {
        Path file = folder.resolve("missing").resolve("a");

        LandingException failure =
                catchThrowableOfType(LandingException.class, () -> TreeLanding.open(FileLayout.of(file, 2 * MIB)));

        assertThat(failure).hasMessage("cannot reserve 2097152 bytes for " + file + ": no such file or directory");
    }

    @Test
    void namesTheFileThatWasCutWhileItWasWritten() throws IOException {
        Path file = folder.resolve("a");
        int size = 12 * Block.BYTES;
        try (TreeLanding landing = TreeLanding.open(FileLayout.of(file, size))) {
            write(landing, new byte[size], 0, size);
            try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(10);
            }

            LandingException failure = catchThrowableOfType(LandingException.class, () -> digest(landing, 0, 100));

            assertThat(failure)
                    .hasMessage(file + " changed while it was written: it ends before byte 10, which had been written");
        }
    }

    @Test
    void aDiskWithoutRoomIsToldBeforeTheFirstByte() throws IOException {
        try (MountedFolder disk = MountedFolder.mount(folder, "tmpfs", "size=4m")) {
            Path file = disk.path().resolve("a");

            LandingException failure =
                    catchThrowableOfType(LandingException.class, () -> TreeLanding.open(FileLayout.of(file, 5 * MIB)));

            assertThat(failure)
                    .hasMessage("cannot reserve 5242880 bytes for " + file
                            + ": no space left on device (ENOSPC); 4194304 bytes are free");
            assertThat(file).isEmptyFile();
        }
    }

    @Test
    void aDiskThatFillsUpIsToldByName() throws IOException {
        try (MountedFolder disk = MountedFolder.mount(folder, "tmpfs", "size=1m")) {
            FileLayout layout = Trees.layout(disk.path(), Collections.nCopies(10, 200_000));
            try (TreeLanding landing = TreeLanding.open(layout)) {
                byte[] content = new byte[2_000_000];

                LandingException failure =
                        catchThrowableOfType(LandingException.class, () -> write(landing, content, 0, 2_000_000));

                assertThat(failure)
                        .hasMessageMatching("cannot write \\d+ bytes at \\d+ of " + disk.path()
                                + "/file[45]: No space left on device; 0 bytes are free");
            }
        }
    }

    @Test
    void aReadOnlyDiskIsToldByName() throws IOException {
        try (MountedFolder disk = MountedFolder.mount(folder, "tmpfs", "size=4m")) {
            disk.makeReadOnly();
            Path file = disk.path().resolve("a");

            LandingException failure =
                    catchThrowableOfType(LandingException.class, () -> TreeLanding.open(FileLayout.of(file, 2 * MIB)));

            assertThat(failure)
                    .hasMessageStartingWith("cannot reserve 2097152 bytes for " + file + ": Read-only file system");
        }
    }

    @Test
    void aFileSystemThatCannotReserveTakesTheFileAllTheSame() throws IOException {
        try (MountedFolder disk = MountedFolder.mount(folder, "ramfs", "mode=700")) {
            FileLayout layout = FileLayout.of(disk.path().resolve("a"), 2 * MIB);
            byte[] content = Trees.randomBytes(random, 2 * MIB);
            try (TreeLanding landing = TreeLanding.open(layout)) {
                assertThat(landing.unreservedFileCount()).isOne();
                assertThat(layout.path(0)).hasSize(2 * MIB);
                write(landing, content, 0, content.length);
                landing.complete(0);
            }
            assertThat(Files.readAllBytes(layout.path(0))).isEqualTo(content);
        }
    }

    private static void write(Landing landing, byte[] content, int start, int end) {
        for (int at = start; at < end; at += 1_408) {
            landing.write(at, content, at, Math.min(1_408, end - at));
        }
    }

    private static int digest(Landing landing, long offset, int length) {
        CRC32C digest = new CRC32C();
        landing.updateDigest(digest, offset, length);
        return (int) digest.getValue();
    }
}
