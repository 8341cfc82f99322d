package io.packetfs.protocol.trace;

/** A value for each {@link TraceMetric}: nanoseconds, bytes per second, or a count. One object is filled again and again. */
public final class TraceMetrics {
    private final long[] values = new long[TraceMetric.values().length];

    public long get(TraceMetric metric) {
        return values[index(metric)];
    }

    public void set(TraceMetric metric, long value) {
        values[index(metric)] = value;
    }

    @SuppressWarnings("EnumOrdinal") // the place in an array that lives no longer than the process
    private static int index(TraceMetric metric) {
        return metric.ordinal();
    }
}
