package io.packetfs.ackwindow;

/**
 * CUBIC, RFC 9438, with HyStart++ (RFC 9406) to leave slow start before the queue overflows. Windows are kept in bytes; the RFC's formulas
 * count segments, here datagrams of the present size.
 */
public final class Cubic implements CongestionController {
    /** C, in segments per second cubed. */
    static final double SCALE = 0.4;

    /** What a loss leaves of the window. */
    static final double BETA = 0.7;

    /** Makes the Reno-friendly window grow as fast as Reno's would on average (RFC 9438, section 4.3). */
    static final double ALPHA = 3 * (1 - BETA) / (1 + BETA);

    static final int WINDOW_PACKETS_AT_FIRST = 10;
    static final int WINDOW_PACKETS_MIN = 2;

    /** Pacing is above one window per round trip, so that it is the window that bounds. */
    private static final double PACING_GAIN_SLOW_START = 2.0;

    private static final double PACING_GAIN = 1.25;

    private static final double NS_PER_SECOND = 1e9;

    private final RttEstimator rtt;
    private final HyStart hyStart = new HyStart();
    private final Curve curve = new Curve();

    /** The curve before the last response to loss. */
    private final Curve priorCurve = new Curve();

    private boolean canUndo;
    private int datagramBytes;
    private boolean hasResponded;
    private long respondedNs;
    private long lastAckNs;

    Cubic(int datagramBytes, RttEstimator rtt) {
        this.datagramBytes = datagramBytes;
        this.rtt = rtt;
        curve.windowBytes = (double) WINDOW_PACKETS_AT_FIRST * datagramBytes;
    }

    /** The supplier of this policy. */
    public static CongestionControllerSupplier supplier() {
        return (datagramBytes, rtt, random) -> new Cubic(datagramBytes, rtt);
    }

    @Override
    public void onPacketSent(long nowNs, long inFlightBytes, boolean isApplicationLimited) {}

    @Override
    public void onPacketLost(long nowNs, LostPacket packet) {
        if (packet.isNewEpisode()) {
            respond(nowNs);
        }
    }

    @Override
    public void onCongestionMarked(long nowNs, long markedPackets, DeliverySample sample) {
        // One response per round trip: what was sent before the last response does not count (RFC 9002, section 7.1).
        if (!hasResponded || sample.newestSentNs() - respondedNs > 0) {
            respond(nowNs);
        }
    }

    @Override
    public void onPersistentCongestion(long nowNs) {
        curve.windowBytes = windowBytesMin();
        curve.hasEpoch = false;
        canUndo = false;
        hyStart.restart();
    }

    @Override
    public void onLossUndone(long nowNs) {
        // RFC 9438, section 4.9.2: a window that has grown past the old one since stays.
        if (canUndo && curve.windowBytes < priorCurve.windowBytes) {
            curve.copy(priorCurve);
            hasResponded = false;
        }
        canUndo = false;
    }

    @Override
    public void onAck(long nowNs, DeliverySample sample) {
        long sinceLastAckNs = nowNs - lastAckNs;
        lastAckNs = nowNs;
        boolean isRecovering = hasResponded && sample.newestSentNs() - respondedNs <= 0;
        if (isRecovering) {
            return;
        }
        if (sample.isApplicationLimited()) {
            // Time in which the window was not used does not count (RFC 9438, section 4.2).
            curve.epochNs += curve.hasEpoch ? sinceLastAckNs : 0;
            return;
        }
        if (isInSlowStart()) {
            growInSlowStart(sample);
        } else {
            growByCurve(nowNs, sample.ackedBytes());
        }
    }

    @Override
    public void onDatagramBytes(int bytes) {
        datagramBytes = bytes;
        curve.windowBytes = Math.max(curve.windowBytes, windowBytesMin());
    }

    @Override
    public long windowBytes() {
        return (long) curve.windowBytes;
    }

    @Override
    public long pacingBytesPerSecond() {
        double gain = isInSlowStart() ? PACING_GAIN_SLOW_START : PACING_GAIN;
        return Math.max(1, (long) (gain * curve.windowBytes * NS_PER_SECOND / rtt.smoothedNs()));
    }

    @Override
    public String state() {
        return isInSlowStart() ? "slow_start" : "congestion_avoidance";
    }

    @Override
    public String name() {
        return "cubic";
    }

    boolean isInSlowStart() {
        return curve.windowBytes < curve.thresholdBytes;
    }

    private double windowBytesMin() {
        return (double) WINDOW_PACKETS_MIN * datagramBytes;
    }

    private void respond(long nowNs) {
        priorCurve.copy(curve);
        canUndo = true;
        hasResponded = true;
        respondedNs = nowNs;
        double window = curve.windowBytes;
        // Fast convergence: a window that did not reach the last maximum makes room for others (RFC 9438, section 4.7).
        curve.maxBytes = window < curve.maxBytes ? window * (1 + BETA) / 2 : window;
        curve.priorBytes = window;
        curve.windowBytes = Math.max(window * BETA, windowBytesMin());
        curve.thresholdBytes = curve.windowBytes;
        curve.hasEpoch = false;
    }

    private void growInSlowStart(DeliverySample sample) {
        if (hyStart.onAck(sample)) {
            curve.thresholdBytes = curve.windowBytes;
            return;
        }
        curve.windowBytes += (double) sample.ackedBytes() / hyStart.growthDivisor();
    }

    private void growByCurve(long nowNs, long ackedBytes) {
        if (!curve.hasEpoch) {
            startEpoch(nowNs);
        }
        double window = curve.windowBytes;
        double acked = ackedBytes / window;
        double alpha = curve.renoBytes < curve.priorBytes ? ALPHA : 1;
        curve.renoBytes += alpha * acked * datagramBytes;
        double seconds = (nowNs - curve.epochNs) / NS_PER_SECOND;
        if (cubicBytes(seconds) < curve.renoBytes) {
            curve.windowBytes = Math.max(window, curve.renoBytes);
            return;
        }
        double target = cubicBytes(seconds + rtt.smoothedNs() / NS_PER_SECOND);
        double bounded = Math.clamp(target, window, 1.5 * window);
        curve.windowBytes += (bounded - window) * acked;
    }

    private void startEpoch(long nowNs) {
        curve.hasEpoch = true;
        curve.epochNs = nowNs;
        curve.renoBytes = curve.windowBytes;
        curve.maxBytes = Math.max(curve.maxBytes, curve.windowBytes);
        double segments = (curve.maxBytes - curve.windowBytes) / datagramBytes;
        curve.plateauSeconds = Math.cbrt(segments / SCALE);
    }

    /** W_cubic(t) of RFC 9438, section 4.2. */
    private double cubicBytes(double seconds) {
        double distance = seconds - curve.plateauSeconds;
        return SCALE * distance * distance * distance * datagramBytes + curve.maxBytes;
    }

    /** The variables of RFC 9438, section 4.1.2; what a response to loss changes. */
    private static final class Curve {
        /** cwnd. */
        private double windowBytes;

        /** ssthresh. */
        private double thresholdBytes = Double.POSITIVE_INFINITY;

        /** W_max. */
        private double maxBytes;

        /** cwnd_prior. */
        private double priorBytes;

        /** W_est. */
        private double renoBytes;

        /** K. */
        private double plateauSeconds;

        private boolean hasEpoch;
        private long epochNs;

        private void copy(Curve other) {
            windowBytes = other.windowBytes;
            thresholdBytes = other.thresholdBytes;
            maxBytes = other.maxBytes;
            priorBytes = other.priorBytes;
            renoBytes = other.renoBytes;
            plateauSeconds = other.plateauSeconds;
            hasEpoch = other.hasEpoch;
            epochNs = other.epochNs;
        }
    }
}
