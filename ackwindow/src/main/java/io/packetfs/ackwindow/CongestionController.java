package io.packetfs.ackwindow;

/**
 * Decides how much may be in flight and how fast it goes out. A policy: it sees what a {@link SendWindow} reports, and nothing else.
 *
 * <p>Calls come from the thread of the window, in this order: for one acknowledgement {@link #onLossUndone} and {@link #onPacketLost} as
 * often as they apply, then {@link #onPersistentCongestion} if it applies, then {@link #onAck}; between acknowledgements {@link
 * #onPacketSent} and, when a timer finds losses, {@link #onPacketLost}. After each the window reads {@link #windowBytes()} and {@link
 * #pacingBytesPerSecond()} anew. What is passed in is valid within the call.
 *
 * <p>A policy reacts to what it overrides; the rest means nothing to it.
 */
public interface CongestionController {
    /**
     * A packet in flight is about to be counted.
     *
     * @param inFlightBytes in flight without it
     * @param isApplicationLimited whether the application had run out of data before it
     */
    default void onPacketSent(long nowNs, long inFlightBytes, boolean isApplicationLimited) {}

    /** A packet that was in flight is taken for lost. Path MTU probes are not reported. */
    default void onPacketLost(long nowNs, LostPacket packet) {}

    /** An acknowledgement brought news of packets in flight; losses that it showed were reported before. */
    default void onAck(long nowNs, DeliverySample sample) {}

    /** All losses of the last episode turned out to be late packets: the response to them is taken back. */
    default void onLossUndone(long nowNs) {}

    /** Nothing got through for the duration of RFC 9002, section 7.6. */
    default void onPersistentCongestion(long nowNs) {}

    /** The peer reports more packets with a congestion mark (ECN CE); at most one call per acknowledgement. */
    default void onCongestionMarked(long nowNs, long markedPackets, DeliverySample sample) {}

    /** The size of datagrams changed. */
    default void onDatagramBytes(int datagramBytes) {}

    /** The most bytes that may be in flight. */
    long windowBytes();

    /** The rate at which packets go out, above 0. */
    long pacingBytesPerSecond();

    /** What it is doing, in a word of its own, for logs. */
    default String state() {
        return name();
    }

    /** The rate that it takes the path to have, in bytes per second; 0 if it has no such model. For logs. */
    default long modelBytesPerSecond() {
        return 0;
    }

    /** The round trip without queues that it reckons with, in nanoseconds; 0 if it has no such model. For logs. */
    default long modelRttNs() {
        return 0;
    }

    /** A short name for people and reports. */
    String name();
}
