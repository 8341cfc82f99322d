package io.packetfs.linux;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * Large pages on this machine. Absent where the kernel does not tell.
 *
 * @param pageBytes the size of the default kind of reserved huge page
 * @param totalCount reserved pages
 * @param freeCount reserved pages that nobody uses
 * @param transparentMode when ordinary memory gets huge pages: {@code always}, {@code madvise} or {@code never}
 */
public record HugePages(
        OptionalLong pageBytes, OptionalLong totalCount, OptionalLong freeCount, Optional<String> transparentMode) {
    public static HugePages read() {
        return read(ProcFiles.ofThisHost());
    }

    static HugePages read(ProcFiles files) {
        return new HugePages(
                HostInfo.meminfoBytes(files, "Hugepagesize"),
                count(files, "HugePages_Total"),
                count(files, "HugePages_Free"),
                files.text("sys/kernel/mm/transparent_hugepage/enabled").flatMap(HugePages::chosen));
    }

    private static OptionalLong count(ProcFiles files, String key) {
        return files.value("proc/meminfo", key).map(ProcFiles::parse).orElse(OptionalLong.empty());
    }

    /** The word in brackets of {@code always [madvise] never}. */
    static Optional<String> chosen(String modes) {
        int start = modes.indexOf('[');
        int end = modes.indexOf(']', start + 1);
        return start < 0 || end < 0 ? Optional.empty() : Optional.of(modes.substring(start + 1, end));
    }
}
