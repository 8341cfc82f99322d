package io.packetfs.endpoint;

import java.util.ArrayDeque;

/** The grams of one lane that are being sent or wait, and the lane's place in its order. Part of a {@link GramSender}. */
final class SendLane {
    /** Open grams of which not every byte has gone, in their order; the bytes of all but the first are still to go, the heads maybe. */
    final ArrayDeque<OutboundGram> sending = new ArrayDeque<>();

    final ArrayDeque<OutboundGram> waiting = new ArrayDeque<>();
    final boolean ordered;
    long nextSequence;

    /** What is still to go of the slabs of those whose heads have gone. */
    int unsentBytes;

    SendLane(boolean ordered) {
        this.ordered = ordered;
    }

    boolean isIdle() {
        return sending.isEmpty() && waiting.isEmpty();
    }
}
