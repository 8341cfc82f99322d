package io.packetfs.bench.afxdp;

import io.packetfs.cli.Html;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Results as a page of HTML with pictures in it, which needs nothing else to be shown. */
final class AfXdpPage {
    private static final int ROW_HEIGHT = 26;
    private static final int BAR_HEIGHT = 18;
    private static final int PLOT_LEFT = 180;
    private static final int PLOT_WIDTH = 520;
    private static final int PLOT_RIGHT = 90;
    private static final String RINGS = "#1769aa";
    private static final String KERNEL = "#c77700";
    private static final String BARE = "#777777";

    private static final String STYLE = """
            body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 60em; padding: 0 1em; color: #222 }
            table { border-collapse: collapse } th, td { padding: .2em .6em; text-align: right }
            th { border-bottom: 1px solid #888 } td.name { text-align: left }
            svg text { font: 12px system-ui, sans-serif; fill: #444 }
            """;

    private final StringBuilder page = new StringBuilder();
    private final List<ContenderResult> results;

    private AfXdpPage(List<ContenderResult> results) {
        this.results = results;
    }

    /**
     * @param summary of how it was measured
     * @param host the machine
     */
    static String html(String summary, String host, Collection<Integer> payloads, List<ContenderResult> results) {
        AfXdpPage page = new AfXdpPage(results);
        page.page
                .append("<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n")
                .append("<title>pfs-udp bench afxdp</title>\n<style>\n")
                .append(STYLE)
                .append("</style>\n<h1>AF_XDP and the kernel's sockets over a virtual link</h1>\n<p>")
                .append(Html.escaped(summary))
                .append("</p>\n");
        for (int bytes : payloads) {
            page.plot("Gbit/s with " + bytes + " bytes in a datagram", bytes, Throughput::gigabitsPerSecond);
        }
        for (int bytes : payloads) {
            page.plot("CPU-seconds per GiB, both ends, " + bytes + " bytes", bytes, Throughput::cpuSecondsPerGib);
        }
        page.latencies();
        page.page.append("<p>");
        results.forEach(result -> page.page.append(
                Html.escaped(result.name() + ": " + result.contender().what() + ". ")));
        page.page.append("</p>\n<p>Measured on: ").append(Html.escaped(host)).append("</p>\n</html>\n");
        return page.page.toString();
    }

    private void plot(String title, int payloadBytes, ToDoubleFunction<Throughput> figure) {
        double most = results.stream()
                .mapToDouble(result -> result.range(payloadBytes, figure)[1])
                .filter(value -> !Double.isNaN(value))
                .max()
                .orElse(1);
        page.append(String.format(
                Locale.ROOT,
                "<h2>%s</h2>%n<svg width=\"%d\" height=\"%d\" role=\"img\">%n",
                Html.escaped(title),
                PLOT_LEFT + PLOT_WIDTH + PLOT_RIGHT,
                results.size() * ROW_HEIGHT + 4));
        for (int row = 0; row < results.size(); row++) {
            bar(row, results.get(row), payloadBytes, figure, most);
        }
        page.append("</svg>\n");
    }

    private void bar(
            int row, ContenderResult result, int payloadBytes, ToDoubleFunction<Throughput> figure, double most) {
        int y = row * ROW_HEIGHT + 2;
        text(PLOT_LEFT - 8, y, "end", result.name());
        double median = result.median(payloadBytes, figure);
        if (Double.isNaN(median)) {
            text(PLOT_LEFT, y, "start", "failed");
            return;
        }
        double[] range = result.range(payloadBytes, figure);
        page.append(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>%n",
                PLOT_LEFT,
                y,
                Math.max(1, width(median / most)),
                BAR_HEIGHT,
                color(result.contender())));
        page.append(String.format(
                Locale.ROOT,
                "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%2$d\" stroke=\"#222\"/>%n",
                PLOT_LEFT + width(range[0] / most),
                y + BAR_HEIGHT / 2,
                PLOT_LEFT + width(range[1] / most)));
        text(PLOT_LEFT + width(range[1] / most) + 6, y, "start", String.format(Locale.ROOT, "%.2f", median));
    }

    private void latencies() {
        page.append("<h2>Echo latency, microseconds, 64 bytes</h2>\n<table>\n<tr><th><th>mode");
        ContenderResult.PERCENTILES.keySet().forEach(name -> page.append("<th>").append(name));
        page.append("<th>max<th>answers\n");
        for (ContenderResult result : results) {
            result.latencies().forEach((mode, histogram) -> {
                page.append("<tr><td class=\"name\">")
                        .append(Html.escaped(result.name()))
                        .append("<td class=\"name\">")
                        .append(Html.escaped(mode));
                ContenderResult.PERCENTILES
                        .values()
                        .forEach(percentile -> page.append(String.format(
                                Locale.ROOT, "<td>%.1f", histogram.getValueAtPercentile(percentile) / 1e3)));
                page.append(String.format(
                        Locale.ROOT, "<td>%.1f<td>%d%n", histogram.getMaxValue() / 1e3, histogram.getTotalCount()));
            });
        }
        page.append("</table>\n");
    }

    private void text(int x, int rowY, String anchor, String text) {
        page.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>%n",
                x,
                rowY + BAR_HEIGHT - 5,
                anchor,
                Html.escaped(text)));
    }

    private static String color(Contender contender) {
        if (contender.isBare()) {
            return BARE;
        }
        boolean withRings = contender.name().contains("afxdp");
        return withRings ? RINGS : KERNEL;
    }

    private static int width(double share) {
        return (int) Math.round(PLOT_WIDTH * share);
    }
}
