package io.packetfs.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.linux.MemoryMaps.Pages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HugePagePoolsTest {
    @TempDir
    private Path root;

    @Test
    void countsPagesThatNobodyHasSetAside() throws IOException {
        write("sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "100");
        write("sys/kernel/mm/hugepages/hugepages-2048kB/resv_hugepages", "30");

        assertThat(pools().freeCount(Pages.HUGE_2_MIB)).isEqualTo(70);
        assertThat(pools().freeCount(Pages.HUGE_1_GIB)).isZero();
    }

    @Test
    void findsTheFileSystemWithPagesOfEachSize() throws IOException {
        write("proc/mounts", """
                tmpfs /dev/shm tmpfs rw 0 0
                hugetlbfs /mnt/two\\040m hugetlbfs rw,relatime,pagesize=2M 0 0
                hugetlbfs /mnt/one hugetlbfs rw,relatime,pagesize=1024M 0 0
                """);

        assertThat(pools().fileSystem(Pages.HUGE_2_MIB)).contains(Path.of("/mnt/two m"));
        assertThat(pools().fileSystem(Pages.HUGE_1_GIB)).contains(Path.of("/mnt/one"));
    }

    @Test
    void readsNodesAsRanges() throws IOException {
        assertThat(pools().numaNodes()).containsExactly(0);
        write("sys/devices/system/node/has_memory", "0,2-4");

        assertThat(pools().numaNodes()).containsExactly(0, 2, 3, 4);
    }

    @Test
    void tellsWhenSharedMemoryGetsHugePages() throws IOException {
        write("sys/kernel/mm/transparent_hugepage/shmem_enabled", "always within_size [advise] never deny force");

        assertThat(pools().sharedMemoryMode()).contains("advise");
    }

    private HugePagePools pools() {
        return HugePagePools.of(new ProcFiles(root));
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
