package io.packetfs.endpoint;

import io.packetfs.ackwindow.Flight;

/**
 * How often this side asks the peer to acknowledge (spec: ACK-5): several times in a round trip, so that the congestion controller sees
 * the path, and no oftener than a batch, so that acks stay a small share of the reverse path. What was asked last is kept until the
 * wish has moved by a factor of two.
 */
class AckPolicy {
    private static final int PACKETS_MIN = 2;
    private static final int PACKETS_MAX = 128;
    private static final int ACKS_PER_WINDOW = 16;
    private static final int ACKS_PER_ROUND_TRIP = 8;
    private static final long DELAY_US_MIN = 200;
    private static final long DELAY_US_MAX = 25_000;

    private int packets;
    private long maxDelayUs;
    private boolean repeat;

    /** Whether an ACK_FREQUENCY frame has news for the peer. */
    boolean isDue(Flight window, int datagramBytes) {
        if (repeat) {
            return true;
        }
        if (!window.rtt().hasSample()) {
            return false;
        }
        return isFar(packetsFor(window, datagramBytes), packets) || isFar(delayUsFor(window), maxDelayUs);
    }

    /** Takes over what fits the path now; the probe timeout counts on it from here on. */
    void update(Flight window, int datagramBytes) {
        packets = packetsFor(window, datagramBytes);
        maxDelayUs = delayUsFor(window);
        window.peerAckDelayNsMax(maxDelayUs * 1_000);
        repeat = false;
    }

    /** The frame that asked was lost. */
    void repeat() {
        repeat = true;
    }

    /** Ack-eliciting packets after which an ACK is wanted. */
    int packets() {
        return packets;
    }

    /** Microseconds after which an ACK is wanted. */
    long maxDelayUs() {
        return maxDelayUs;
    }

    private static boolean isFar(long wish, long asked) {
        return wish >= 2 * asked || asked >= 2 * wish;
    }

    private static int packetsFor(Flight window, int datagramBytes) {
        long windowPackets = window.congestion().windowBytes() / datagramBytes;
        return Math.clamp(windowPackets / ACKS_PER_WINDOW, PACKETS_MIN, PACKETS_MAX);
    }

    private static long delayUsFor(Flight window) {
        return Math.clamp(window.rtt().minNs() / 1_000 / ACKS_PER_ROUND_TRIP, DELAY_US_MIN, DELAY_US_MAX);
    }
}
