package io.packetfs.cli;

import io.packetfs.sim.LinkCounters;
import io.packetfs.sim.LinkEvent;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a link has seen in one direction, for people and for programs. */
final class LinkReport {
    private LinkReport() {}

    /** Such as {@code sent 10, lost 1, passed 9, delivered 9 packets}: what did not happen is left out. */
    static String text(LinkCounters counters) {
        StringBuilder text = new StringBuilder();
        for (LinkEvent event : LinkEvent.values()) {
            if (event == LinkEvent.SENT || counters.datagrams(event) > 0) {
                text.append(text.isEmpty() ? "" : ", ")
                        .append(name(event).replace('_', ' '))
                        .append(' ')
                        .append(counters.datagrams(event));
            }
        }
        return text.append(" packets").toString();
    }

    /** Every event with its packets and bytes. */
    static Map<String, Object> tree(LinkCounters counters) {
        Map<String, Object> tree = new LinkedHashMap<>();
        for (LinkEvent event : LinkEvent.values()) {
            Map<String, Object> count = new LinkedHashMap<>();
            count.put("packets", counters.datagrams(event));
            count.put("bytes", counters.bytes(event));
            tree.put(name(event), count);
        }
        return tree;
    }

    private static String name(LinkEvent event) {
        return event.name().toLowerCase(Locale.ROOT);
    }
}
