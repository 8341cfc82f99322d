package io.packetfs.endpoint;

import io.packetfs.ackwindow.Flight;
import io.packetfs.ackwindow.PathMtuSearch;
import io.packetfs.ackwindow.ReceiveWindow;
import io.packetfs.ackwindow.RttEstimator;
import io.packetfs.protocol.trace.Trace;
import io.packetfs.protocol.trace.TraceCounter;
import io.packetfs.protocol.trace.TraceLimit;
import io.packetfs.protocol.trace.TraceMetric;
import io.packetfs.protocol.trace.TraceMetrics;

/**
 * Looks at a connected connection after each input and output, and tells a {@link Trace} what is new. It reads getters and changes
 * nothing, so that a connection does the same with it and without; those that are observed know nothing of it.
 *
 * <p>A packet that brings nothing to tell costs a few additions. What is told is bounded in time: metrics at most once in {@link
 * #SEND_METRICS_NS}, counters and changes of state at most once per acknowledgement or timer.
 */
final class ConnectionTrace {
    /** Between metrics while acknowledgements come; changes of state and losses are accompanied by metrics all the same. */
    static final long SEND_METRICS_NS = 1_000_000;

    /** Between metrics while packets come that acknowledge nothing. */
    static final long RECEIVE_METRICS_NS = 20_000_000;

    private static final TraceCounter[] COUNTERS = TraceCounter.values();

    private final Trace trace;
    private final Flight window;
    private final ReceiveWindow received;
    private final ReceiveCredit receiveCredit;
    private final GramAssembler assembler;
    private final PathMtuSearch mtu;
    private final SendPath sendPath;
    private final ReceivePath receivePath;
    private final SendCredit sendCredit;
    private final PathValidator paths;
    private final TraceMetrics metrics = new TraceMetrics();
    private final long[] told = new long[COUNTERS.length];
    private String congestionState;
    private int datagramBytes;
    private TraceLimit limit;
    private long limitNs;
    private long newsSum;
    private long packetsReceived;
    private long metricsNs;

    ConnectionTrace(
            Trace trace,
            SessionParts parts,
            SendPath sendPath,
            ReceivePath receivePath,
            SendCredit sendCredit,
            PathValidator paths) {
        this.trace = trace;
        window = parts.flight();
        received = parts.receiveWindow();
        receiveCredit = parts.receiveCredit();
        assembler = parts.assembler();
        mtu = parts.mtu();
        this.sendPath = sendPath;
        this.receivePath = receivePath;
        this.sendCredit = sendCredit;
        this.paths = paths;
        datagramBytes = mtu.datagramBytes();
    }

    /** Keys are there: the first metrics. */
    void onConnected(long nowNs) {
        congestionState = window.congestion().state();
        trace.onCongestionState(nowNs, null, congestionState);
        tellMetrics(nowNs);
    }

    /** A packet was read, or a deadline has come. */
    void onInput(long nowNs) {
        long sum = newsSum();
        if (sum != newsSum) {
            newsSum = sum;
            tell(nowNs);
        } else if (nowNs - metricsNs >= RECEIVE_METRICS_NS && receivePath.packetsReceived() != packetsReceived) {
            tell(nowNs);
        }
    }

    /** Nothing more can be sent at this moment. */
    void onSendingStopped(long nowNs) {
        if (nowNs - limitNs < SEND_METRICS_NS) {
            return;
        }
        limitNs = nowNs;
        TraceLimit now = limit();
        if (now != limit) {
            tellCounters(nowNs);
            trace.onLimit(nowNs, limit, now);
            limit = now;
        }
    }

    /** The connection ends. */
    void onEnd(long nowNs) {
        tellCounters(nowNs);
        tellMetrics(nowNs);
    }

    /** A sum of counters that grow: it differs when one of them does. */
    private long newsSum() {
        return window.counters().packetsAcked()
                + window.counters().packetsLost()
                + window.counters().probeTimeouts()
                + window.counters().mtuProbesLost()
                + paths.eventCount();
    }

    private void tell(long nowNs) {
        boolean isUrgent = tellCounters(nowNs);
        if (!window.congestion().state().equals(congestionState)) {
            String before = congestionState;
            congestionState = window.congestion().state();
            trace.onCongestionState(nowNs, before, congestionState);
            isUrgent = true;
        }
        if (mtu.datagramBytes() != datagramBytes) {
            int before = datagramBytes;
            datagramBytes = mtu.datagramBytes();
            trace.onDatagramBytes(nowNs, before, datagramBytes);
        }
        if (isUrgent || nowNs - metricsNs >= SEND_METRICS_NS) {
            tellMetrics(nowNs);
        }
    }

    /** Returns whether there was something to tell. */
    private boolean tellCounters(long nowNs) {
        boolean some = false;
        for (int i = 0; i < COUNTERS.length; i++) {
            long total = total(COUNTERS[i]);
            long more = total - told[i];
            if (more > 0) {
                told[i] = total;
                trace.onCount(nowNs, COUNTERS[i], more, total);
                some = true;
            }
        }
        return some;
    }

    private long total(TraceCounter counter) {
        return switch (counter) {
            case PACKETS_LOST -> window.counters().packetsLost();
            case PACKETS_SPURIOUS -> window.counters().packetsSpurious();
            case LOSSES_UNDONE -> window.counters().lossesUndone();
            case PROBE_TIMEOUTS -> window.counters().probeTimeouts();
            case PERSISTENT_CONGESTIONS -> window.counters().persistentCongestions();
            case CONGESTION_MARKS -> window.counters().congestionMarks();
            case ECN_OFF -> window.isEcnOff() ? 1 : 0;
            case MARKS_RECEIVED -> received.ce();
            case MTU_PROBES_LOST -> window.counters().mtuProbesLost();
            case MTU_BLACK_HOLES -> mtu.blackHoles();
            case CREDIT_BLOCKED -> sendCredit.blockedCount();
            case PATH_TRIALS -> paths.trials();
            case PATH_CHANGES -> paths.changes();
            case PATH_FAILURES -> paths.failures();
            case PATH_REFUSALS -> paths.refusals();
            case PATH_RETURNS -> paths.returns();
            case PACKETS_DUPLICATE -> received.duplicates();
            case PACKETS_DISCARDED -> receivePath.packetsDiscarded() + received.tooOld();
        };
    }

    private void tellMetrics(long nowNs) {
        metricsNs = nowNs;
        packetsReceived = receivePath.packetsReceived();
        RttEstimator rtt = window.rtt();
        boolean isMeasured = rtt.hasSample();
        metrics.set(TraceMetric.MIN_RTT, isMeasured ? rtt.minNs() : 0);
        metrics.set(TraceMetric.SMOOTHED_RTT, isMeasured ? rtt.smoothedNs() : 0);
        metrics.set(TraceMetric.LATEST_RTT, isMeasured ? rtt.latestNs() : 0);
        metrics.set(TraceMetric.RTT_VARIANCE, isMeasured ? rtt.variationNs() : 0);
        metrics.set(TraceMetric.CONGESTION_WINDOW, window.congestion().windowBytes());
        metrics.set(TraceMetric.BYTES_IN_FLIGHT, window.bytesInFlight());
        metrics.set(TraceMetric.PACING_RATE, window.congestion().pacingBytesPerSecond());
        metrics.set(TraceMetric.MODEL_RATE, window.congestion().modelBytesPerSecond());
        metrics.set(TraceMetric.MODEL_RTT, window.congestion().modelRttNs());
        metrics.set(TraceMetric.REORDERING_WINDOW, isMeasured ? window.reorderingWindowNs() : 0);
        metrics.set(TraceMetric.PACKETS_SENT, sendPath.packetsSent());
        metrics.set(TraceMetric.BYTES_SENT, sendPath.bytesSent());
        metrics.set(TraceMetric.PACKETS_RETRANSMITTED, sendPath.packetsRetransmitted());
        metrics.set(TraceMetric.PACKETS_RECEIVED, packetsReceived);
        metrics.set(TraceMetric.BYTES_RECEIVED, receivePath.bytesReceived());
        metrics.set(TraceMetric.GRAMS_OPEN, assembler.openCount());
        metrics.set(TraceMetric.GRAMS_DELIVERED, assembler.gramsDelivered());
        metrics.set(TraceMetric.CREDIT_WINDOW, receiveCredit.windowBytes());
        trace.onMetrics(nowNs, metrics);
    }

    private TraceLimit limit() {
        if (!sendPath.grams().hasWork()) {
            return sendCredit.isBlocked() ? TraceLimit.CREDIT : TraceLimit.APPLICATION;
        }
        return window.isWindowFull() ? TraceLimit.WINDOW : TraceLimit.PACING;
    }
}
