package io.packetfs.ackwindow;

import java.util.ArrayDeque;
import java.util.random.RandomGenerator;

/**
 * The first version of BBR as kernels run it (draft-cardwell-iccrg-bbr-congestion-control-00), as somebody to share a path with: it keeps
 * up to two bandwidth-delay products in flight, probes every eight round trips, and takes no loss for a sign of anything. Its detector of
 * traffic policers is left out: it answers only to loss of a fifth.
 */
final class KernelBbr implements CongestionController {
    private static final double HIGH_GAIN = 2.885;
    private static final double[] CYCLE = {1.25, 0.75, 1, 1, 1, 1, 1, 1};
    private static final double CYCLE_WINDOW_GAIN = 2;
    private static final double PACING_MARGIN = 0.01;
    private static final int RATE_ROUNDS = 10;
    private static final long MIN_RTT_KEPT_NS = 10_000_000_000L;
    private static final long PROBE_RTT_NS = 200_000_000L;

    private enum Mode {
        STARTUP,
        DRAIN,
        PROBE_BW,
        PROBE_RTT
    }

    private record RateOfRound(long round, long bytesPerSecond) {}

    private final RttEstimator rtt;
    private final RandomGenerator random;
    private final RoundCounter rounds = new RoundCounter();
    private final FullPipe fullPipe = new FullPipe();
    private final ArrayDeque<RateOfRound> rates = new ArrayDeque<>();
    private final int datagramBytes;

    private Mode mode = Mode.STARTUP;
    private int cycleIndex;
    private long cycleStartNs;
    private boolean isLossInCycle;
    private long minRttNs = Long.MAX_VALUE;
    private long minRttTakenNs;
    private long probeRttOverNs;
    private long windowBytes;
    private long priorWindowBytes;
    private long pacingBytesPerSecond;
    private boolean isRecovering;
    private boolean isRecoveryStart;
    private boolean conservesPackets;
    private long recoveryStartNs;
    private long recoveryEndBytes;

    KernelBbr(int datagramBytes, RttEstimator rtt, RandomGenerator random) {
        this.datagramBytes = datagramBytes;
        this.rtt = rtt;
        this.random = random;
        windowBytes = 10L * datagramBytes;
    }

    @Override
    public void onPacketLost(long nowNs, LostPacket packet) {
        isLossInCycle = true;
        if (!isRecovering) {
            isRecovering = true;
            isRecoveryStart = true;
            recoveryStartNs = nowNs;
            priorWindowBytes = mode == Mode.PROBE_RTT ? Math.max(windowBytes, priorWindowBytes) : windowBytes;
        }
        if (packet.sentNs() <= recoveryStartNs) {
            // What was outstanding has to be repaired, which takes a round trip from now.
            recoveryEndBytes = packet.deliveredBytes();
        }
    }

    @Override
    public void onAck(long nowNs, DeliverySample sample) {
        rounds.onAck(sample);
        takeRate(sample);
        if (rounds.isStart()) {
            fullPipe.onRound(sample);
        }
        advanceCycle(nowNs, sample);
        if (mode == Mode.STARTUP && fullPipe.wasReached()) {
            mode = Mode.DRAIN;
        }
        if (mode == Mode.DRAIN && sample.inFlightBytes() <= inFlight(1)) {
            startCycle(nowNs);
        }
        updateMinRtt(nowNs, sample);
        long rate = Rates.scaled(pacingGain() * (1 - PACING_MARGIN), bytesPerSecond());
        if (rate > 0 && (fullPipe.wasReached() || rate > pacingBytesPerSecond)) {
            pacingBytesPerSecond = rate;
        }
        setWindow(sample);
    }

    private void takeRate(DeliverySample sample) {
        while (!rates.isEmpty() && rates.peekFirst().round < rounds.count() - RATE_ROUNDS) {
            rates.removeFirst();
        }
        if (!sample.isApplicationLimited() || sample.bytesPerSecond() >= bytesPerSecond()) {
            while (!rates.isEmpty() && rates.peekLast().bytesPerSecond <= sample.bytesPerSecond()) {
                rates.removeLast();
            }
            rates.addLast(new RateOfRound(rounds.count(), sample.bytesPerSecond()));
        }
    }

    private void startCycle(long nowNs) {
        mode = Mode.PROBE_BW;
        // Anywhere but in the phase that drains.
        cycleIndex = (CYCLE.length - random.nextInt(CYCLE.length - 1)) % CYCLE.length;
        cycleStartNs = nowNs;
        isLossInCycle = false;
    }

    private void advanceCycle(long nowNs, DeliverySample sample) {
        if (mode != Mode.PROBE_BW) {
            return;
        }
        double gain = CYCLE[cycleIndex];
        boolean isFullLength = nowNs - cycleStartNs > minRttNs;
        boolean isOver = isFullLength;
        if (gain > 1) {
            isOver = isFullLength && (isLossInCycle || sample.priorInFlightBytes() >= inFlight(gain));
        } else if (gain < 1) {
            isOver = isFullLength || sample.priorInFlightBytes() <= inFlight(1);
        }
        if (isOver) {
            cycleIndex = (cycleIndex + 1) % CYCLE.length;
            cycleStartNs = nowNs;
            isLossInCycle = false;
        }
    }

    private void updateMinRtt(long nowNs, DeliverySample sample) {
        boolean isExpired = minRttNs != Long.MAX_VALUE && nowNs - minRttTakenNs > MIN_RTT_KEPT_NS;
        if (sample.rttNs() >= 0 && (sample.rttNs() <= minRttNs || isExpired)) {
            minRttNs = sample.rttNs();
            minRttTakenNs = nowNs;
        }
        if (isExpired && mode != Mode.PROBE_RTT) {
            mode = Mode.PROBE_RTT;
            priorWindowBytes = Math.max(windowBytes, isRecovering ? priorWindowBytes : 0);
            probeRttOverNs = 0;
        }
        if (mode == Mode.PROBE_RTT) {
            if (probeRttOverNs == 0 && sample.inFlightBytes() <= 4L * datagramBytes) {
                probeRttOverNs = nowNs + Math.max(PROBE_RTT_NS, minRttNs);
            } else if (probeRttOverNs != 0 && nowNs > probeRttOverNs) {
                minRttTakenNs = nowNs;
                windowBytes = Math.max(windowBytes, priorWindowBytes);
                if (fullPipe.wasReached()) {
                    startCycle(nowNs);
                } else {
                    mode = Mode.STARTUP;
                }
            }
        }
    }

    private void setWindow(DeliverySample sample) {
        conservesPackets &= !rounds.isStart();
        if (sample.lostBytes() > 0) {
            windowBytes = Math.max(windowBytes - sample.lostBytes(), datagramBytes);
        }
        if (isRecoveryStart) {
            isRecoveryStart = false;
            conservesPackets = true;
            rounds.restart(sample.deliveredBytes());
            windowBytes = sample.inFlightBytes() + sample.ackedBytes();
        } else if (isRecovering && sample.priorDeliveredBytes() > recoveryEndBytes) {
            isRecovering = false;
            conservesPackets = false;
            windowBytes = Math.max(windowBytes, priorWindowBytes);
        }
        long target = inFlight(mode == Mode.PROBE_BW ? CYCLE_WINDOW_GAIN : HIGH_GAIN) + 3L * trainBytes();
        if (conservesPackets) {
            windowBytes = Math.max(windowBytes, sample.inFlightBytes() + sample.ackedBytes());
        } else if (fullPipe.wasReached()) {
            windowBytes = Math.min(windowBytes + sample.ackedBytes(), target);
        } else if (windowBytes < target) {
            windowBytes += sample.ackedBytes();
        }
        windowBytes = Math.max(windowBytes, 4L * datagramBytes);
        if (mode == Mode.PROBE_RTT) {
            windowBytes = Math.min(windowBytes, 4L * datagramBytes);
        }
    }

    /** About a millisecond's worth goes into one call of the network stack. */
    private long trainBytes() {
        return Math.max(Rates.bytes(pacingBytesPerSecond, 1_000_000), 2L * datagramBytes);
    }

    private double pacingGain() {
        return switch (mode) {
            case STARTUP -> HIGH_GAIN;
            case DRAIN -> 1 / HIGH_GAIN;
            case PROBE_BW -> CYCLE[cycleIndex];
            case PROBE_RTT -> 1;
        };
    }

    private long bytesPerSecond() {
        return rates.isEmpty() ? 0 : rates.peekFirst().bytesPerSecond;
    }

    private long inFlight(double gain) {
        if (minRttNs == Long.MAX_VALUE) {
            return 10L * datagramBytes;
        }
        return Rates.scaled(gain, Rates.bytes(bytesPerSecond(), minRttNs));
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
        return Math.max(1, Rates.scaled(HIGH_GAIN, Rates.perSecond(10L * datagramBytes, roundTripNs)));
    }

    @Override
    public String name() {
        return "kernel-bbr";
    }
}
