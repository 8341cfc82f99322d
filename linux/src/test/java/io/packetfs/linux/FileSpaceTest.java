package io.packetfs.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.linux.FileSpace.Reservation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@OnLinux
class FileSpaceTest {
    private static final Path MEMORY_DISK = Path.of("/dev/shm");

    @TempDir
    private Path folder;

    private FileSpace fileSpace;

    @BeforeEach
    void link() {
        fileSpace = Linux.fileSpace();
    }

    @Test
    void reservingExtendsAFileAndKeepsItsContent() throws IOException {
        Path file = Files.write(folder.resolve("a"), new byte[] {1, 2, 3});

        Reservation reservation = fileSpace.reserve(file, 100_000);

        assumeTrue(reservation == Reservation.RESERVED, "the temporary folder's file system cannot reserve");
        byte[] expected = Arrays.copyOf(new byte[] {1, 2, 3}, 100_000);
        assertThat(Files.readAllBytes(file)).isEqualTo(expected);
    }

    @Test
    void reservingLessThanTheFileHasChangesNothing() throws IOException {
        Path file = Files.write(folder.resolve("a"), new byte[5_000]);

        fileSpace.reserve(file, 10);

        assertThat(file).hasSize(5_000);
    }

    @Test
    void reachesFilesWhoseNamesNeedEscaping() throws IOException {
        Path file = Files.write(folder.resolve("50% of a b#c?"), new byte[1]);

        fileSpace.reserve(file, 10);

        assertThat(file).hasSize(10);
    }

    @Test
    void tellsAFullDiskByName() throws IOException {
        assumeTrue(Files.isWritable(MEMORY_DISK), "needs " + MEMORY_DISK);
        Path file = Files.createTempFile(MEMORY_DISK, "packetfs", ".test");
        try {
            long tooManyBytes = fileSpace.space(MEMORY_DISK).totalBytes() + (1 << 20);

            SystemCallException failure =
                    catchThrowableOfType(SystemCallException.class, () -> fileSpace.reserve(file, tooManyBytes));

            assertThat(failure)
                    .hasMessage("fallocate(" + file + ", 0, " + tooManyBytes + "): no space left on device (ENOSPC)");
            assertThat(failure.is(Errno.ENOSPC)).isTrue();
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void tellsAFileSystemThatCannotReserveFromAFullOne() {
        assertThat(fileSpace.reserve(Path.of("/proc/self/comm"), 4_096)).isEqualTo(Reservation.UNSUPPORTED);
    }

    @Test
    void namesTheFileThatIsNotThere() {
        Path missing = folder.resolve("missing");

        SystemCallException failure =
                catchThrowableOfType(SystemCallException.class, () -> fileSpace.reserve(missing, 1));

        assertThat(failure).hasMessage("open(" + missing + ", O_WRONLY): no such file or directory (ENOENT)");
    }

    @Test
    void agreesWithJavaOnTheSizeOfAFileSystem() throws IOException {
        FileSystemSpace space = fileSpace.space(folder);

        assertThat(space.totalBytes()).isEqualTo(Files.getFileStore(folder).getTotalSpace());
        assertThat(space.freeBytes()).isBetween(0L, space.totalBytes());
        assertThat(space.type()).isNotEmpty();
        assertThat(space.readOnly()).isFalse();
    }

    @Test
    void leavesNoDescriptorOpen() throws IOException {
        Path file = Files.write(folder.resolve("a"), new byte[1]);
        fileSpace.reserve(file, 10);
        long before = descriptorCount();

        for (int i = 0; i < 50; i++) {
            fileSpace.reserve(file, 10 + i);
        }

        assertThat(descriptorCount()).isLessThan(before + 50);
    }

    private static long descriptorCount() throws IOException {
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.count();
        }
    }
}
