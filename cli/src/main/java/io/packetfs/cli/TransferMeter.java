package io.packetfs.cli;

import io.packetfs.protocol.trace.Trace;
import io.packetfs.protocol.trace.TraceMetric;
import io.packetfs.protocol.trace.TraceMetrics;
import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/**
 * The distributions that a summary shows: round trips, a sample for each acknowledgement that is told of, and how long grams take from
 * being taken for sending to being acknowledged. Written by the agent's thread, for all connections of its endpoint; taken by another.
 */
final class TransferMeter implements Trace {
    private static final long US_MAX = 3_600_000_000L;
    private static final int SIGNIFICANT_DIGITS = 2;
    private static final long NS_PER_US = 1_000;

    private final SingleWriterRecorder roundTripsUs = new SingleWriterRecorder(1, US_MAX, SIGNIFICANT_DIGITS);
    private final SingleWriterRecorder latenciesUs = new SingleWriterRecorder(1, US_MAX, SIGNIFICANT_DIGITS);
    private long latestRttNs;

    @Override
    public void onMetrics(long nowNs, TraceMetrics metrics) {
        long rttNs = metrics.get(TraceMetric.LATEST_RTT);
        if (rttNs != latestRttNs) {
            latestRttNs = rttNs;
            record(roundTripsUs, rttNs);
        }
    }

    @Override
    public void onGramAcknowledged(long nowNs, long latencyNs) {
        record(latenciesUs, latencyNs);
    }

    /** Percentiles of round trips since the last call, in microseconds, or nulls if there was none; the keys are {@code p50} and so on. */
    Map<String, Object> takeRoundTrips() {
        return percentiles(roundTripsUs.getIntervalHistogram());
    }

    /** As {@link #takeRoundTrips}, of grams acknowledged. */
    Map<String, Object> takeLatencies() {
        return percentiles(latenciesUs.getIntervalHistogram());
    }

    private static void record(SingleWriterRecorder recorder, long ns) {
        if (ns > 0) {
            recorder.recordValue(Math.clamp(ns / NS_PER_US, 1, US_MAX));
        }
    }

    private static Map<String, Object> percentiles(Histogram histogram) {
        boolean isEmpty = histogram.getTotalCount() == 0;
        Map<String, Object> percentiles = new LinkedHashMap<>();
        percentiles.put("p50", isEmpty ? null : histogram.getValueAtPercentile(50));
        percentiles.put("p90", isEmpty ? null : histogram.getValueAtPercentile(90));
        percentiles.put("p99", isEmpty ? null : histogram.getValueAtPercentile(99));
        percentiles.put("p999", isEmpty ? null : histogram.getValueAtPercentile(99.9));
        percentiles.put("max", isEmpty ? null : histogram.getMaxValue());
        return percentiles;
    }
}
