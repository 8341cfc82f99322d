package io.packetfs.endpoint;

/**
 * When a connection last heard from its peer, and what follows when it does not: a sign of life from this side (PTH-10), a keep-alive, and
 * in the end the idle timeout. One agent thread.
 */
final class PeerSilence {
    private static final int PROBE_TIMEOUTS = 3;
    private static final long PROBE_NS_MIN = 250_000_000;

    private final long startNs;
    private final boolean keepsAlive;
    private final boolean peerCanBeMissed;
    private long lastHeardNs;
    private long probeNs = -1;
    private boolean awaited;

    /**
     * @param keepsAlive whether the connection shall outlive the idle timeout with nothing to send
     * @param peerCanBeMissed whether packets may go to an address where the peer is no more; not so over a stream
     */
    PeerSilence(long nowNs, boolean keepsAlive, boolean peerCanBeMissed) {
        startNs = nowNs;
        lastHeardNs = nowNs;
        this.keepsAlive = keepsAlive;
        this.peerCanBeMissed = peerCanBeMissed;
    }

    void onHeard(long nowNs) {
        lastHeardNs = nowNs;
    }

    /** Whether the application waits for something from the peer. */
    void awaits(boolean isAwaited) {
        awaited = isAwaited;
    }

    /** When a responder gives up an initiator that has not proven its address. */
    // spec: HSK-7
    long unprovenDeadlineNs() {
        return Math.min(lastHeardNs + Endpoint.UNPROVEN_TIMEOUT_NS, startNs + Endpoint.UNPROVEN_NS_MAX);
    }

    /** Whether the peer has been silent for the idle timeout. */
    boolean isTimedOut(long nowNs, Session session) {
        return nowNs - idleDeadlineNs(session) >= 0;
    }

    /** Has the session tell the peer that this side is still there, if that is due. */
    void onDeadline(long nowNs, Session session) {
        if (nowNs - probeDeadlineNs(session) >= 0) {
            probeNs = nowNs;
            session.sendPath().ping();
        }
        if (nowNs - keepAliveDeadlineNs(session) >= 0) {
            session.onKeepAlive(nowNs);
        }
    }

    /** When one of these is due next. */
    long deadlineNs(Session session) {
        return Math.min(idleDeadlineNs(session), Math.min(probeDeadlineNs(session), keepAliveDeadlineNs(session)));
    }

    private long idleDeadlineNs(Session session) {
        return lastHeardNs + session.idleTimeoutNs();
    }

    /** Once for each time that the peer falls silent. spec: PTH-10 */
    private long probeDeadlineNs(Session session) {
        boolean isDue = peerCanBeMissed && (awaited || session.isExpectingData()) && probeNs < lastHeardNs;
        return isDue ? lastHeardNs + Math.max(PROBE_TIMEOUTS * session.probeTimeoutNs(), PROBE_NS_MIN) : Timed.NEVER;
    }

    private long keepAliveDeadlineNs(Session session) {
        return keepsAlive ? Math.max(lastHeardNs, session.keptAliveNs()) + session.idleTimeoutNs() / 3 : Timed.NEVER;
    }
}
