package io.packetfs.endpoint;

import io.packetfs.protocol.port.DatagramTrain;
import java.net.InetSocketAddress;

/**
 * The CLOSE of a connection that has ended on this side: it is said once and, where packets are lost, again for a while, because nobody
 * acknowledges it. Exists while its connection is {@link ConnectionState#CLOSING}.
 */
// spec: END-1
final class Farewell {
    private static final int REPEATS_MAX = 16;
    private static final int LAST_PROBE_TIMEOUTS = 3;

    private final Session session;
    private final boolean isRepeated;
    private final int reason;
    private final String message;
    private int said;
    private boolean isDue = true;
    private long endNs;
    private long againNs = Timed.NEVER;

    /**
     * A CLOSE that is not said yet.
     *
     * @param isRepeated whether the carrier loses packets
     */
    Farewell(long nowNs, Session session, boolean isRepeated, int reason, String message) {
        this.session = session;
        this.isRepeated = isRepeated;
        this.reason = reason;
        this.message = message;
        endNs = nowNs + session.idleTimeoutNs(); // should the port never take it
    }

    /** The peer goes on, so it has not heard it. One that is still to be said stays so, whatever comes meanwhile. */
    void onPacket() {
        isDue |= isRepeated && said < REPEATS_MAX;
    }

    /** Returns whether it is over. */
    boolean onDeadline(long nowNs) {
        if (nowNs - endNs >= 0) {
            return true;
        }
        isDue |= nowNs - againNs >= 0;
        return false;
    }

    boolean pollTransmit(long nowNs, DatagramTrain train, InetSocketAddress peer) {
        if (!isDue) {
            return false;
        }
        isDue = false;
        said++;
        // from when it goes, not from when it was wanted: who comes late with it must not let it be over unsaid
        if (said == 1) {
            endNs = nowNs + LAST_PROBE_TIMEOUTS * session.probeTimeoutNs();
        }
        againNs = isRepeated ? nowNs + session.probeTimeoutNs() : Timed.NEVER;
        session.sendPath().writeClose(nowNs, train, peer, reason, message);
        return true;
    }

    long deadlineNs() {
        return Math.min(endNs, againNs);
    }
}
