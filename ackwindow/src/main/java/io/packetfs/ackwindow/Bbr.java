package io.packetfs.ackwindow;

import java.util.random.RandomGenerator;

/**
 * BBR, version 3, after draft-ietf-ccwg-bbr: models the path by the rate at which it delivers and its shortest round trip, and sends to
 * keep just that in flight. It moves through {@link BbrPhase}s: start-up, drain, then the cycle of going down, cruising, refilling and
 * going up, with a probe of the round trip every ten seconds.
 *
 * <p>It differs from the draft in how it reads loss, because it serves paths that lose packets at random. Loss no higher than {@link
 * AmbientLoss} is not a sign of congestion, wherever the draft asks for its fixed threshold; start-up ends for loss only in a round that
 * brought no growth; and, while no queue stands, pacing adds what will be lost on the way, so that what arrives matches what the path
 * was seen to deliver.
 */
public final class Bbr implements CongestionController {
    /** RFC 9002, section 7.2: more of small datagrams than ten. */
    static final int WINDOW_BYTES_AT_FIRST = 14_720;

    /** MinPipeCwnd. */
    static final int WINDOW_PACKETS_MIN = 4;

    /** While a queue stands, sends this much slower than the model says, so that it empties. */
    static final double PACING_MARGIN = 0.01;

    static final int DRAIN_ROUNDS_MAX = 3;

    /** Start-up ends for loss only after so many packets lost in a round. */
    static final int STARTUP_LOSSES_MIN = 6;

    /** Trains under way at once in hosts and offload engines, for which the window has room on the shortest path. */
    static final int TRAINS_UNDER_WAY = 3;

    /** What may stand in a queue that is shared with others who make room, in parts of the bandwidth-delay product. */
    static final double SHARED_QUEUE_GAIN = 0.5;

    /** But this much may stand in it at least, in time, or short paths would have no room for what hosts do. */
    static final long SHARED_QUEUE_NS_MIN = 10_000_000;

    /** And while more is asked for. */
    static final double SHARED_QUEUE_GAIN_UP = 0.85;

    /** After so many rounds of a phase, deliveries and losses that come to light are of packets sent in it. */
    private static final int ROUNDS_TO_SETTLE = 2;

    /** How far the acknowledgements are in showing what the probe upwards did. */
    private enum ProbeFeedback {
        NONE,
        REFILLING,
        STARTING,
        RUNNING,
        STOPPING
    }

    private final RttEstimator rtt;
    private final ProbeWait probeWait;
    private final UpwardSteps upwardSteps = new UpwardSteps();
    private final RoundCounter rounds = new RoundCounter();
    private final MaxBandwidth maxBandwidth = new MaxBandwidth();
    private final MinRtt minRtt = new MinRtt();
    private final FullPipe fullPipe = new FullPipe();
    private final AckAggregation aggregation = new AckAggregation();
    private final AmbientLoss ambientLoss = new AmbientLoss();
    private final BbrBounds bounds = new BbrBounds();
    private final RttProbe rttProbe = new RttProbe();
    private final Stretch stretch = new Stretch();
    private final StandingQueue queue = new StandingQueue();
    private final Contention contention = new Contention();
    private final PacketConservation conservation = new PacketConservation();

    private int datagramBytes;
    private BbrPhase phase = BbrPhase.STARTUP;
    private long phaseStartRound;
    private long pacingBytesPerSecond;
    private long windowBytes;
    private long priorWindowBytes;
    private long deliveredBytes;

    private long roundStartLostBytes;
    private long roundAckedBytes;
    private long roundLostBytes;
    private long roundDeliveredBytes;
    private boolean isRestoredRound;

    private long markedRound = -1;
    private boolean isRestartingFromIdle;
    private boolean isRestoreDue;

    private ProbeFeedback probeFeedback = ProbeFeedback.NONE;
    private boolean isProbeSample;
    private boolean wasProbeTooHigh;
    private boolean wasProbeCautious;

    /** Rounds before this one show what little was in flight while the round trip was probed. */
    private long judgedFromRound;

    /** The accelerating phase that the last loss ended, or null: what to go back to if the loss is undone. */
    private BbrPhase phaseLeftForLoss;

    Bbr(int datagramBytes, RttEstimator rtt, RandomGenerator random) {
        this.datagramBytes = datagramBytes;
        this.rtt = rtt;
        probeWait = new ProbeWait(random);
        windowBytes = windowBytesAtFirst();
    }

    /** The supplier of this policy. */
    public static CongestionControllerSupplier supplier() {
        return Bbr::new;
    }

    @Override
    public void onPacketSent(long nowNs, long inFlightBytes, boolean isApplicationLimited) {
        if (inFlightBytes > 0 || !isApplicationLimited) {
            return;
        }
        isRestartingFromIdle = true;
        aggregation.restart(nowNs);
        if (phase.isInCycle()) {
            setPacing(1);
        } else if (phase == BbrPhase.PROBE_RTT && rttProbe.isTimeOver(nowNs)) {
            leaveProbeRtt(nowNs);
        }
    }

    @Override
    public void onPacketLost(long nowNs, LostPacket packet) {
        if (bounds.onLost(packet)) {
            saveWindow();
            phaseLeftForLoss = null;
        }
        if (contention.isNoticed()) {
            conservation.onLost(rounds.count());
        } else if (isProbeSample
                && ambientLoss.isExceededBy(
                        packet.lossSignalSinceSendBytes(), packet.deliveredSinceSendBytes(), datagramBytes)) {
            onProbeTooHigh(nowNs, packet);
        }
    }

    @Override
    public void onAck(long nowNs, DeliverySample sample) {
        deliveredBytes = sample.deliveredBytes();
        rounds.onAck(sample);
        bounds.onAck(nowNs, sample);
        maxBandwidth.onSample(sample);
        boolean isJudged = !phase.isAccelerating() && rounds.count() >= judgedFromRound && !contention.isNoticed();
        if (isJudged && bounds.hasCongestedRound(ambientLoss, bytesPerSecond(), datagramBytes)) {
            answerLoss();
        }
        aggregation.onAck(nowNs, sample.ackedBytes(), bytesPerSecond(), windowBytes);
        roundAckedBytes += sample.ackedBytes();
        stretch.onAck(sample);
        if (rounds.isStart()) {
            onRound(sample);
        }
        watchStretch(nowNs, sample);
        if (phase == BbrPhase.STARTUP && rounds.isStart()) {
            leaveStartupWhenFull();
        }
        leaveDrainWhenEmpty(nowNs, sample);
        updateCycle(nowNs, sample);
        updateMinRtt(nowNs, sample);
        bounds.finishAck(sample);
        setPacing(phase.pacingGain);
        setWindow(sample);
    }

    @Override
    public void onLossUndone(long nowNs) {
        restoreWindow();
        bounds.undo();
        fullPipe.restart(0);
        BbrPhase left = phaseLeftForLoss;
        phaseLeftForLoss = null;
        if (left == BbrPhase.STARTUP && phase != BbrPhase.STARTUP) {
            fullPipe.setReached(false);
            if (phase != BbrPhase.PROBE_RTT) {
                enter(BbrPhase.STARTUP);
            }
        } else if (left == BbrPhase.UP && phase != BbrPhase.UP && phase != BbrPhase.REFILL && phase.isInCycle()) {
            startRefill();
        }
    }

    /** Nothing came through for long: begins with little, and with all the model allows as soon as a round trip has passed. */
    @Override
    public void onPersistentCongestion(long nowNs) {
        saveWindow();
        windowBytes = windowBytesMin();
        isRestoreDue = true;
        bounds.resetSignals();
        rounds.restart(deliveredBytes);
    }

    @Override
    public void onCongestionMarked(long nowNs, long markedPackets, DeliverySample sample) {
        if (!phase.isAccelerating()) {
            // One response per round trip.
            if (rounds.count() > markedRound) {
                markedRound = rounds.count();
                bounds.lowerShortTerm(maxBandwidth.bytesPerSecond(), windowBytes);
            }
        } else if (phase == BbrPhase.STARTUP) {
            fullPipe.setReached(true);
            startDrain();
        } else if (phase == BbrPhase.UP) {
            startDown(nowNs);
        }
    }

    @Override
    public void onDatagramBytes(int bytes) {
        datagramBytes = bytes;
        windowBytes = Math.max(windowBytes, windowBytesMin());
    }

    @Override
    public long windowBytes() {
        return windowBytes;
    }

    @Override
    public long pacingBytesPerSecond() {
        if (pacingBytesPerSecond > 0) {
            return pacingBytesPerSecond;
        }
        long roundTripNs = rtt.hasSample() ? rtt.smoothedNs() : 1_000_000;
        long nominal = Rates.perSecond(windowBytesAtFirst(), roundTripNs);
        return Math.max(1, Rates.scaled(BbrPhase.STARTUP.pacingGain, nominal));
    }

    @Override
    public String state() {
        return phase.label;
    }

    @Override
    public long modelBytesPerSecond() {
        return maxBandwidth.bytesPerSecond();
    }

    @Override
    public long modelRttNs() {
        return minRtt.isKnown() ? minRtt.ns() : 0;
    }

    @Override
    public String name() {
        return "bbr";
    }

    BbrPhase phase() {
        return phase;
    }

    /** The rate at which the path delivers, by the model. */
    long bytesPerSecond() {
        return Math.min(maxBandwidth.bytesPerSecond(), bounds.rateShortTerm());
    }

    double ambientLossRate() {
        return ambientLoss.lossRate();
    }

    private void answerLoss() {
        bounds.lowerShortTerm(maxBandwidth.bytesPerSecond(), windowBytes);
        if (minRtt.isKnown()) {
            contention.onAnswer(rounds.count(), rtt.smoothedNs() - minRtt.ns(), minRtt.ns());
        }
        if (contention.isNoticed()) {
            bounds.resetShortTerm();
            bounds.inFlightLongTerm(BbrBounds.NONE);
        }
    }

    // rounds

    private void onRound(DeliverySample sample) {
        fullPipe.onRound(sample);
        aggregation.onRound(rounds.count(), !fullPipe.wasReached());
        isRestoredRound = isRestoreDue;
        if (isRestoreDue) {
            isRestoreDue = false;
            restoreWindow();
        }
        roundLostBytes = Math.max(0, sample.lossSignalBytesInAll() - roundStartLostBytes);
        roundStartLostBytes = sample.lossSignalBytesInAll();
        roundDeliveredBytes = roundAckedBytes;
        roundAckedBytes = 0;
    }

    private void watchStretch(long nowNs, DeliverySample sample) {
        boolean isStartup = phase == BbrPhase.STARTUP;
        boolean isCruising = phase == BbrPhase.CRUISE && rounds.count() - phaseStartRound > ROUNDS_TO_SETTLE;
        boolean isInDoubt = isRestoreDue || isRestoredRound || !(isStartup ? fullPipe.isFarFromFull() : isCruising);
        if (isInDoubt) {
            stretch.notHarmless();
        }
        if (isStartup ? rounds.isStart() : stretch.isLongEnough(nowNs)) {
            endStretch(nowNs, sample);
        }
    }

    /** Judges what came in for a while: whether a queue stood, and what was lost though this sender did nothing for it. */
    private void endStretch(long nowNs, DeliverySample sample) {
        if (minRtt.isKnown() && stretch.hasRtt()) {
            queue.onStretch(stretch.rttNsMin(), minRtt.ns());
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

    // start-up and drain

    private void leaveStartupWhenFull() {
        boolean isLossHigh = roundLostBytes >= (long) STARTUP_LOSSES_MIN * datagramBytes
                && ambientLoss.isExceededBy(roundLostBytes, roundDeliveredBytes, datagramBytes);
        if (isLossHigh && !fullPipe.isFarFromFull()) {
            fullPipe.setReached(true);
            bounds.inFlightLongTerm(Math.max(bdpBytes(1), bounds.latestInFlight()));
            startDrain();
            phaseLeftForLoss = BbrPhase.STARTUP;
        } else if (fullPipe.wasReached()) {
            startDrain();
        }
    }

    private void startDrain() {
        enter(BbrPhase.DRAIN);
    }

    private void leaveDrainWhenEmpty(long nowNs, DeliverySample sample) {
        if (phase == BbrPhase.DRAIN
                && (sample.inFlightBytes() <= inFlightTarget(1)
                        || rounds.count() - phaseStartRound > DRAIN_ROUNDS_MAX)) {
            startDown(nowNs);
        }
    }

    // the cycle

    private void updateCycle(long nowNs, DeliverySample sample) {
        if (!fullPipe.wasReached() || adaptLongTerm(sample)) {
            return;
        }
        switch (phase) {
            case DOWN -> {
                if (isTimeToProbe(nowNs)) {
                    startRefill();
                } else if (isTimeToCruise(sample)) {
                    enter(BbrPhase.CRUISE);
                }
            }
            case CRUISE -> {
                if (isTimeToProbe(nowNs)) {
                    startRefill();
                }
            }
            case REFILL -> {
                if (rounds.isStart()) {
                    isProbeSample = true;
                    startUp(sample);
                }
            }
            case UP -> {
                if (isTimeToGoDown(sample)) {
                    wasProbeTooHigh = false;
                    startDown(nowNs);
                }
            }
            case STARTUP, DRAIN, PROBE_RTT -> {
                // Not in the cycle.
            }
        }
    }

    /** Follows what the last probe upwards showed. Returns whether it decided to change the phase. */
    private boolean adaptLongTerm(DeliverySample sample) {
        if (rounds.isStart()) {
            if (probeFeedback == ProbeFeedback.STARTING) {
                probeFeedback = ProbeFeedback.RUNNING;
            } else if (probeFeedback == ProbeFeedback.STOPPING && endProbeFeedback(sample)) {
                return true;
            }
        }
        boolean isTooHigh = ambientLoss.isExceededBy(
                sample.lossSignalSinceSendBytes(), sample.deliveredSinceSendBytes(), datagramBytes);
        if (isTooHigh || !bounds.hasLongTerm()) {
            return false;
        }
        bounds.inFlightLongTerm(Math.max(bounds.inFlightLongTerm(), sample.inFlightBytesAtSend()));
        if (phase == BbrPhase.UP) {
            raiseLongTerm(sample);
        }
        return false;
    }

    private boolean endProbeFeedback(DeliverySample sample) {
        isProbeSample = false;
        probeFeedback = ProbeFeedback.NONE;
        if (!phase.isInCycle()) {
            return false;
        }
        if (!sample.isApplicationLimited()) {
            maxBandwidth.advance();
        }
        if (wasProbeCautious && !wasProbeTooHigh) {
            startRefill();
            return true;
        }
        return false;
    }

    private void onProbeTooHigh(long nowNs, LostPacket packet) {
        wasProbeTooHigh = true;
        isProbeSample = false;
        if (!packet.isApplicationLimited()) {
            long floor = Rates.scaled(BbrBounds.BETA, Math.min(bdpBytes(1), windowBytes));
            bounds.inFlightLongTerm(Math.max(packet.inFlightBytesAtSend(), floor));
        }
        if (phase == BbrPhase.UP) {
            startDown(nowNs);
            phaseLeftForLoss = BbrPhase.UP;
        }
    }

    private void startDown(long nowNs) {
        bounds.resetSignals();
        probeWait.start(nowNs, rounds.count());
        probeFeedback = ProbeFeedback.STOPPING;
        rounds.restart(deliveredBytes);
        enter(BbrPhase.DOWN);
    }

    private void startRefill() {
        bounds.resetShortTerm();
        upwardSteps.reset();
        wasProbeCautious = false;
        probeFeedback = ProbeFeedback.REFILLING;
        rounds.restart(deliveredBytes);
        enter(BbrPhase.REFILL);
    }

    private void startUp(DeliverySample sample) {
        probeFeedback = ProbeFeedback.STARTING;
        rounds.restart(deliveredBytes);
        fullPipe.restart(sample.bytesPerSecond());
        enter(BbrPhase.UP);
        upwardSteps.startRound(windowBytes, datagramBytes);
    }

    private boolean isTimeToProbe(long nowNs) {
        long targetPackets = contention.isNoticed()
                ? Contention.ROUNDS_BETWEEN_PROBES
                : Math.min(bdpBytes(1), windowBytes) / datagramBytes;
        return probeWait.isOver(nowNs, rounds.count(), targetPackets);
    }

    private boolean isTimeToCruise(DeliverySample sample) {
        if (contention.isNoticed()) {
            // The queue is not ours to empty.
            return rounds.count() > phaseStartRound;
        }
        return sample.inFlightBytes() <= bounds.inFlightWithHeadroom(datagramBytes)
                && sample.inFlightBytes() <= inFlightTarget(1);
    }

    private boolean isTimeToGoDown(DeliverySample sample) {
        if (contention.isNoticed()) {
            return rounds.count() > phaseStartRound;
        }
        if (wasProbeTooHigh && sample.inFlightBytes() >= bounds.inFlightLongTerm()) {
            wasProbeCautious = true;
            return true;
        }
        if (sample.isWindowLimited() && windowBytes >= bounds.inFlightLongTerm()) {
            fullPipe.restart(sample.bytesPerSecond());
            return false;
        }
        return fullPipe.isFullNow();
    }

    private void raiseLongTerm(DeliverySample sample) {
        if (!sample.isWindowLimited() || windowBytes < bounds.inFlightLongTerm()) {
            return;
        }
        long steps = upwardSteps.onAcked(sample.ackedBytes());
        bounds.inFlightLongTerm(bounds.inFlightLongTerm() + steps * datagramBytes);
        if (rounds.isStart()) {
            upwardSteps.startRound(windowBytes, datagramBytes);
        }
    }

    // the round-trip time

    private void updateMinRtt(long nowNs, DeliverySample sample) {
        // The window of the probe follows from the minimum as it was before a longer one replaces it.
        long probeBytes = Math.max(bdpBytes(BbrPhase.PROBE_RTT.windowGain), windowBytesMin());
        boolean isExpired = minRtt.expires(nowNs);
        minRtt.onSample(nowNs, sample.rttNs());
        if (isExpired && phase != BbrPhase.PROBE_RTT && !isRestartingFromIdle) {
            startProbeRtt(probeBytes);
        }
        isRestartingFromIdle = false;
        if (phase == BbrPhase.PROBE_RTT && rttProbe.onAck(nowNs, sample, rounds)) {
            leaveProbeRtt(nowNs);
        }
    }

    private void startProbeRtt(long probeBytes) {
        saveWindow();
        rttProbe.begin(probeBytes);
        contention.onRttProbe();
        judgedFromRound = Long.MAX_VALUE;
        probeFeedback = ProbeFeedback.STOPPING;
        rounds.restart(deliveredBytes);
        enter(BbrPhase.PROBE_RTT);
    }

    private void leaveProbeRtt(long nowNs) {
        minRtt.renew(nowNs);
        restoreWindow();
        bounds.resetShortTerm();
        judgedFromRound = rounds.count() + ROUNDS_TO_SETTLE;
        if (fullPipe.wasReached()) {
            startDown(nowNs);
            queue.restartSwing();
            enter(BbrPhase.CRUISE);
        } else {
            enter(BbrPhase.STARTUP);
        }
    }

    // what the model asks for

    private void enter(BbrPhase next) {
        assert phase.leadsTo(next) : phase + " to " + next;
        phase = next;
        phaseStartRound = rounds.count();
    }

    private void setPacing(double gain) {
        double correction = queue.stands() ? 1 - PACING_MARGIN : 1 / (1 - ambientLoss.lossRate());
        long rate = Rates.scaled(gain * correction, bytesPerSecond());
        if (rate > 0 && (fullPipe.wasReached() || rate > pacingBytesPerSecond())) {
            pacingBytesPerSecond = rate;
        }
    }

    private void setWindow(DeliverySample sample) {
        long wanted = inFlightWanted();
        long before = windowBytes;
        if (fullPipe.wasReached()) {
            windowBytes = Math.min(windowBytes + sample.ackedBytes(), wanted);
        } else if (windowBytes < wanted || sample.deliveredBytes() < windowBytesAtFirst()) {
            windowBytes += sample.ackedBytes();
        }
        if (contention.isNoticed()) {
            windowBytes = conservation.windowBytes(rounds.count(), before, windowBytes, sample);
        }
        long bound = bounds.inFlightShortTerm();
        if (phase == BbrPhase.PROBE_RTT) {
            bound = Math.min(bound, rttProbe.windowBytes());
        }
        if (phase == BbrPhase.PROBE_RTT || phase == BbrPhase.CRUISE) {
            bound = Math.min(bound, bounds.inFlightWithHeadroom(datagramBytes));
        } else if (phase.isInCycle()) {
            bound = Math.min(bound, bounds.inFlightLongTerm());
        }
        windowBytes = Math.max(Math.min(windowBytes, bound), windowBytesMin());
    }

    /** What keeps the path busy, with {@code gain}: what it delivers in its shortest round trip, and what it loses of that. */
    private long bdpBytes(double gain) {
        if (!minRtt.isKnown()) {
            return windowBytesAtFirst();
        }
        return Rates.scaled(gain / (1 - ambientLoss.lossRate()), Rates.bytes(bytesPerSecond(), minRtt.ns()));
    }

    private long windowBytesAtFirst() {
        return Math.max(WINDOW_BYTES_AT_FIRST, 2L * datagramBytes);
    }

    private long inFlightTarget(double gain) {
        return withTrains(bdpBytes(gain));
    }

    private long inFlightWanted() {
        long own = bdpBytes(phase.windowGain) + aggregation.extraBytes();
        // Of a queue that others let shrink, little more is taken than half of what fits the path.
        boolean isShared = queue.isSharedFairly() && phase.isInCycle() && !contention.isNoticed();
        if (!isShared) {
            return withTrains(own);
        }
        double gain = phase == BbrPhase.UP ? SHARED_QUEUE_GAIN_UP : SHARED_QUEUE_GAIN;
        long queued = Math.max(bdpBytes(gain), Rates.bytes(bytesPerSecond(), SHARED_QUEUE_NS_MIN));
        return withTrains(Math.min(own, bdpBytes(1) + Math.max(queued, aggregation.extraBytes())));
    }

    private long withTrains(long bytes) {
        long trains = (long) TRAINS_UNDER_WAY * Pacer.quantumBytes(pacingBytesPerSecond(), datagramBytes);
        long result = Math.max(Math.max(bytes, trains), windowBytesMin());
        return phase == BbrPhase.UP ? result + 2L * datagramBytes : result;
    }

    private long windowBytesMin() {
        return (long) WINDOW_PACKETS_MIN * datagramBytes;
    }

    private void saveWindow() {
        boolean isReduced = phase == BbrPhase.PROBE_RTT || isRestoreDue;
        priorWindowBytes = isReduced ? Math.max(priorWindowBytes, windowBytes) : windowBytes;
    }

    private void restoreWindow() {
        windowBytes = Math.max(windowBytes, priorWindowBytes);
    }
}
