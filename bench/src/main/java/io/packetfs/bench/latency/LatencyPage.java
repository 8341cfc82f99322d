package io.packetfs.bench.latency;

import io.packetfs.bench.latency.LatencyResult.Percentile;
import io.packetfs.cli.Html;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Results as a page of HTML with pictures in it, which needs nothing else to be shown: for each loss the latency by percentile, where each
 * step to the right is ten times as rare.
 */
final class LatencyPage {
    private static final int LEFT = 60;
    private static final int TOP = 20;
    private static final int WIDTH = 620;
    private static final int HEIGHT = 260;
    private static final double NINES_MAX = 4;
    private static final double STEP = 0.02;
    private static final double MS_MIN = 10;
    private static final List<String> COLORS = List.of("#1769aa", "#2e7d32", "#c77700", "#8e24aa");

    private static final String STYLE = """
            body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 60em; padding: 0 1em; color: #222 }
            table { border-collapse: collapse } th, td { padding: .2em .8em; text-align: right }
            th { border-bottom: 1px solid #888 } td.name { text-align: left }
            svg text { font: 12px system-ui, sans-serif; fill: #444 } .key { display: inline-block; width: .9em; height: .9em }
            """;

    private final StringBuilder page = new StringBuilder();
    private final LatencyPlan plan;
    private final List<LatencyResult> results;
    private final double msMax;

    private LatencyPage(LatencyPlan plan, List<LatencyResult> results) {
        this.plan = plan;
        this.results = results;
        double most = results.stream()
                .filter(result -> result.histogram() != null)
                .mapToDouble(result -> result.ms(Percentile.MAX))
                .max()
                .orElse(MS_MIN);
        msMax = Math.max(MS_MIN * 10, Math.pow(10, Math.ceil(Math.log10(most))));
    }

    /** @param host the machine, as reports tell it */
    static String html(LatencyPlan plan, List<LatencyResult> results, Map<String, Object> host) {
        return new LatencyPage(plan, results).html(host);
    }

    private String html(Map<String, Object> host) {
        page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n")
                .append("<title>pfs-udp bench latency</title>\n<style>\n")
                .append(STYLE)
                .append("</style>\n<h1>Latency of records over a lossy wire</h1>\n");
        page.append(String.format(
                Locale.ROOT,
                "<p>%d records of %d bytes per second over one connection, %d s after %d s that do not count; %s ms one way."
                        + " Counted from the moment at which each was to be sent.</p>\n<p>",
                plan.recordsPerSecond(),
                plan.recordBytes(),
                plan.seconds(),
                plan.warmUpSeconds(),
                LatencyTable.ms(plan.delayNs() / 1e6)));
        for (LatencyContender contender : LatencyContender.values()) {
            page.append(String.format(
                    "<span class=\"key\" style=\"background:%s\"></span> %s: %s &nbsp; ",
                    color(contender), contender.label(), contender.what()));
        }
        page.append("</p>\n");
        results.stream().map(LatencyResult::loss).distinct().forEach(this::picture);
        table();
        page.append("<p>Measured on: ")
                .append(Html.escaped(
                        host.get("cpu") + ", " + host.get("cores") + " cores, Linux " + host.get("kernel")))
                .append("</p>\n</html>\n");
        return page.toString();
    }

    private void picture(double loss) {
        page.append(String.format(
                "<h2>%s of loss</h2>\n<svg width=\"%d\" height=\"%d\" role=\"img\">\n",
                LatencyTable.percent(loss), LEFT + WIDTH + 40, TOP + HEIGHT + 30));
        grid();
        for (LatencyResult result : results) {
            if (result.loss() == loss && result.histogram() != null) {
                curve(result);
            }
        }
        page.append("</svg>\n");
    }

    private void grid() {
        for (double ms = MS_MIN; ms <= msMax; ms *= 10) {
            line(LEFT, y(ms), LEFT + WIDTH, y(ms));
            text(LEFT - 6, y(ms) + 4, "end", LatencyTable.ms(ms));
        }
        text(LEFT - 6, TOP - 8, "end", "ms");
        for (Percentile percentile :
                List.of(Percentile.P50, Percentile.P90, Percentile.P97, Percentile.P99, Percentile.P999)) {
            int x = x(nines(percentile.percent()));
            line(x, TOP, x, TOP + HEIGHT);
            text(x, TOP + HEIGHT + 18, "middle", percentile.name().toLowerCase(Locale.ROOT));
        }
    }

    private void curve(LatencyResult result) {
        page.append(String.format(
                "<polyline fill=\"none\" stroke-width=\"2\" stroke=\"%s\" points=\"", color(result.contender())));
        for (double nines = 0; nines <= NINES_MAX; nines += STEP) {
            double percent = 100 * (1 - Math.pow(10, -nines));
            page.append(x(nines)).append(',').append(y(result.ms(percent))).append(' ');
        }
        page.append(String.format("\"><title>%s</title></polyline>\n", Html.escaped(LatencyTable.line(result))));
    }

    private void table() {
        page.append("<h2>Figures, ms</h2>\n<table>\n<tr><th>loss<th>");
        for (Percentile percentile : Percentile.values()) {
            page.append("<th>").append(percentile.name().toLowerCase(Locale.ROOT));
        }
        page.append("<th>records\n");
        for (LatencyResult result : results) {
            page.append("<tr><td>")
                    .append(LatencyTable.percent(result.loss()))
                    .append("<td class=\"name\">")
                    .append(result.contender().label());
            if (result.histogram() == null) {
                page.append("<td class=\"name\" colspan=\"7\">failed: ").append(Html.escaped(result.error()));
            } else {
                for (Percentile percentile : Percentile.values()) {
                    page.append("<td>").append(LatencyTable.ms(result.ms(percentile)));
                }
                page.append("<td>").append(result.histogram().getTotalCount());
            }
            page.append('\n');
        }
        page.append("</table>\n");
    }

    private void line(int x1, int y1, int x2, int y2) {
        page.append(String.format("<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#ddd\"/>\n", x1, y1, x2, y2));
    }

    private void text(int x, int y, String anchor, String text) {
        page.append(String.format(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>\n", x, y, anchor, Html.escaped(text)));
    }

    private static double nines(double percent) {
        return -Math.log10(1 - percent / 100);
    }

    private static int x(double nines) {
        return LEFT + (int) Math.round(WIDTH * nines / NINES_MAX);
    }

    private int y(double ms) {
        double share = Math.log10(Math.max(ms, MS_MIN) / MS_MIN) / Math.log10(msMax / MS_MIN);
        return TOP + HEIGHT - (int) Math.round(HEIGHT * share);
    }

    private static String color(LatencyContender contender) {
        return COLORS.get(List.of(LatencyContender.values()).indexOf(contender) % COLORS.size());
    }
}
