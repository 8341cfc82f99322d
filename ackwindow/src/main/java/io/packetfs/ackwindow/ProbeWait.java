package io.packetfs.ackwindow;

import java.util.random.RandomGenerator;

/**
 * How long {@link Bbr} waits between two probes upwards: two to three seconds, or as many round trips as packets fit the path, if that
 * is sooner, so that flows that grow by a packet in a round trip can keep up (draft-ietf-ccwg-bbr, section 5.3.3.8). Both are random, so
 * that flows do not probe in step.
 */
final class ProbeWait {
    static final long WAIT_NS_MIN = 2_000_000_000L;
    static final long WAIT_NS_SPREAD = 1_000_000_000L;
    static final int ROUNDS_MAX = 63;

    private final RandomGenerator random;
    private long startNs;
    private long waitNs;
    private long startRound;

    ProbeWait(RandomGenerator random) {
        this.random = random;
    }

    void start(long nowNs, long round) {
        startNs = nowNs;
        waitNs = WAIT_NS_MIN + random.nextLong(WAIT_NS_SPREAD);
        startRound = round - random.nextInt(2);
    }

    boolean isOver(long nowNs, long round, long packetsInPath) {
        return nowNs - startNs > waitNs || round - startRound >= Math.min(packetsInPath, ROUNDS_MAX);
    }
}
