package io.packetfs.endpoint;

import io.packetfs.protocol.handshake.HandshakeResult;
import io.packetfs.protocol.handshake.InitiatorHandshake;
import io.packetfs.protocol.port.DatagramTrain;
import java.net.InetSocketAddress;
import java.util.function.Supplier;

/**
 * Sends an initiator's INITIAL, byte for byte the same each time, until it is answered; after some time it starts over with a new
 * ephemeral key, since a responder that lost patience will not answer the old one. spec: HSK-5
 */
final class InitialSender {
    private static final long REPEAT_NS_FIRST = 250_000_000;
    private static final long REPEAT_NS_MAX = 2_000_000_000;

    private static final int SENT_PER_HANDSHAKE = 8;

    private final Supplier<InitiatorHandshake> handshakes;
    private final int connectionId;
    private InitiatorHandshake handshake;
    private byte[] initial;
    private final long startNs;
    private long sentNs;
    private long nextNs;
    private long repeatNs = REPEAT_NS_FIRST;
    private final boolean repeats;
    private int sentCount;

    /**
     * @param handshakes makes handshakes, each with an ephemeral key of its own
     * @param repeats whether the first may be lost. spec: TCP-3
     */
    InitialSender(Supplier<InitiatorHandshake> handshakes, int connectionId, long nowNs, boolean repeats) {
        this.repeats = repeats;
        this.handshakes = handshakes;
        this.connectionId = connectionId;
        handshake = handshakes.get();
        initial = handshake.initial();
        startNs = nowNs;
        nextNs = nowNs;
    }

    boolean pollTransmit(long nowNs, DatagramTrain train, InetSocketAddress peer) {
        if (nextNs - nowNs > 0) {
            return false;
        }
        if (sentCount == SENT_PER_HANDSHAKE) {
            handshake = handshakes.get();
            initial = handshake.initial();
            sentCount = 0;
        }
        train.reset(peer, initial.length, 1);
        System.arraycopy(initial, 0, train.array(), 0, initial.length);
        train.append(initial.length);
        sentNs = nowNs;
        sentCount++;
        nextNs = repeats ? nowNs + repeatNs : Timed.NEVER;
        repeatNs = Math.min(repeatNs * 2, REPEAT_NS_MAX);
        return true;
    }

    /** Takes a REPLY; null if it is not valid. */
    HandshakeResult onReply(byte[] array, int offset, int length) {
        return handshake.onReply(array, offset, length);
    }

    /** Whether a genuine REPLY had parameters that this side cannot accept. spec: PAR-3 */
    boolean isFailed() {
        return handshake.isFailed();
    }

    long deadlineNs() {
        return nextNs;
    }

    long startNs() {
        return startNs;
    }

    int connectionId() {
        return connectionId;
    }

    /** The round trip of the handshake, or 0 if a repetition makes it ambiguous (Karn's rule). */
    long rttNs(long nowNs) {
        return sentCount == 1 ? Math.max(1, nowNs - sentNs) : 0;
    }
}
