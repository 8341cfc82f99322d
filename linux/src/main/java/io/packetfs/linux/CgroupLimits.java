package io.packetfs.linux;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What the control groups around this process leave it: the tightest limit from its own group up to the root, of version 2 or, where
 * a controller is still there, version 1. Absent where there is no limit.
 *
 * @param memoryBytesMax memory
 * @param cpuCountMax processors' worth of time, such as 1.5
 */
public record CgroupLimits(OptionalLong memoryBytesMax, OptionalDouble cpuCountMax) {
    /** Version 1 says "no limit" with a number near the top of the range, rounded down to a page. */
    private static final long NO_LIMIT_V1 = Long.MAX_VALUE - (1 << 20);

    public static CgroupLimits read() {
        return read(ProcFiles.ofThisHost());
    }

    static CgroupLimits read(ProcFiles files) {
        long memoryBytes = Long.MAX_VALUE;
        double cpuCount = Double.POSITIVE_INFINITY;
        for (String line : files.lines("proc/self/cgroup")) {
            // hierarchy number : controllers, none for version 2 : path
            String[] fields = line.split(":", 3);
            if (fields.length < 3) {
                continue;
            }
            String mount = fields[1].isEmpty() ? "sys/fs/cgroup" : "sys/fs/cgroup/" + fields[1];
            for (String group = fields[2]; ; group = group.substring(0, group.lastIndexOf('/'))) {
                String folder = mount + (group.equals("/") ? "" : group) + "/";
                memoryBytes = Math.min(memoryBytes, memoryBytesMax(files, folder));
                cpuCount = Math.min(cpuCount, cpuCountMax(files, folder));
                if (group.isEmpty() || group.equals("/")) {
                    break;
                }
            }
        }
        return new CgroupLimits(
                memoryBytes >= NO_LIMIT_V1 ? OptionalLong.empty() : OptionalLong.of(memoryBytes),
                Double.isInfinite(cpuCount) ? OptionalDouble.empty() : OptionalDouble.of(cpuCount));
    }

    private static long memoryBytesMax(ProcFiles files, String folder) {
        long unified = files.number(folder + "memory.max").orElse(Long.MAX_VALUE);
        return Math.min(unified, files.number(folder + "memory.limit_in_bytes").orElse(Long.MAX_VALUE));
    }

    private static double cpuCountMax(ProcFiles files, String folder) {
        Optional<String> unified = files.text(folder + "cpu.max");
        if (unified.isPresent()) {
            String[] quotaAndPeriod = unified.get().split(" ", 2);
            return quotaAndPeriod.length < 2
                    ? Double.POSITIVE_INFINITY
                    : quotient(ProcFiles.parse(quotaAndPeriod[0]), ProcFiles.parse(quotaAndPeriod[1]));
        }
        return quotient(files.number(folder + "cpu.cfs_quota_us"), files.number(folder + "cpu.cfs_period_us"));
    }

    private static double quotient(OptionalLong quotaUs, OptionalLong periodUs) {
        long quota = quotaUs.orElse(-1);
        long period = periodUs.orElse(-1);
        return quota <= 0 || period <= 0 ? Double.POSITIVE_INFINITY : (double) quota / period;
    }
}
