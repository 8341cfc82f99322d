package io.packetfs.ackwindow;

/**
 * What {@link Bbr} knows of a path: the rate at which it delivers, its shortest round trip, what it loses by itself, what stands in its
 * queue and whose it is, and the bounds that losses have taught; and what follows from that for window and pacing. Which part of it is
 * wanted at a moment is the policy's.
 */
final class PathModel {
    /** While a queue stands, sends slower than the model says, so that it empties: by this much at least. */
    static final double PACING_MARGIN = 0.01;

    /** And by this much at most: the highest of many rates measured on a busy host is higher than the path's by so much. */
    static final double PACING_MARGIN_MAX = 0.06;

    /** In between, by this part of what the queue adds to the shortest round trip. */
    private static final double PACING_MARGIN_RATIO = 0.25;

    /** So much of a queue is left to itself: two trains. */
    private static final long QUEUE_NS_FREE = 2 * Pacer.QUANTUM_NS;

    /** What may stand in a queue that is shared with others who make room, in parts of the bandwidth-delay product. */
    static final double SHARED_QUEUE_GAIN = 0.5;

    /** But this much may stand in it at least, in time, or short paths would have no room for what hosts do. */
    static final long SHARED_QUEUE_NS_MIN = 10_000_000;

    /** And while more is asked for. */
    static final double SHARED_QUEUE_GAIN_UP = 0.85;

    /** More than this is not put on a path for a late host; small queues hold about so much. */
    private static final long LATENESS_BYTES_MAX = 256 << 10;

    final MaxBandwidth maxBandwidth = new MaxBandwidth();
    final MinRtt minRtt = new MinRtt();
    final AckAggregation aggregation = new AckAggregation();
    final AmbientLoss ambientLoss = new AmbientLoss();
    final BbrBounds bounds = new BbrBounds();
    final StandingQueue queue = new StandingQueue();
    final Contention contention = new Contention();
    final DrainTrial drainTrial = new DrainTrial();
    private final Stretch stretch = new Stretch();
    private final RttEstimator rtt;
    private int datagramBytes;
    private long senderLatenessNs;

    PathModel(int datagramBytes, RttEstimator rtt) {
        this.datagramBytes = datagramBytes;
        this.rtt = rtt;
    }

    void datagramBytes(int bytes) {
        datagramBytes = bytes;
    }

    int datagramBytes() {
        return datagramBytes;
    }

    void onAck(long nowNs, DeliverySample sample) {
        bounds.onAck(nowNs, sample);
        maxBandwidth.onSample(sample);
        stretch.onAck(sample);
        senderLatenessNs = sample.senderLatenessNs();
    }

    /** Whether more was lost in the last round than the path loses by itself. */
    boolean hasCongestedRound() {
        return bounds.hasCongestedRound(ambientLoss, bytesPerSecond(), datagramBytes);
    }

    /** Whether so much loss is more than the path's own. */
    boolean isLossHigh(long lostBytes, long deliveredBytes) {
        return ambientLoss.isExceededBy(lostBytes, deliveredBytes, datagramBytes);
    }

    /** Gives way because of loss, unless nothing is gained by it. */
    void answerLoss(long round, long windowBytes) {
        bounds.lowerShortTerm(maxBandwidth.bytesPerSecond(), windowBytes);
        if (minRtt.isKnown()) {
            contention.onAnswer(round, rtt.smoothedNs() - minRtt.ns(), minRtt.ns());
        }
        if (contention.isNoticed()) {
            bounds.resetShortTerm();
            bounds.inFlightLongTerm(BbrBounds.NONE);
        }
    }

    /** What is lost at the moment may be this sender's doing. */
    void doubtLosses() {
        stretch.notHarmless();
    }

    boolean isStretchLongEnough(long nowNs) {
        return stretch.isLongEnough(nowNs);
    }

    /** Judges what came in for a while: whether a queue stood, and what was lost though this sender did nothing for it. */
    void endStretch(long nowNs, DeliverySample sample) {
        if (minRtt.isKnown() && stretch.hasRtt()) {
            queue.onStretch(stretch.rttNsMin(), minRtt.ns());
            drainTrial.onStretch(nowNs, excessQueueNs(), minRtt.ns(), pacingMargin());
        } else {
            queue.onUnmeasuredStretch();
        }
        contention.onStretch(queue.ns());
        if (stretch.isHarmless() && !queue.stands()) {
            boolean losesMore = ambientLoss.onStretch(
                    stretch.signalBytes(sample), stretch.lostBytes(sample), stretch.ackedBytes(), datagramBytes);
            if (losesMore) {
                bounds.resetShortTerm();
            }
        }
        stretch.restart(nowNs, sample);
    }

    /** The rate at which the path delivers. */
    long bytesPerSecond() {
        return Math.min(maxBandwidth.bytesPerSecond(), bounds.rateShortTerm());
    }

    /** What to send at so that what arrives is {@code gain} times what the path delivers, or a little less while a queue stands. */
    long pacingBytesPerSecond(double gain) {
        double correction = queue.stands() ? 1 - pacingMargin() : 1 / (1 - ambientLoss.lossRate());
        return Rates.scaled(gain * correction, bytesPerSecond());
    }

    /** How much slower than the model says to send while a queue stands. */
    private double pacingMargin() {
        // A short path's queue is there for late hosts.
        if (contention.isNoticed() || !drainTrial.isOn() || minRtt.ns() < Pacer.LATENESS_NS) {
            return PACING_MARGIN;
        }
        double margin = PACING_MARGIN_RATIO * excessQueueNs() / minRtt.ns();
        // Nor is sent what will be lost.
        return Math.max(PACING_MARGIN, Math.min(margin, PACING_MARGIN_MAX) - ambientLoss.lossRate());
    }

    private long excessQueueNs() {
        return queue.stands() ? queue.ns() - QUEUE_NS_FREE : 0;
    }

    /** What keeps the path busy, with {@code gain}: what it delivers in its shortest round trip, and what it loses of that. */
    long bdpBytes(double gain) {
        if (!minRtt.isKnown()) {
            return windowBytesAtFirst();
        }
        return Rates.scaled(gain / (1 - ambientLoss.lossRate()), Rates.bytes(bytesPerSecond(), minRtt.ns()));
    }

    /** What to have in flight in a phase, whatever the bounds say. */
    long inFlightBytes(BbrPhase phase) {
        long own = Math.max(bdpBytes(phase.windowGain) + aggregation.extraBytes(), bdpBytes(1) + latenessBytes());
        // Of a queue that others let shrink, little more is taken than half of what fits the path.
        boolean isShared = queue.isSharedFairly() && phase.isInCycle() && !contention.isNoticed();
        if (!isShared) {
            return own;
        }
        double gain = phase == BbrPhase.UP ? SHARED_QUEUE_GAIN_UP : SHARED_QUEUE_GAIN;
        long queued = Math.max(bdpBytes(gain), Rates.bytes(bytesPerSecond(), SHARED_QUEUE_NS_MIN));
        return Math.min(own, bdpBytes(1) + Math.max(queued, aggregation.extraBytes()));
    }

    /** What a host that wakes as late as this one has of late may have to make up for. spec: CC-1 */
    long latenessBytes() {
        return Math.min(Rates.bytes(bytesPerSecond(), senderLatenessNs), LATENESS_BYTES_MAX);
    }

    long windowBytesAtFirst() {
        return Math.max(Bbr.WINDOW_BYTES_AT_FIRST, 2L * datagramBytes);
    }

    long windowBytesMin() {
        return (long) Bbr.WINDOW_PACKETS_MIN * datagramBytes;
    }
}
