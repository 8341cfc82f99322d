package io.packetfs.linux;

import io.packetfs.linux.MemoryMaps.Pages;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reserved huge pages of each size, the file systems that give them out, and when shared memory gets huge pages by itself. */
public final class HugePagePools {
    private static final int KIB = 1_024;

    private final ProcFiles files;

    private HugePagePools(ProcFiles files) {
        this.files = files;
    }

    public static HugePagePools ofThisHost() {
        return new HugePagePools(ProcFiles.ofThisHost());
    }

    static HugePagePools of(ProcFiles files) {
        return new HugePagePools(files);
    }

    /** Pages of this size that nobody uses or has set aside; 0 where there is no such pool. */
    public long freeCount(Pages pages) {
        String pool = "sys/kernel/mm/hugepages/hugepages-" + pages.bytes() / KIB + "kB/";
        long free = files.number(pool + "free_hugepages").orElse(0);
        long reserved = files.number(pool + "resv_hugepages").orElse(0);
        return Math.max(0, free - reserved);
    }

    /** A mounted hugetlbfs with pages of this size. */
    public Optional<Path> fileSystem(Pages pages) {
        for (String line : files.lines("proc/mounts")) {
            String[] fields = line.split(" ", -1);
            if (fields.length >= 4 && fields[2].equals("hugetlbfs") && isOfSize(fields[3], pages)) {
                return Optional.of(Path.of(unescaped(fields[1])));
            }
        }
        return Optional.empty();
    }

    /** When tmpfs without an option of its own gets huge pages, such as {@code never} or {@code advise}; absent if the kernel does not tell. */
    public Optional<String> sharedMemoryMode() {
        return files.text("sys/kernel/mm/transparent_hugepage/shmem_enabled").flatMap(HugePages::chosen);
    }

    /** The NUMA nodes that have memory; one, number 0, where the kernel does not tell. */
    public List<Integer> numaNodes() {
        String ranges = files.text("sys/devices/system/node/has_memory").orElse("0");
        List<Integer> nodes = new ArrayList<>();
        for (String range : ranges.split(",", -1)) {
            String[] ends = range.split("-", -1);
            OptionalLong first = ProcFiles.parse(ends[0]);
            OptionalLong last = ProcFiles.parse(ends[ends.length - 1]);
            if (first.isEmpty() || last.isEmpty() || last.getAsLong() > 1_023) {
                return List.of(0);
            }
            for (long node = first.getAsLong(); node <= last.getAsLong(); node++) {
                nodes.add((int) node);
            }
        }
        return nodes;
    }

    private static boolean isOfSize(String options, Pages pages) {
        for (String option : options.split(",", -1)) {
            if (option.startsWith("pagesize=")) {
                return option.equals(pages == Pages.HUGE_1_GIB ? "pagesize=1024M" : "pagesize=2M")
                        || (pages == Pages.HUGE_1_GIB && option.equals("pagesize=1G"));
            }
        }
        return false;
    }

    /** A path of /proc/mounts, where white space is written as octal numbers. */
    private static String unescaped(String text) {
        return text.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }
}
