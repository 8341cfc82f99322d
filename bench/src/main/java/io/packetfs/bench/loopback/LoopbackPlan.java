package io.packetfs.bench.loopback;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How each round is measured: the steady part begins when a contender has moved bytes for the warm-up, and ends when it has lasted its
 * time and moved its bytes, but lasts no longer than {@link #STEADY_TIMES_MAX} of its time.
 *
 * @param warmUpSeconds what does not count
 * @param seconds the least that counts
 * @param bytesMin the fewest bytes that count
 */
record LoopbackPlan(int rounds, double warmUpSeconds, double seconds, long bytesMin) {
    static final int STEADY_TIMES_MAX = 10;

    /** How long a contender may take to get ready. */
    static final long READY_TIMEOUT_MS = 30_000;

    boolean isOver(double steadySeconds, long steadyBytes) {
        return steadySeconds >= seconds && (steadyBytes >= bytesMin || steadySeconds >= seconds * STEADY_TIMES_MAX);
    }

    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("rounds", rounds);
        tree.put("warm_up_s", warmUpSeconds);
        tree.put("steady_s_min", seconds);
        tree.put("steady_bytes_min", bytesMin);
        tree.put("datagram_bytes", PumpPacket.BYTES);
        return tree;
    }
}
