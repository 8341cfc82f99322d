package io.packetfs.bench.loopback;

import io.packetfs.cli.Html;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Results as a page of HTML with pictures in it, which needs nothing else to be shown. */
final class LoopbackPage {
    private static final int BAR_HEIGHT = 18;
    private static final int ROW_HEIGHT = 28;
    private static final int PLOT_LEFT = 220;
    private static final int PLOT_WIDTH = 520;
    private static final int PLOT_TOP = 24;
    private static final int GRID_LINES = 4;
    private static final String OURS = "#1769aa";
    private static final String THEIRS = "#c77700";
    private static final String SENDER = "#2e7d32";
    private static final String RECEIVER = "#8e24aa";

    private static final String STYLE = """
            body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 60em; padding: 0 1em; color: #222 }
            table { border-collapse: collapse } th, td { padding: .2em .6em; text-align: right }
            th { border-bottom: 1px solid #888 } td.name { text-align: left }
            svg text { font: 12px system-ui, sans-serif; fill: #444 } .key { display: inline-block; width: .9em; height: .9em }
            """;

    private final StringBuilder page = new StringBuilder();
    private final List<LoopbackResult> results;
    private final List<LoopbackResult> measured;

    private LoopbackPage(List<LoopbackResult> results) {
        this.results = results;
        measured = results.stream().filter(result -> !result.rounds().isEmpty()).toList();
    }

    /** @param host the machine, as reports tell it */
    static String html(LoopbackPlan plan, List<LoopbackResult> results, Map<String, Object> host) {
        return new LoopbackPage(results).html(plan, host);
    }

    private String html(LoopbackPlan plan, Map<String, Object> host) {
        page.append(
                        "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>pfs-udp bench loopback</title>\n")
                .append("<style>\n")
                .append(STYLE)
                .append("</style>\n<h1>From process to process over loopback</h1>\n");
        page.append(String.format(
                Locale.ROOT,
                "<p>%d rounds in turn; each at least %s s and %s GiB, after %s s that do not count. Datagrams of %d bytes.</p>\n",
                plan.rounds(),
                number(plan.seconds()),
                number(plan.bytesMin() / (double) (1L << 30)),
                number(plan.warmUpSeconds()),
                PumpPacket.BYTES));
        goodput();
        cpu();
        memory();
        table();
        page.append("<p>Measured on: ")
                .append(Html.escaped(LoopbackHost.line(host)))
                .append("</p>\n</html>\n");
        return page.toString();
    }

    private void goodput() {
        double most = measured.stream()
                .mapToDouble(result -> result.gigabytesPerSecond().max())
                .max()
                .orElse(1);
        begin("Goodput, GB/s: medians, with the lowest and the highest", most);
        for (int i = 0; i < measured.size(); i++) {
            LoopbackResult result = measured.get(i);
            Spread rate = result.gigabytesPerSecond();
            String color = result.contender() instanceof EndPair pair
                            && pair.receiver().kind() == EndOptions.Kind.PFS_UDP
                    ? OURS
                    : THEIRS;
            bar(i, 0, rate.median() / most, color, result.contender().what());
            int y = y(i) + BAR_HEIGHT / 2;
            line(x(rate.min() / most), y, x(rate.max() / most), y, "#222");
            label(i, result.name(), number(rate.median()), x(rate.max() / most));
        }
        page.append("</svg>\n");
    }

    private void cpu() {
        double most = measured.stream()
                .mapToDouble(result -> result.senderCpuSecondsPerGib().median()
                        + result.receiverCpuSecondsPerGib().median())
                .max()
                .orElse(1);
        page.append("<p><span class=\"key\" style=\"background:" + SENDER + "\"></span> sending side &nbsp; ")
                .append("<span class=\"key\" style=\"background:" + RECEIVER + "\"></span> receiving side</p>\n");
        begin("Processor time, seconds per GiB; the kernel charges the sender for much of loopback's receiving", most);
        for (int i = 0; i < measured.size(); i++) {
            LoopbackResult result = measured.get(i);
            double sender = result.senderCpuSecondsPerGib().median();
            double receiver = result.receiverCpuSecondsPerGib().median();
            bar(i, 0, sender / most, SENDER, "sending side " + number(sender));
            bar(i, sender / most, receiver / most, RECEIVER, "receiving side " + number(receiver));
            label(i, result.name(), number(sender + receiver), x((sender + receiver) / most));
        }
        page.append("</svg>\n");
    }

    /** Resident memory over what was moved, of those that were looked at more than once: the last round of each. */
    private void memory() {
        List<LoopbackResult> watched = measured.stream()
                .filter(result -> result.rounds().getLast().memory().size() > 1)
                .toList();
        if (watched.isEmpty()) {
            return;
        }
        page.append(
                        "<h2>Resident memory while it ran</h2>\n<table>\n<tr><th><th>moved, GiB<th>sender, MiB, lowest to highest")
                .append("<th>receiver, MiB, lowest to highest\n");
        for (LoopbackResult result : watched) {
            List<Measurement.MemorySample> samples = result.rounds().getLast().memory();
            page.append("<tr><td class=\"name\">").append(Html.escaped(result.name()));
            cells(
                    number(samples.getLast().bytes() / (double) (1L << 30)),
                    range(samples.stream()
                            .mapToLong(Measurement.MemorySample::senderResidentBytes)
                            .toArray()),
                    range(samples.stream()
                            .mapToLong(Measurement.MemorySample::receiverResidentBytes)
                            .toArray()));
            page.append('\n');
        }
        page.append("</table>\n");
    }

    private void table() {
        page.append(
                        "<h2>Figures</h2>\n<table>\n<tr><th><th>GB/s<th>lowest to highest<th>CPU s/GiB, sender<th>receiver<th>both")
                .append("<th>GB per CPU-second<th>packets/s<th>lost<th>peak MiB, sender<th>receiver\n");
        for (LoopbackResult result : results) {
            page.append("<tr><td class=\"name\">").append(Html.escaped(result.name()));
            if (result.rounds().isEmpty()) {
                page.append("<td class=\"name\" colspan=\"10\">failed: ")
                        .append(Html.escaped(result.errors().getFirst()));
            } else {
                Spread rate = result.gigabytesPerSecond();
                cells(
                        number(rate.median()),
                        number(rate.min()) + " to " + number(rate.max()),
                        number(result.senderCpuSecondsPerGib().median()),
                        number(result.receiverCpuSecondsPerGib().median()),
                        number(result.cpuSecondsPerGib().median()),
                        number(result.gigabytesPerCpuSecond()),
                        LoopbackTable.thousands(result.packetsPerSecond()),
                        LoopbackTable.percent(result.lossRatio()),
                        LoopbackTable.mebibytes(result.senderResidentBytesMax()),
                        LoopbackTable.mebibytes(result.receiverResidentBytesMax()));
            }
            page.append('\n');
        }
        page.append("</table>\n<p>");
        results.forEach(result -> page.append(
                Html.escaped(result.name() + ": " + result.contender().what() + ". ")));
        page.append("</p>\n");
    }

    private void begin(String title, double most) {
        int height = PLOT_TOP + measured.size() * ROW_HEIGHT + 4;
        page.append(String.format(
                "<h2>%s</h2>\n<svg width=\"%d\" height=\"%d\" role=\"img\">\n",
                Html.escaped(title), PLOT_LEFT + PLOT_WIDTH + 60, height));
        for (int i = 0; i <= GRID_LINES; i++) {
            int x = x((double) i / GRID_LINES);
            line(x, PLOT_TOP - 4, x, height, "#ddd");
            text(x, PLOT_TOP - 10, "middle", number(most * i / GRID_LINES));
        }
    }

    private void bar(int row, double from, double share, String color, String title) {
        page.append(String.format(
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"><title>%s</title></rect>\n",
                x(from), y(row), Math.max(1, x(from + share) - x(from)), BAR_HEIGHT, color, Html.escaped(title)));
    }

    private void label(int row, String name, String figure, int endX) {
        int y = y(row) + BAR_HEIGHT - 5;
        text(PLOT_LEFT - 8, y, "end", name);
        text(endX + 6, y, "start", figure);
    }

    private void line(int x1, int y1, int x2, int y2, String color) {
        page.append(String.format(
                "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\"/>\n", x1, y1, x2, y2, color));
    }

    private void text(int x, int y, String anchor, String text) {
        page.append(String.format(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>\n", x, y, anchor, Html.escaped(text)));
    }

    private void cells(String... texts) {
        for (String text : texts) {
            page.append("<td>").append(Html.escaped(text));
        }
    }

    private static String range(long... bytes) {
        Spread spread = Spread.of(Arrays.stream(bytes).asDoubleStream().toArray());
        return String.format(Locale.ROOT, "%.0f to %.0f", spread.min() / (1 << 20), spread.max() / (1 << 20));
    }

    private static int x(double share) {
        return PLOT_LEFT + (int) Math.round(PLOT_WIDTH * share);
    }

    private static int y(int row) {
        return PLOT_TOP + row * ROW_HEIGHT;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
