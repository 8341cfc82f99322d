package io.packetfs.bench.loopback;

import io.packetfs.cli.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Results as lines of text. */
final class LoopbackTable {
    private static final int NAME_WIDTH = 26;

    /** Others that keep so many cores busy spoil a measurement. */
    private static final double OTHER_CORES_MAX = 0.1;

    private LoopbackTable() {}

    /** One round, as it is over. */
    static String line(int round, String name, Measurement measurement) {
        return String.format(
                Locale.ROOT,
                "round %d  %-" + NAME_WIDTH + "s %6.2f GB/s  %6.2f CPU s/GiB%s",
                round,
                name,
                measurement.bytesPerSecond() / 1e9,
                measurement.cpuSecondsPerGib(),
                others(measurement.otherCores()));
    }

    /** Medians and spreads of all rounds. */
    static List<String> lines(List<LoopbackResult> results) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                "%-" + NAME_WIDTH + "s %6s %13s %21s %10s %9s %8s %15s",
                "",
                "GB/s",
                "min..max",
                "CPU s/GiB s + r = all",
                "GB/CPU s",
                "packets/s",
                "lost",
                "peak MiB s / r"));
        for (LoopbackResult result : results) {
            lines.add(line(result));
        }
        return lines;
    }

    private static String line(LoopbackResult result) {
        String name = String.format("%-" + NAME_WIDTH + "s ", result.name());
        if (result.rounds().isEmpty()) {
            return name + "failed: " + result.errors().getFirst();
        }
        Spread rate = result.gigabytesPerSecond();
        return name
                + String.format(
                        Locale.ROOT,
                        "%6.2f %6.2f..%-5.2f %7.2f %6.2f %6.2f %10.2f %9s %8s %7s %7s",
                        rate.median(),
                        rate.min(),
                        rate.max(),
                        result.senderCpuSecondsPerGib().median(),
                        result.receiverCpuSecondsPerGib().median(),
                        result.cpuSecondsPerGib().median(),
                        result.gigabytesPerCpuSecond(),
                        thousands(result.packetsPerSecond()),
                        percent(result.lossRatio()),
                        mebibytes(result.senderResidentBytesMax()),
                        mebibytes(result.receiverResidentBytesMax()))
                + (result.inFlightBytesMax().isKnown()
                        ? "  " + Units.bytes((long) result.inFlightBytesMax().max()) + " in flight"
                        : "")
                + others(result.otherCores().median());
    }

    /** A warning, or nothing. */
    private static String others(double cores) {
        return cores > OTHER_CORES_MAX ? String.format(Locale.ROOT, "  (others kept %.1f cores busy)", cores) : "";
    }

    static String thousands(Spread count) {
        return count.isKnown() ? String.format(Locale.ROOT, "%.0f k", count.median() / 1e3) : "-";
    }

    static String percent(Spread ratio) {
        return ratio.isKnown() ? String.format(Locale.ROOT, "%.3f %%", ratio.median() * 100) : "-";
    }

    static String mebibytes(Spread bytes) {
        return bytes.isKnown() ? String.format(Locale.ROOT, "%.0f", bytes.median() / (1 << 20)) : "-";
    }
}
