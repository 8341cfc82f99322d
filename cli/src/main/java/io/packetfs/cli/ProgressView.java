package io.packetfs.cli;

import io.packetfs.transfer.TransferPhase;
import io.packetfs.transfer.TransferProgress;
import java.util.Locale;

/** Shows how far a transfer has come: a bar that is redrawn on a terminal, a line of key=value pairs per second elsewhere. */
final class ProgressView {
    private static final long BAR_INTERVAL_NS = 100_000_000L;
    private static final long PLAIN_INTERVAL_NS = 1_000_000_000L;
    private static final int RATE_WINDOW = 20;
    private static final int TEXT_COLUMNS = 52;

    private final Terminal terminal;
    private final OutputOptions.Progress kind;
    private final long[] sampleNs = new long[RATE_WINDOW];
    private final long[] sampleBytes = new long[RATE_WINDOW];
    private int sampleCount;
    private long firstSampleNs;
    private long shownNs;
    private boolean shown;

    ProgressView(Terminal terminal, OutputOptions options) {
        this.terminal = terminal;
        kind = kind(terminal, options);
    }

    /** Shows the progress if it is time to. */
    void show(long nowNs, TransferProgress progress) {
        boolean moving = progress.phase() != TransferPhase.CONNECTING && progress.phase() != TransferPhase.ENDED;
        if (kind == OutputOptions.Progress.NONE || !moving) {
            return;
        }
        long intervalNs = kind == OutputOptions.Progress.BAR ? BAR_INTERVAL_NS : PLAIN_INTERVAL_NS;
        if (shown && nowNs - shownNs < intervalNs) {
            return;
        }
        firstSampleNs = shown ? firstSampleNs : progress.atNs();
        shown = true;
        shownNs = nowNs;
        sampleNs[sampleCount % RATE_WINDOW] = progress.atNs();
        sampleBytes[sampleCount % RATE_WINDOW] = progress.bytesDone();
        sampleCount++;
        if (kind == OutputOptions.Progress.BAR) {
            terminal.status(bar(progress));
        } else {
            terminal.line(plain(progress));
        }
    }

    /** Takes the bar away. */
    void end() {
        terminal.clearStatus();
    }

    private static OutputOptions.Progress kind(Terminal terminal, OutputOptions options) {
        if (options.quiet) {
            return OutputOptions.Progress.NONE;
        }
        if (options.progress != OutputOptions.Progress.AUTO) {
            return options.progress;
        }
        return terminal.isInteractive() ? OutputOptions.Progress.BAR : OutputOptions.Progress.PLAIN;
    }

    private String bar(TransferProgress progress) {
        double bitsPerSecond = bitsPerSecond();
        if (progress.bytesTotal() < 0) {
            return Units.bytes(progress.bytesDone()) + "  " + Units.bitRate(bitsPerSecond);
        }
        double part = part(progress);
        int width = Math.max(10, terminal.columns() - TEXT_COLUMNS);
        int full = (int) (part * width);
        String eta =
                etaSeconds(progress, bitsPerSecond) < 0 ? "--:--" : Units.clock(etaSeconds(progress, bitsPerSecond));
        return String.format(
                Locale.ROOT,
                "[%s%s] %3d%%  %s  %s  ETA %s",
                "#".repeat(full),
                ".".repeat(width - full),
                (int) (part * 100),
                Units.bytes(progress.bytesDone()),
                Units.bitRate(bitsPerSecond),
                eta);
    }

    private String plain(TransferProgress progress) {
        double bitsPerSecond = bitsPerSecond();
        StringBuilder line = new StringBuilder("phase=")
                .append(progress.phase().name().toLowerCase(Locale.ROOT))
                .append(String.format(Locale.ROOT, " elapsed_s=%.3f", (progress.atNs() - firstSampleNs) / 1e9))
                .append(" bytes=")
                .append(progress.bytesDone());
        if (progress.bytesTotal() >= 0) {
            line.append(" total=").append(progress.bytesTotal());
            line.append(String.format(Locale.ROOT, " percent=%.1f", part(progress) * 100));
        }
        line.append(" rate_bps=").append(Math.round(bitsPerSecond));
        long etaSeconds = etaSeconds(progress, bitsPerSecond);
        if (etaSeconds >= 0) {
            line.append(" eta_s=").append(etaSeconds);
        }
        return line.append(String.format(Locale.ROOT, " rtt_ms=%.3f", progress.rttNs() / 1e6))
                .append(" retransmitted=")
                .append(progress.packetsRetransmitted())
                .toString();
    }

    private static double part(TransferProgress progress) {
        return progress.bytesTotal() == 0 ? 1 : (double) progress.bytesDone() / progress.bytesTotal();
    }

    /** Over the last samples, so that it follows the path and does not jump. */
    private double bitsPerSecond() {
        if (sampleCount < 2) {
            return 0;
        }
        int last = (sampleCount - 1) % RATE_WINDOW;
        int first = sampleCount <= RATE_WINDOW ? 0 : sampleCount % RATE_WINDOW;
        double seconds = (sampleNs[last] - sampleNs[first]) / 1e9;
        return seconds <= 0 ? 0 : Math.max(0, sampleBytes[last] - sampleBytes[first]) * 8 / seconds;
    }

    private static long etaSeconds(TransferProgress progress, double bitsPerSecond) {
        if (progress.bytesTotal() < 0 || bitsPerSecond <= 0) {
            return -1;
        }
        return Math.round((progress.bytesTotal() - progress.bytesDone()) * 8 / bitsPerSecond);
    }
}
