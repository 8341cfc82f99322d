package io.packetfs.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.blob.SharedBlob.Access;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blobs of huge pages that an administrator reserved: some are, for as long as a test runs. It takes root. */
class ReservedPagesTest {
    private static final Path RESERVED = Path.of("/proc/sys/vm/nr_hugepages");
    private static final int PAGES = 6;
    private static final long SIZE = (5 << 20) + 3;

    @TempDir
    private Path folder;

    private int before = -1;

    @BeforeEach
    void reserve() throws IOException {
        if (!Files.isWritable(RESERVED)) {
            System.out.println("skipped, because huge pages can be reserved by root only");
            assumeTrue(false, "huge pages can be reserved by root only");
        }
        before = reserved();
        Files.writeString(RESERVED, Integer.toString(before + PAGES));
        assumeTrue(reserved() == before + PAGES, "memory is too fragmented for " + PAGES + " huge pages");
    }

    @AfterEach
    void giveBack() throws IOException {
        if (before >= 0) {
            Files.writeString(RESERVED, Integer.toString(before));
        }
    }

    @Test
    void aBlobOfThisProcessTakesThemByItself() throws BlobException {
        try (Blob blob = Blob.anonymous(SIZE, BlobPages.HUGE_2M);
                Blob chosen = Blob.anonymous(2 << 20, BlobPages.AUTO)) {
            SeededBytes.fill(blob.memory(), 1, 1);

            assertThat(blob.pages()).isEqualTo(BlobPages.HUGE_2M);
            assertThat(blob.sizeBytes()).isEqualTo(SIZE);
            assertThat(SeededBytes.mismatch(blob.memory(), 0, 1)).isEqualTo(-1);
            assertThat(chosen.pages()).isEqualTo(BlobPages.HUGE_2M);
            assertThat(chosen.reason()).isEqualTo("1 pages of 2m are reserved and free");
        }
    }

    @Test
    void aFileOfThemIsSharedAndOneThatDoesNotFitLeavesNothing() throws Exception {
        try (MountedFolder mounted = MountedFolder.mount(folder, "hugetlbfs", "pagesize=2M")) {
            Path path = mounted.path().resolve("a.blob");
            try (SharedBlob shared = SharedBlob.create(path, SIZE, BlobPages.AUTO)) {
                shared.fill(42, 2);
                assertThat(shared.blob().pages()).isEqualTo(BlobPages.HUGE_2M);
                assertThat(shared.blob().reason()).isEqualTo(folder + " is hugetlbfs");
            }
            try (OtherProcess other = OtherProcess.open(path, Access.READ);
                    SharedBlob again = SharedBlob.open(path, Access.READ)) {
                again.verify(1);
                assertThat(other.says())
                        .isEqualTo("open, crc32c "
                                + BlobDigest.CRC32C.hex(again.blob().memory(), 1));
            }
            Path large = mounted.path().resolve("large.blob");
            assertThatThrownBy(() -> SharedBlob.create(large, 1L << 30, BlobPages.AUTO))
                    .isInstanceOf(BlobException.class)
                    .hasMessageContaining("ENOSPC");
            assertThat(large).doesNotExist();
            assertThatThrownBy(() -> SharedBlob.create(large, SIZE, BlobPages.ORDINARY))
                    .hasMessageContaining("pages of small cannot be had there");
            Files.delete(path);
        }
    }

    @Test
    void aFileInMemoryIsMadeOfThem() throws BlobException {
        try (SharedBlob shared = SharedBlob.inMemory("pfs-test", SIZE, BlobPages.HUGE_2M)) {
            shared.fill(42, 1);
            shared.verify(1);

            assertThat(shared.blob().pages()).isEqualTo(BlobPages.HUGE_2M);
        }
    }

    private static int reserved() throws IOException {
        return Integer.parseInt(Files.readString(RESERVED).strip());
    }
}
