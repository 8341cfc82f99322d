package io.packetfs.protocol.trace;

import io.packetfs.protocol.ReasonCode;
import java.net.InetSocketAddress;
import java.util.Locale;

/**
 * Writes a trace down as qlog 0.3 in JSON text sequences (draft-ietf-quic-qlog-main-schema-02, section 6.2; RFC 7464): the first record
 * says what file it is, each further one is an event, so that the text is readable wherever it ends. Events that QUIC has, too, bear
 * its names; others begin with {@code pfs:}. Of metrics only what has changed is written.
 *
 * <p>Records go to the sink one by one, complete with separator and line feed; the text is valid during the call. It does no input or
 * output of its own. Times are written in milliseconds since the connection began.
 */
public final class QlogTrace implements Trace {
    /** Takes what is written. */
    @FunctionalInterface
    public interface Sink {
        /** One record, with separator and line feed; valid during the call. */
        void onRecord(CharSequence record);

        /** There will be no more. */
        default void onEnd() {}
    }

    private static final char RECORD_SEPARATOR = '\u001e';
    private static final long NS_PER_MS = 1_000_000;
    private static final long NS_PER_US = 1_000;
    private static final int BITS_PER_BYTE = 8;
    private static final TraceMetric[] METRICS = TraceMetric.values();

    private final Sink sink;
    private final long referenceEpochMs;
    private final boolean wantsPackets;
    private final StringBuilder text = new StringBuilder();
    private final TraceMetrics written = new TraceMetrics();
    private boolean hasMetrics;
    private boolean isFirstField;
    private long originNs;

    /**
     * @param referenceEpochMs the wall clock as the connection begins, in milliseconds since 1970
     * @param wantsPackets whether each packet is an event
     */
    public QlogTrace(Sink sink, long referenceEpochMs, boolean wantsPackets) {
        this.sink = sink;
        this.referenceEpochMs = referenceEpochMs;
        this.wantsPackets = wantsPackets;
    }

    @Override
    public boolean wantsPackets() {
        return wantsPackets;
    }

    @Override
    public void onStarted(long nowNs, int connectionId, boolean isInitiator, InetSocketAddress peer) {
        originNs = nowNs;
        text.setLength(0);
        text.append(RECORD_SEPARATOR).append("{\"qlog_version\":\"0.3\",\"qlog_format\":\"JSON-SEQ\",");
        text.append("\"title\":\"pfs-udp connection ").append(hex(connectionId)).append("\",\"trace\":{");
        text.append("\"vantage_point\":{\"type\":\"").append(isInitiator ? "client" : "server");
        text.append("\"},\"common_fields\":{\"protocol_type\":[\"PFS-UDP\"],\"group_id\":\"")
                .append(hex(connectionId));
        text.append("\",\"time_format\":\"relative\",\"reference_time\":").append(referenceEpochMs);
        text.append("}}}\n");
        sink.onRecord(text);
        begin(nowNs, "connectivity:connection_started");
        quoted("src_cid", hex(connectionId));
        address("dst", peer);
        end();
    }

    @Override
    public void onState(long nowNs, String before, String after) {
        change(nowNs, "connectivity:connection_state_updated", before, after);
    }

    @Override
    public void onMetrics(long nowNs, TraceMetrics metrics) {
        begin(nowNs, "recovery:metrics_updated");
        for (TraceMetric metric : METRICS) {
            long value = metrics.get(metric);
            if (hasMetrics && value == written.get(metric)) {
                continue;
            }
            written.set(metric, value);
            switch (metric.unit()) {
                case NANOSECONDS -> milliseconds(metric.fieldName(), value);
                case BYTES_PER_SECOND -> number(metric.fieldName(), value * BITS_PER_BYTE);
                case COUNT -> number(metric.fieldName(), value);
            }
        }
        hasMetrics = true;
        if (!isFirstField) {
            end();
        }
    }

    @Override
    public void onCount(long nowNs, TraceCounter counter, long more, long total) {
        begin(nowNs, counter.eventName());
        if (counter == TraceCounter.PROBE_TIMEOUTS) {
            quoted("event_type", "expired");
            quoted("timer_type", "pto");
        }
        number("count", more);
        number("total", total);
        end();
    }

    @Override
    public void onCongestionState(long nowNs, String before, String after) {
        change(nowNs, "recovery:congestion_state_updated", before, after);
    }

    @Override
    public void onLimit(long nowNs, TraceLimit before, TraceLimit after) {
        change(nowNs, "pfs:limit_updated", lower(before), lower(after));
    }

    @Override
    public void onDatagramBytes(long nowNs, int before, int after) {
        begin(nowNs, "connectivity:mtu_updated");
        number("old", before);
        number("new", after);
        end();
    }

    @Override
    public void onPeerAddress(long nowNs, InetSocketAddress before, InetSocketAddress after) {
        begin(nowNs, "pfs:peer_address_updated");
        address("old", before);
        address("new", after);
        end();
    }

    @Override
    public void onPacketSent(long nowNs, long packetNumber, int bytes) {
        packet(nowNs, "transport:packet_sent", packetNumber, bytes);
    }

    @Override
    public void onPacketReceived(long nowNs, long packetNumber, int bytes) {
        packet(nowNs, "transport:packet_received", packetNumber, bytes);
    }

    @Override
    public void onClosed(long nowNs, int reason, String message, boolean byPeer) {
        begin(nowNs, "connectivity:connection_closed");
        quoted("owner", byPeer ? "remote" : "local");
        number(reason < ReasonCode.APPLICATION ? "connection_code" : "application_code", reason);
        quoted("pfs_reason", ReasonCode.name(reason));
        quoted("reason", message);
        end();
    }

    @Override
    public void onGone(long nowNs) {
        sink.onEnd();
    }

    private void packet(long nowNs, String name, long packetNumber, int bytes) {
        begin(nowNs, name);
        field("header")
                .append("{\"packet_type\":\"1RTT\",\"packet_number\":")
                .append(packetNumber)
                .append('}');
        field("raw").append("{\"length\":").append(bytes).append('}');
        end();
    }

    private void change(long nowNs, String name, String before, String after) {
        begin(nowNs, name);
        if (before != null) {
            quoted("old", before);
        }
        quoted("new", after);
        end();
    }

    private void begin(long nowNs, String name) {
        text.setLength(0);
        text.append(RECORD_SEPARATOR).append("{\"time\":");
        appendMilliseconds(nowNs - originNs);
        text.append(",\"name\":\"").append(name).append("\",\"data\":{");
        isFirstField = true;
    }

    private void end() {
        text.append("}}\n");
        sink.onRecord(text);
    }

    private StringBuilder field(String name) {
        if (!isFirstField) {
            text.append(',');
        }
        isFirstField = false;
        return text.append('"').append(name).append("\":");
    }

    private void number(String name, long value) {
        field(name).append(value);
    }

    private void milliseconds(String name, long ns) {
        field(name);
        appendMilliseconds(ns);
    }

    private void quoted(String name, String value) {
        field(name).append('"');
        for (int i = 0; i < value.length(); i++) {
            char character = value.charAt(i);
            if (character == '"' || character == '\\') {
                text.append('\\').append(character);
            } else if (character < ' ' || Character.isSurrogate(character)) {
                text.append(String.format(Locale.ROOT, "\\u%04x", (int) character));
            } else {
                text.append(character);
            }
        }
        text.append('"');
    }

    private void address(String prefix, InetSocketAddress address) {
        quoted(
                prefix + "_ip",
                address.getAddress() == null
                        ? address.getHostString()
                        : address.getAddress().getHostAddress());
        number(prefix + "_port", address.getPort());
    }

    /** To the microsecond. */
    private void appendMilliseconds(long ns) {
        long us = ns % NS_PER_MS / NS_PER_US;
        text.append(ns / NS_PER_MS).append('.');
        text.append((char) ('0' + us / 100));
        text.append((char) ('0' + us / 10 % 10));
        text.append((char) ('0' + us % 10));
    }

    private static String lower(TraceLimit limit) {
        return limit == null ? null : limit.name().toLowerCase(Locale.ROOT);
    }

    private static String hex(int connectionId) {
        return String.format(Locale.ROOT, "%08x", connectionId);
    }
}
