package io.packetfs.bench.loopback;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How busy the whole machine was, so that a report can say who else was at work while it was made. */
final class MachineUsage {
    private static final Path STAT = Path.of("/proc/stat");
    private static final double TICKS_PER_SECOND = 100;

    /** Of the numbers in the first line: user, nice, system, irq, softirq, steal; what lies between is idle, and what follows is in user. */
    private static final int[] BUSY_FIELDS = {0, 1, 2, 5, 6, 7};

    private MachineUsage() {}

    /** Processor seconds that were not idle since the machine began, of all processors; NaN if it does not say. */
    static double busySeconds() {
        try {
            return busySeconds(Files.readString(STAT));
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    static double busySeconds(String stat) {
        String[] fields = stat.split("\n", 2)[0].strip().split(" +", -1);
        if (!fields[0].equals("cpu") || fields.length < 9) {
            return Double.NaN;
        }
        long ticks = 0;
        for (int field : BUSY_FIELDS) {
            ticks += Long.parseLong(fields[1 + field]);
        }
        return ticks / TICKS_PER_SECOND;
    }
}
