package io.packetfs.ackwindow;

import io.packetfs.protocol.AckFrame;

/**
 * Whether marking packets as ECN-capable works on a path (RFC 9000, section 13.4.2). The first packets are marked on trial; when the peer's
 * counts account for them, all are marked. Counts that cannot be true, and a path that marks most packets as congested whatever is sent,
 * end it for good: marks are a help, never needed.
 *
 * <p>Order of calls: {@link #onSent} for marked packets; for each acknowledgement {@link #onAcked} with how many marked packets it newly
 * acknowledges, then {@link #onAck}.
 */
// spec: CC-3
final class EcnPath {
    /** ECT(0): the sender understands marks. */
    static final int ECT0 = 2;

    static final int NOT_ECT = 0;

    /** So many packets are marked before the first is accounted for. */
    static final int PACKETS_ON_TRIAL = 10;

    /** A path that marks more than this part of so many packets marks without reason. */
    static final double MARKED_PART_MAX = 0.5;

    static final long PACKETS_JUDGED = 256;

    private enum State {
        TRIAL,
        ON,
        OFF
    }

    private State state = State.TRIAL;
    private long sent;
    private long lost;

    /** Marked packets acknowledged since the peer's counts were last looked at. */
    private long ackedUncounted;

    private long ect0;
    private long ce;

    private long judgedPackets;
    private long judgedMarks;

    /** The ECN field that the next packets shall bear. */
    int codepoint() {
        boolean isMarking = state == State.ON || (state == State.TRIAL && sent < PACKETS_ON_TRIAL);
        return isMarking ? ECT0 : NOT_ECT;
    }

    boolean isOff() {
        return state == State.OFF;
    }

    void onSent(int packets) {
        sent += packets;
    }

    /** A marked packet was lost; a path that loses all that were marked on trial drops what is marked. */
    void onLost() {
        lost++;
        if (state == State.TRIAL && sent >= PACKETS_ON_TRIAL && lost == sent) {
            state = State.OFF;
        }
    }

    void onAcked(int packets) {
        ackedUncounted += packets;
    }

    /**
     * Takes the counts of an acknowledgement.
     *
     * @param isLatest whether it acknowledges a larger number than all before; older ones may have been overtaken
     * @return how many more packets the path marked as congested
     */
    long onAck(AckFrame ack, boolean isLatest) {
        if (state == State.OFF || sent == 0 || !isLatest) {
            return 0;
        }
        if (!ack.hasEcn()) {
            state = ackedUncounted > 0 ? State.OFF : state;
            return 0;
        }
        long newEct0 = ack.ect0() - ect0;
        long newCe = ack.ce() - ce;
        boolean isPossible = newEct0 >= 0
                && newCe >= 0
                && ack.ect1() == 0
                && newEct0 + newCe >= ackedUncounted
                && ack.ect0() + ack.ce() <= sent;
        if (!isPossible) {
            state = State.OFF;
            return 0;
        }
        ect0 = ack.ect0();
        ce = ack.ce();
        if (ackedUncounted > 0 && state == State.TRIAL) {
            state = State.ON;
        }
        ackedUncounted = 0;
        judge(newEct0 + newCe, newCe);
        return newCe;
    }

    private void judge(long packets, long marks) {
        judgedPackets += packets;
        judgedMarks += marks;
        if (judgedPackets < PACKETS_JUDGED) {
            return;
        }
        if (judgedMarks > MARKED_PART_MAX * judgedPackets) {
            state = State.OFF;
        }
        judgedPackets = 0;
        judgedMarks = 0;
    }
}
