package io.packetfs.cli;

import java.util.Locale;

/** The results of a comparison over a wire as lines of text. */
final class WanTable {
    private WanTable() {}

    static String heading() {
        return row("delay", "loss", "", "goodput", "of limit", "overhead", "at least", "retransmitted");
    }

    static String line(WanResult result) {
        String delay = Units.decimal(result.conditions().delayMs()) + " ms";
        String loss = percent(result.conditions().loss());
        if (result.measurement() == null) {
            return String.format(
                    Locale.ROOT, "%9s %7s  %-14s failed: %s", delay, loss, result.contender(), result.error());
        }
        return row(
                delay,
                loss,
                result.contender(),
                Units.bitRate(result.measurement().goodputBitsPerSecond()),
                percent(result.limitShare()),
                percent(result.overheadRatio()),
                percent(result.overheadRatioMin()),
                Long.toString(result.measurement().retransmitted()));
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", share * 100);
    }

    private static String row(String... cells) {
        return String.format(Locale.ROOT, "%9s %7s  %-14s %14s %9s %9s %9s %13s", (Object[]) cells);
    }
}
