package io.packetfs.ackwindow;

/**
 * Learns what became of the packets of a {@link SendWindow}. Called within {@link SendWindow#onAck} and {@link SendWindow#onDeadline}, on
 * their thread; it must not change the window from inside a call, but may read it.
 */
public interface PacketFate {
    /**
     * These packets arrived, all from {@code first} to {@code last}: of one size, and each told once, also those that carry only
     * acknowledgements. Two or more were in flight.
     */
    void onAcked(long first, long last);

    /** The packet is taken for lost: what it carried may go out again. */
    void onLost(long packetNumber);

    /** A packet that had been declared lost arrived after all; called in place of {@link #onAcked}. */
    void onSpurious(long packetNumber);

    /** A path MTU probe of this size arrived; {@link #onAcked} is not called for it. */
    void onMtuProbeAcked(int bytes);

    /** A path MTU probe of this size is taken for lost; {@link #onLost} is not called for it. */
    void onMtuProbeLost(int bytes);
}
