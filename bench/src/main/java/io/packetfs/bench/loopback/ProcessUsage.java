package io.packetfs.bench.loopback;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * What the kernel says of processes, in {@code /proc}.
 *
 * @param cpuSeconds time on processors since they began, in user mode and in the kernel, all threads; to a hundredth of a second
 * @param residentBytes memory resident now
 * @param residentBytesMax the most that ever was
 */
record ProcessUsage(double cpuSeconds, long residentBytes, long residentBytesMax) {
    static final ProcessUsage NONE = new ProcessUsage(0, 0, 0);

    private static final Path PROC = Path.of("/proc");

    /** The unit of times in {@code stat}: the same on every machine that runs Linux and Java. */
    private static final double TICKS_PER_SECOND = 100;

    /** Of fields behind the name in {@code stat}, counted from 0. */
    private static final int FIELD_USER_TICKS = 11;

    private static final int FIELD_SYSTEM_TICKS = 12;

    /**
     * Of one process.
     *
     * @throws IOException if it is not there
     */
    static ProcessUsage of(long pid) throws IOException {
        Path folder = PROC.resolve(Long.toString(pid));
        return parse(Files.readString(folder.resolve("stat")), Files.readAllLines(folder.resolve("status")));
    }

    /** Of one process, or {@link #NONE} if it is not there. */
    static ProcessUsage ofAny(long pid) {
        try {
            return of(pid);
        } catch (IOException e) {
            return NONE;
        }
    }

    /** The sum over processes. */
    static ProcessUsage sum(Collection<ProcessUsage> parts) {
        ProcessUsage sum = NONE;
        for (ProcessUsage part : parts) {
            sum = new ProcessUsage(
                    sum.cpuSeconds + part.cpuSeconds,
                    sum.residentBytes + part.residentBytes,
                    sum.residentBytesMax + part.residentBytesMax);
        }
        return sum;
    }

    /**
     * From the two files.
     *
     * @throws IOException if they are not what Linux writes
     */
    static ProcessUsage parse(String stat, List<String> status) throws IOException {
        // The name stands in parentheses, and may hold blanks and parentheses itself.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        try {
            long ticks = Long.parseLong(fields[FIELD_USER_TICKS]) + Long.parseLong(fields[FIELD_SYSTEM_TICKS]);
            return new ProcessUsage(ticks / TICKS_PER_SECOND, bytes(status, "VmRSS:"), bytes(status, "VmHWM:"));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IOException("not what /proc says of a process: " + stat, e);
        }
    }

    /** 0 for a process that has ended but for its entry, which has no such line. */
    private static long bytes(List<String> status, String key) {
        return status.stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(key.length()).strip().split(" ", -1)[0])
                .mapToLong(kib -> Long.parseLong(kib) * 1_024)
                .findFirst()
                .orElse(0);
    }
}
