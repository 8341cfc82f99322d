package io.packetfs.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The results of a comparison over a wire as a page of HTML with pictures in it, which needs nothing else to be shown. */
final class WanPage {
    private static final int BAR_WIDTH = 26;
    private static final int GROUP_GAP = 28;
    private static final int PLOT_LEFT = 60;
    private static final int PLOT_TOP = 20;
    private static final int PLOT_HEIGHT = 220;
    private static final int GRID_LINES = 4;
    private static final List<String> COLORS = List.of("#1769aa", "#c77700", "#777777", "#2e7d32", "#8e24aa");

    private static final String STYLE = """
            body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 60em; padding: 0 1em; color: #222 }
            table { border-collapse: collapse } th, td { padding: .2em .8em; text-align: right }
            th { border-bottom: 1px solid #888 } td.name { text-align: left } tr.first td { border-top: 1px solid #ddd }
            svg text { font: 12px system-ui, sans-serif; fill: #444 } .key { display: inline-block; width: .9em; height: .9em }
            """;

    private final StringBuilder page = new StringBuilder();
    private final WanPlan plan;
    private final List<WanResult> results;
    private final List<String> names;

    private WanPage(WanPlan plan, List<WanResult> results) {
        this.plan = plan;
        this.results = results;
        names = results.stream().map(WanResult::contender).distinct().toList();
    }

    /** @param host the machine, as reports tell it */
    static String html(WanPlan plan, List<WanResult> results, Map<String, Object> host) {
        return new WanPage(plan, results).html(host);
    }

    private String html(Map<String, Object> host) {
        page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>pfs-udp bench wan</title>\n")
                .append("<style>\n")
                .append(STYLE)
                .append("</style>\n<h1>Goodput over a lossy wire</h1>\n");
        page.append(String.format(
                Locale.ROOT,
                "<p>A wire of %s with a queue of %s; %d s each, after %d s that do not count; medians of %d. The line over each group is what the"
                        + " rate leaves when the lost packets and the headers are taken off.</p>\n",
                Html.escaped(Units.bitRate((double) plan.rateBitsPerSecond())),
                Html.escaped(Units.bytes(plan.wire().queueBytesMax())),
                plan.seconds(),
                plan.warmUpSeconds(),
                plan.rounds()));
        legend();
        results.stream().map(result -> result.conditions().delayMs()).distinct().forEach(this::picture);
        table();
        String machine = host.get("cpu") + ", " + host.get("cores") + " cores, Linux " + host.get("kernel");
        page.append("<p>Measured on: ").append(Html.escaped(machine)).append("</p>\n</html>\n");
        return page.toString();
    }

    private void legend() {
        page.append("<p>");
        for (String name : names) {
            page.append("<span class=\"key\" style=\"background:")
                    .append(color(name))
                    .append("\"></span> ")
                    .append(Html.escaped(name))
                    .append(" &nbsp; ");
        }
        page.append("</p>\n");
    }

    /** One delay: a group of bars per loss. */
    private void picture(double delayMs) {
        List<WanResult> shown = results.stream()
                .filter(result -> result.conditions().delayMs() == delayMs)
                .toList();
        List<Double> losses = shown.stream()
                .map(result -> result.conditions().loss())
                .distinct()
                .toList();
        int groupWidth = names.size() * BAR_WIDTH + GROUP_GAP;
        int width = PLOT_LEFT + losses.size() * groupWidth + GROUP_GAP;
        page.append(String.format(
                Locale.ROOT,
                "<h2>%s ms one way</h2>\n<svg width=\"%d\" height=\"%d\" role=\"img\">\n",
                Units.decimal(delayMs),
                width,
                PLOT_TOP + PLOT_HEIGHT + 30));
        grid(width);
        for (int i = 0; i < losses.size(); i++) {
            int left = PLOT_LEFT + GROUP_GAP / 2 + i * groupWidth;
            text(left + names.size() * BAR_WIDTH / 2, PLOT_TOP + PLOT_HEIGHT + 18, "middle", percentOf(losses.get(i)));
            for (WanResult result : shown) {
                if (result.conditions().loss() == losses.get(i)) {
                    bar(result, left + names.indexOf(result.contender()) * BAR_WIDTH);
                }
            }
        }
        page.append("</svg>\n");
    }

    private void grid(int width) {
        for (int i = 0; i <= GRID_LINES; i++) {
            double rate = (double) plan.rateBitsPerSecond() * i / GRID_LINES;
            int y = y(rate);
            page.append(String.format(
                    Locale.ROOT,
                    "<line x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\" stroke=\"#ddd\"/>\n",
                    PLOT_LEFT,
                    width,
                    y,
                    y));
            text(PLOT_LEFT - 6, y + 4, "end", Units.decimal(rate / 1e6));
        }
        text(PLOT_LEFT - 6, PLOT_TOP - 8, "end", "Mbit/s");
    }

    private void bar(WanResult result, int x) {
        int limitY = y(result.limitBitsPerSecond());
        page.append(String.format(
                Locale.ROOT,
                "<line x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\" stroke=\"#222\"/>\n",
                x,
                x + BAR_WIDTH,
                limitY,
                limitY));
        if (!result.isKnown()) {
            text(x + BAR_WIDTH / 2, PLOT_TOP + PLOT_HEIGHT - 4, "middle", "×");
            return;
        }
        int y = y(result.goodputBitsPerSecond());
        page.append(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"><title>%s</title></rect>\n",
                x + 2,
                y,
                BAR_WIDTH - 4,
                PLOT_TOP + PLOT_HEIGHT - y,
                color(result.contender()),
                Html.escaped(WanTable.line(result).strip())));
    }

    private void table() {
        page.append("<h2>Figures</h2>\n<table>\n<tr><th>delay<th>loss<th><th>goodput<th>of the limit<th>overhead")
                .append("<th>at least<th>retransmitted\n");
        WanPlan.Conditions before = null;
        for (WanResult result : results) {
            WanPlan.Conditions conditions = result.conditions();
            page.append(conditions.equals(before) ? "<tr>" : "<tr class=\"first\">");
            before = conditions;
            cells(Units.decimal(conditions.delayMs()) + " ms", percentOf(conditions.loss()));
            page.append("<td class=\"name\">").append(Html.escaped(result.contender()));
            if (!result.isKnown()) {
                page.append("<td class=\"name\" colspan=\"5\">failed: ").append(Html.escaped(result.error()));
            } else {
                cells(
                        Units.bitRate(result.goodputBitsPerSecond()),
                        WanTable.percent(result.limitShare()),
                        WanTable.percent(result.overheadRatio()),
                        WanTable.percent(result.overheadRatioMin()),
                        Long.toString(result.retransmitted()));
            }
            page.append('\n');
        }
        page.append(
                        "</table>\n<p>Overhead: bytes on the wire beyond what full packets need when nothing is lost; p / (1 - p) is the")
                .append(" least that a loss of p allows.</p>\n");
    }

    private void cells(String... texts) {
        for (String text : texts) {
            page.append("<td>").append(Html.escaped(text));
        }
    }

    private void text(int x, int y, String anchor, String text) {
        page.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>\n",
                x,
                y,
                anchor,
                Html.escaped(text)));
    }

    private int y(double bitsPerSecond) {
        return PLOT_TOP + PLOT_HEIGHT - (int) Math.round(PLOT_HEIGHT * bitsPerSecond / plan.rateBitsPerSecond());
    }

    private String color(String name) {
        return COLORS.get(names.indexOf(name) % COLORS.size());
    }

    private static String percentOf(double share) {
        return Units.decimal(share * 100) + " %";
    }
}
