package io.packetfs.protocol.trace;

/** What is measured on a connection. The field name is that of qlog's {@code recovery:metrics_updated}, or has the prefix {@code pfs_}. */
public enum TraceMetric {
    MIN_RTT("min_rtt", Unit.NANOSECONDS),
    SMOOTHED_RTT("smoothed_rtt", Unit.NANOSECONDS),
    LATEST_RTT("latest_rtt", Unit.NANOSECONDS),
    RTT_VARIANCE("rtt_variance", Unit.NANOSECONDS),
    CONGESTION_WINDOW("congestion_window", Unit.COUNT),
    BYTES_IN_FLIGHT("bytes_in_flight", Unit.COUNT),
    PACING_RATE("pacing_rate", Unit.BYTES_PER_SECOND),
    /** The rate that the congestion controller takes the path to have; 0 if it has no such model. */
    MODEL_RATE("pfs_model_rate", Unit.BYTES_PER_SECOND),
    /** The round trip without queues that the congestion controller reckons with; 0 if it has no such model. */
    MODEL_RTT("pfs_model_rtt", Unit.NANOSECONDS),
    REORDERING_WINDOW("pfs_reordering_window", Unit.NANOSECONDS),
    PACKETS_SENT("pfs_packets_sent", Unit.COUNT),
    BYTES_SENT("pfs_bytes_sent", Unit.COUNT),
    PACKETS_RETRANSMITTED("pfs_packets_retransmitted", Unit.COUNT),
    PACKETS_RECEIVED("pfs_packets_received", Unit.COUNT),
    BYTES_RECEIVED("pfs_bytes_received", Unit.COUNT),
    /** Grams that have begun to arrive and are not delivered. */
    GRAMS_OPEN("pfs_grams_open", Unit.COUNT),
    GRAMS_DELIVERED("pfs_grams_delivered", Unit.COUNT),
    /** Flow credit that this side keeps granted ahead. */
    CREDIT_WINDOW("pfs_credit_window", Unit.COUNT);

    /** What the number means; qlog shows milliseconds and bits per second. */
    enum Unit {
        NANOSECONDS,
        BYTES_PER_SECOND,
        COUNT
    }

    private final String fieldName;
    private final Unit unit;

    TraceMetric(String fieldName, Unit unit) {
        this.fieldName = fieldName;
        this.unit = unit;
    }

    public String fieldName() {
        return fieldName;
    }

    Unit unit() {
        return unit;
    }
}
