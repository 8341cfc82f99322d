package io.packetfs.ackwindow;

import java.util.random.RandomGenerator;

/**
 * BBR, version 3, after draft-ietf-ccwg-bbr: models the path by the rate at which it delivers and its shortest round trip, and sends to
 * keep just that in flight. It moves through {@link BbrPhase}s: start-up, drain, then the cycle of going down, cruising, refilling and
 * going up, with a probe of the round trip every ten seconds. What it knows of the path is in its {@link PathModel}; here are the phases,
 * and the window.
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

    static final int DRAIN_ROUNDS_MAX = 3;

    /** Start-up ends for loss only after so many packets lost in a round. */
    static final int STARTUP_LOSSES_MIN = 6;

    /** Trains under way at once in hosts and offload engines, for which the window has room on the shortest path. */
    static final int TRAINS_UNDER_WAY = 3;

    /** After so many rounds of a phase, deliveries and losses that come to light are of packets sent in it. */
    private static final int ROUNDS_TO_SETTLE = 2;

    private final RttEstimator rtt;
    private final PathModel path;
    private final ProbeWait probeWait;
    private final UpwardSteps upwardSteps = new UpwardSteps();
    private final RoundCounter rounds = new RoundCounter();
    private final RoundLoss roundLoss = new RoundLoss();
    private final FullPipe fullPipe = new FullPipe();
    private final RttProbe rttProbe = new RttProbe();
    private final UpwardProbe upwardProbe = new UpwardProbe();
    private final PacketConservation conservation = new PacketConservation();

    private BbrPhase phase = BbrPhase.STARTUP;
    private long phaseStartRound;
    private long pacingBytesPerSecond;
    private long windowBytes;
    private long priorWindowBytes;
    private long deliveredBytes;

    private boolean isRestoredRound;
    private long markedRound = -1;
    private boolean isRestartingFromIdle;
    private boolean isRestoreDue;

    /** Rounds before this one show what little was in flight while the round trip was probed. */
    private long judgedFromRound;

    /** The accelerating phase that the last loss ended, or null: what to go back to if the loss is undone. */
    private BbrPhase phaseLeftForLoss;

    Bbr(int datagramBytes, RttEstimator rtt, RandomGenerator random) {
        this.rtt = rtt;
        path = new PathModel(datagramBytes, rtt);
        probeWait = new ProbeWait(random);
        windowBytes = path.windowBytesAtFirst();
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
        path.aggregation.restart(nowNs);
        if (phase.isInCycle()) {
            setPacing(1);
        } else if (phase == BbrPhase.PROBE_RTT && rttProbe.isTimeOver(nowNs)) {
            leaveProbeRtt(nowNs);
        }
    }

    @Override
    public void onPacketLost(long nowNs, LostPacket packet) {
        if (path.bounds.onLost(packet)) {
            saveWindow();
            phaseLeftForLoss = null;
        }
        if (path.contention.isNoticed()) {
            conservation.onLost(rounds.count());
        } else if (upwardProbe.isSample()
                && path.isLossHigh(packet.lossSignalSinceSendBytes(), packet.deliveredSinceSendBytes())) {
            onProbeTooHigh(nowNs, packet);
        }
    }

    @Override
    public void onAck(long nowNs, DeliverySample sample) {
        deliveredBytes = sample.deliveredBytes();
        rounds.onAck(sample);
        path.onAck(nowNs, sample);
        boolean isJudged = !phase.isAccelerating() && rounds.count() >= judgedFromRound && !path.contention.isNoticed();
        if (isJudged && path.hasCongestedRound()) {
            path.answerLoss(rounds.count(), windowBytes);
        }
        path.aggregation.onAck(nowNs, sample.ackedBytes(), path.bytesPerSecond(), windowBytes);
        roundLoss.onAck(sample);
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
        path.bounds.finishAck(sample);
        setPacing(phase.pacingGain);
        setWindow(sample);
    }

    @Override
    public void onLossUndone(long nowNs) {
        restoreWindow();
        path.bounds.undo();
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
        windowBytes = path.windowBytesMin();
        isRestoreDue = true;
        path.bounds.resetSignals();
        rounds.restart(deliveredBytes);
    }

    @Override
    public void onCongestionMarked(long nowNs, long markedPackets, DeliverySample sample) {
        if (!phase.isAccelerating()) {
            // One response per round trip.
            if (rounds.count() > markedRound) {
                markedRound = rounds.count();
                path.bounds.lowerShortTerm(path.maxBandwidth.bytesPerSecond(), windowBytes);
            }
        } else if (phase == BbrPhase.STARTUP) {
            if (knowsRate(sample)) {
                fullPipe.setReached(true);
                startDrain();
            }
        } else if (phase == BbrPhase.UP) {
            startDown(nowNs);
        }
    }

    /** Whether the path has had enough to carry to show a rate; with less to send, the rate is the sender's own. */
    // spec: CC-6
    private boolean knowsRate(DeliverySample sample) {
        return !sample.isApplicationLimited() && sample.deliveredBytes() >= path.windowBytesAtFirst();
    }

    @Override
    public void onDatagramBytes(int bytes) {
        path.datagramBytes(bytes);
        windowBytes = Math.max(windowBytes, path.windowBytesMin());
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
        long nominal = Rates.perSecond(path.windowBytesAtFirst(), roundTripNs);
        return Math.max(1, Rates.scaled(BbrPhase.STARTUP.pacingGain, nominal));
    }

    @Override
    public String state() {
        return phase.label;
    }

    @Override
    public long modelBytesPerSecond() {
        return path.maxBandwidth.bytesPerSecond();
    }

    @Override
    public long modelRttNs() {
        return path.minRtt.isKnown() ? path.minRtt.ns() : 0;
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
        return path.bytesPerSecond();
    }

    double ambientLossRate() {
        return path.ambientLoss.lossRate();
    }

    // rounds

    private void onRound(DeliverySample sample) {
        fullPipe.onRound(sample);
        path.aggregation.onRound(rounds.count(), !fullPipe.wasReached());
        isRestoredRound = isRestoreDue;
        if (isRestoreDue) {
            isRestoreDue = false;
            restoreWindow();
        }
        roundLoss.onRound(sample);
    }

    private void watchStretch(long nowNs, DeliverySample sample) {
        boolean isStartup = phase == BbrPhase.STARTUP;
        boolean isCruising = phase == BbrPhase.CRUISE && rounds.count() - phaseStartRound > ROUNDS_TO_SETTLE;
        boolean isInDoubt = isRestoreDue || isRestoredRound || !(isStartup ? fullPipe.isFarFromFull() : isCruising);
        if (isInDoubt) {
            path.doubtLosses();
        }
        if (isStartup ? rounds.isStart() : path.isStretchLongEnough(nowNs)) {
            path.endStretch(nowNs, sample);
        }
    }

    // start-up and drain

    private void leaveStartupWhenFull() {
        boolean isLossHigh = roundLoss.lostBytes() >= (long) STARTUP_LOSSES_MIN * path.datagramBytes()
                && path.isLossHigh(roundLoss.lostBytes(), roundLoss.deliveredBytes());
        if (isLossHigh && !fullPipe.isFarFromFull()) {
            fullPipe.setReached(true);
            path.bounds.inFlightLongTerm(Math.max(path.bdpBytes(1), path.bounds.latestInFlight()));
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
                    upwardProbe.begin();
                    startUp(sample);
                }
            }
            case UP -> {
                if (isTimeToGoDown(sample)) {
                    upwardProbe.notTooHigh();
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
        if (rounds.isStart() && upwardProbe.isEnding() && settleProbe(sample)) {
            return true;
        }
        boolean isTooHigh = path.isLossHigh(sample.lossSignalSinceSendBytes(), sample.deliveredSinceSendBytes());
        if (isTooHigh || !path.bounds.hasLongTerm()) {
            return false;
        }
        path.bounds.inFlightLongTerm(Math.max(path.bounds.inFlightLongTerm(), sample.inFlightBytesAtSend()));
        if (phase == BbrPhase.UP) {
            raiseLongTerm(sample);
        }
        return false;
    }

    private boolean settleProbe(DeliverySample sample) {
        upwardProbe.settle();
        if (!phase.isInCycle()) {
            return false;
        }
        if (!sample.isApplicationLimited()) {
            path.maxBandwidth.advance();
        }
        if (upwardProbe.wasCautious() && !upwardProbe.wasTooHigh()) {
            startRefill();
            return true;
        }
        return false;
    }

    private void onProbeTooHigh(long nowNs, LostPacket packet) {
        upwardProbe.onTooHigh();
        if (!packet.isApplicationLimited()) {
            long floor = Rates.scaled(BbrBounds.BETA, Math.min(path.bdpBytes(1), windowBytes));
            path.bounds.inFlightLongTerm(Math.max(packet.inFlightBytesAtSend(), floor));
        }
        if (phase == BbrPhase.UP) {
            startDown(nowNs);
            phaseLeftForLoss = BbrPhase.UP;
        }
    }

    private void startDown(long nowNs) {
        path.bounds.resetSignals();
        path.drainTrial.onCycle(false);
        probeWait.start(nowNs, rounds.count());
        upwardProbe.end();
        rounds.restart(deliveredBytes);
        enter(BbrPhase.DOWN);
    }

    private void startRefill() {
        path.bounds.resetShortTerm();
        upwardSteps.reset();
        upwardProbe.prepare();
        rounds.restart(deliveredBytes);
        enter(BbrPhase.REFILL);
    }

    private void startUp(DeliverySample sample) {
        rounds.restart(deliveredBytes);
        fullPipe.restart(sample.bytesPerSecond());
        enter(BbrPhase.UP);
        upwardSteps.startRound(windowBytes, path.datagramBytes());
    }

    private boolean isTimeToProbe(long nowNs) {
        long targetPackets = path.contention.isNoticed()
                ? Contention.ROUNDS_BETWEEN_PROBES
                : Math.min(path.bdpBytes(1), windowBytes) / path.datagramBytes();
        return probeWait.isOver(nowNs, rounds.count(), targetPackets);
    }

    private boolean isTimeToCruise(DeliverySample sample) {
        if (path.contention.isNoticed()) {
            // The queue is not ours to empty.
            return rounds.count() > phaseStartRound;
        }
        return sample.inFlightBytes() <= path.bounds.inFlightWithHeadroom(path.datagramBytes())
                && sample.inFlightBytes() <= Math.max(inFlightTarget(1), path.latenessBytes());
    }

    private boolean isTimeToGoDown(DeliverySample sample) {
        if (path.contention.isNoticed()) {
            return rounds.count() > phaseStartRound;
        }
        if (upwardProbe.wasTooHigh() && sample.inFlightBytes() >= path.bounds.inFlightLongTerm()) {
            upwardProbe.onCautious();
            return true;
        }
        if (sample.isWindowLimited() && windowBytes >= path.bounds.inFlightLongTerm()) {
            fullPipe.restart(sample.bytesPerSecond());
            return false;
        }
        return fullPipe.isFullNow();
    }

    private void raiseLongTerm(DeliverySample sample) {
        if (!sample.isWindowLimited() || windowBytes < path.bounds.inFlightLongTerm()) {
            return;
        }
        long steps = upwardSteps.onAcked(sample.ackedBytes());
        path.bounds.inFlightLongTerm(path.bounds.inFlightLongTerm() + steps * path.datagramBytes());
        if (rounds.isStart()) {
            upwardSteps.startRound(windowBytes, path.datagramBytes());
        }
    }

    // the round-trip time

    private void updateMinRtt(long nowNs, DeliverySample sample) {
        // The window of the probe follows from the minimum as it was before a longer one replaces it.
        long probeBytes = Math.max(path.bdpBytes(BbrPhase.PROBE_RTT.windowGain), path.windowBytesMin());
        long minRttNs = path.minRtt.ns();
        boolean isExpired = path.minRtt.expires(nowNs);
        path.minRtt.onSample(nowNs, sample.rttNs());
        if (isExpired && phase != BbrPhase.PROBE_RTT && !isRestartingFromIdle) {
            startProbeRtt(probeBytes, minRttNs);
        }
        isRestartingFromIdle = false;
        if (phase == BbrPhase.PROBE_RTT && rttProbe.onAck(nowNs, sample, rounds)) {
            leaveProbeRtt(nowNs);
        }
    }

    private void startProbeRtt(long probeBytes, long minRttNs) {
        saveWindow();
        rttProbe.begin(probeBytes, minRttNs);
        path.contention.onRttProbe();
        judgedFromRound = Long.MAX_VALUE;
        upwardProbe.end();
        rounds.restart(deliveredBytes);
        enter(BbrPhase.PROBE_RTT);
    }

    private void leaveProbeRtt(long nowNs) {
        if (rttProbe.hasShownKnown()) {
            path.minRtt.confirm(rttProbe.knownNs());
        }
        path.minRtt.renew(nowNs);
        restoreWindow();
        path.bounds.resetShortTerm();
        judgedFromRound = rounds.count() + ROUNDS_TO_SETTLE;
        if (fullPipe.wasReached()) {
            startDown(nowNs);
            path.queue.restartSwing();
            path.drainTrial.onCycle(true);
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
        long rate = path.pacingBytesPerSecond(gain);
        if (rate > 0 && (fullPipe.wasReached() || rate > pacingBytesPerSecond())) {
            pacingBytesPerSecond = Math.max(rate, pacingBytesPerSecondMin());
        }
    }

    /** A datagram in a round trip: a model that is too low could not be found out by sending less. */
    // spec: CC-6
    private long pacingBytesPerSecondMin() {
        return Rates.perSecond(path.datagramBytes(), rtt.smoothedNs());
    }

    private void setWindow(DeliverySample sample) {
        long wanted = withTrains(path.inFlightBytes(phase));
        long before = windowBytes;
        if (fullPipe.wasReached()) {
            windowBytes = Math.min(windowBytes + sample.ackedBytes(), wanted);
        } else if (windowBytes < wanted || sample.deliveredBytes() < path.windowBytesAtFirst()) {
            windowBytes += sample.ackedBytes();
        }
        if (path.contention.isNoticed()) {
            windowBytes = conservation.windowBytes(rounds.count(), before, windowBytes, sample);
        }
        long bound = path.bounds.inFlightShortTerm();
        if (phase == BbrPhase.PROBE_RTT) {
            bound = Math.min(bound, rttProbe.windowBytes());
        }
        if (phase == BbrPhase.PROBE_RTT || phase == BbrPhase.CRUISE) {
            bound = Math.min(bound, path.bounds.inFlightWithHeadroom(path.datagramBytes()));
        } else if (phase.isInCycle()) {
            bound = Math.min(bound, path.bounds.inFlightLongTerm());
        }
        windowBytes = Math.max(Math.min(windowBytes, bound), path.windowBytesMin());
    }

    private long inFlightTarget(double gain) {
        return withTrains(path.bdpBytes(gain));
    }

    private long withTrains(long bytes) {
        long trains = (long) TRAINS_UNDER_WAY * Pacer.quantumBytes(pacingBytesPerSecond(), path.datagramBytes());
        long result = Math.max(Math.max(bytes, trains), path.windowBytesMin());
        return phase == BbrPhase.UP ? result + 2L * path.datagramBytes() : result;
    }

    private void saveWindow() {
        boolean isReduced = phase == BbrPhase.PROBE_RTT || isRestoreDue;
        priorWindowBytes = isReduced ? Math.max(priorWindowBytes, windowBytes) : windowBytes;
    }

    private void restoreWindow() {
        windowBytes = Math.max(windowBytes, priorWindowBytes);
    }
}
