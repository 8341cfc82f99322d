package io.packetfs.swarm;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What happened in a run, for people: a line each, with its time. */
final class RunLog {
    /** Further lines are counted only. */
    static final int LINES_MAX = 1_000;

    private static final double NS_PER_SECOND = 1e9;

    private final List<String> lines = new ArrayList<>();
    private long omitted;

    void add(long nowNs, String what) {
        if (lines.size() < LINES_MAX) {
            lines.add(String.format(Locale.ROOT, "%12.6f s  %s", nowNs / NS_PER_SECOND, what));
        } else {
            omitted++;
        }
    }

    List<String> lines() {
        List<String> all = new ArrayList<>(lines);
        if (omitted > 0) {
            all.add("and " + omitted + " more");
        }
        return all;
    }
}
