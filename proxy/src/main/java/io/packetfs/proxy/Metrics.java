package io.packetfs.proxy;

import io.packetfs.sim.LinkEvent;
import java.util.List;
import java.util.Locale;

/** Counts as Prometheus reads them; the first two are named as Toxiproxy names them. */
final class Metrics {
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private Metrics() {}

    static String text(ImpairmentProxy owner) {
        List<NamedProxy> proxies = owner.proxies();
        StringBuilder text = new StringBuilder();
        head(text, "toxiproxy_proxy_received_bytes_total", "counter", "Bytes read from the source of a direction.");
        for (NamedProxy proxy : proxies) {
            for (Direction direction : Direction.values()) {
                line(text, "received", proxy, direction, proxy.receivedBytes(direction));
            }
        }
        head(text, "toxiproxy_proxy_sent_bytes_total", "counter", "Bytes written to the sink of a direction.");
        for (NamedProxy proxy : proxies) {
            for (Direction direction : Direction.values()) {
                line(text, "sent", proxy, direction, proxy.sentBytes(direction));
            }
        }
        datagrams(text, proxies);
        head(text, "pfs_proxy_connections", "gauge", "TCP connections, or UDP clients.");
        for (NamedProxy proxy : proxies) {
            text.append("pfs_proxy_connections{proxy=\"")
                    .append(escaped(proxy.name()))
                    .append("\"} ");
            text.append(proxy.connectionCount()).append('\n');
        }
        head(
                text,
                "pfs_proxy_connections_refused_total",
                "counter",
                "Connections refused because there were too many.");
        text.append("pfs_proxy_connections_refused_total ")
                .append(owner.connectionsRefused())
                .append('\n');
        head(text, "pfs_proxy_held_bytes", "gauge", "Bytes held for all connections.");
        text.append("pfs_proxy_held_bytes ").append(owner.bytesHeld()).append('\n');
        return text.toString();
    }

    /** Only what has happened, so that a scrape does not grow by seventeen lines for each proxy and direction. */
    private static void datagrams(StringBuilder text, List<NamedProxy> proxies) {
        head(text, "pfs_proxy_datagrams_total", "counter", "What happened to the datagrams of a direction.");
        for (NamedProxy proxy : proxies) {
            for (Direction direction : Direction.values()) {
                for (LinkEvent event : LinkEvent.values()) {
                    long count = proxy.datagrams(direction, event);
                    if (count > 0) {
                        text.append("pfs_proxy_datagrams_total{direction=\"").append(direction.label());
                        text.append("\",event=\"").append(event.name().toLowerCase(Locale.ROOT));
                        text.append("\",proxy=\"").append(escaped(proxy.name()));
                        text.append("\"} ").append(count).append('\n');
                    }
                }
            }
        }
    }

    private static void head(StringBuilder text, String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private static void line(StringBuilder text, String what, NamedProxy proxy, Direction direction, long bytes) {
        text.append("toxiproxy_proxy_")
                .append(what)
                .append("_bytes_total{direction=\"")
                .append(direction.label());
        text.append("\",listener=\"").append(escaped(proxy.listen()));
        text.append("\",proxy=\"").append(escaped(proxy.name()));
        text.append("\",upstream=\"")
                .append(escaped(proxy.upstream()))
                .append("\"} ")
                .append(bytes)
                .append('\n');
    }

    private static String escaped(String label) {
        return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
