package io.packetfs.cli;

import java.util.Locale;

/** The results of a comparison over a wire as lines of text. */
final class WanTable {
    private WanTable() {}

    static String heading() {
        return row(
                "delay", "loss", "", "goodput", "least to most", "of limit", "overhead", "at least", "retransmitted");
    }

    static String line(WanResult result) {
        String delay = Units.decimal(result.conditions().delayMs()) + " ms";
        String loss = percent(result.conditions().loss());
        if (!result.isKnown()) {
            return String.format(
                    Locale.ROOT, "%9s %7s  %-14s failed: %s", delay, loss, result.contender(), result.error());
        }
        return row(
                delay,
                loss,
                result.contender(),
                Units.bitRate(result.goodputBitsPerSecond()),
                spread(result),
                percent(result.limitShare()),
                percent(result.overheadRatio()),
                percent(result.overheadRatioMin()),
                Long.toString(result.retransmitted()));
    }

    /** In Mbit/s; nothing where there was one run. */
    private static String spread(WanResult result) {
        return result.rounds().size() < 2
                ? ""
                : String.format(
                        Locale.ROOT,
                        "%.1f to %.1f",
                        result.goodputBitsPerSecondLeast() / 1e6,
                        result.goodputBitsPerSecondMost() / 1e6);
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", share * 100);
    }

    private static String row(String... cells) {
        return String.format(Locale.ROOT, "%9s %7s  %-14s %14s %14s %9s %9s %9s %13s", (Object[]) cells);
    }
}
