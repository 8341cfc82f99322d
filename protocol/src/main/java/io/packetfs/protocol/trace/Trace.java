package io.packetfs.protocol.trace;

import java.net.InetSocketAddress;

/**
 * Hears what happens on one connection. Called on the agent's thread, at most once per acknowledgement or train but for {@link
 * #onPacketSent} and {@link #onPacketReceived}, which are called only if {@link #wantsPackets()}. Implementations return soon and do not
 * call the connection. Times are nanoseconds of the engine's clock, which starts at its first input.
 */
public interface Trace {
    /** Hears nothing; a connection with it asks and computes nothing. */
    Trace NONE = new Trace() {};

    /** Makes the trace of each connection of an endpoint. */
    @FunctionalInterface
    interface Supplier {
        /**
         * A connection begins.
         *
         * @param connectionId what its peer writes into packets to this side
         */
        Trace trace(int connectionId, boolean isInitiator);
    }

    /** Whether each packet is of interest; constant over its life. */
    default boolean wantsPackets() {
        return false;
    }

    /** The connection begins, by this side or, with {@code isInitiator} false, by its peer. */
    default void onStarted(long nowNs, int connectionId, boolean isInitiator, InetSocketAddress peer) {}

    /** The connection's life goes on; states are named as in the engine, in lower case. */
    default void onState(long nowNs, String before, String after) {}

    /** Measures as they are now; {@code metrics} is used again after the call. */
    default void onMetrics(long nowNs, TraceMetrics metrics) {}

    /** A counter has grown by {@code more} to {@code total}. */
    default void onCount(long nowNs, TraceCounter counter, long more, long total) {}

    /** The congestion controller has changed its mode; the names are its own. */
    default void onCongestionState(long nowNs, String before, String after) {}

    /** What holds back sending is another thing now. */
    default void onLimit(long nowNs, TraceLimit before, TraceLimit after) {}

    /** Full datagrams have another size, in bytes of UDP payload. */
    default void onDatagramBytes(long nowNs, int before, int after) {}

    /** Packets go to another address. */
    default void onPeerAddress(long nowNs, InetSocketAddress before, InetSocketAddress after) {}

    /** The peer has all of a gram, {@code latencyNs} after it was taken for sending. */
    default void onGramAcknowledged(long nowNs, long latencyNs) {}

    /** A packet of so many bytes of UDP payload went out. */
    default void onPacketSent(long nowNs, long packetNumber, int bytes) {}

    /** A valid packet of so many bytes of UDP payload came in. */
    default void onPacketReceived(long nowNs, long packetNumber, int bytes) {}

    /** The connection has ended for a reason of {@link io.packetfs.protocol.ReasonCode} or the application's. */
    default void onClosed(long nowNs, int reason, String message, boolean byPeer) {}

    /** Nothing of the connection is left: the last call. */
    default void onGone(long nowNs) {}
}
