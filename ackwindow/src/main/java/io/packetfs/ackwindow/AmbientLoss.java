package io.packetfs.ackwindow;

/**
 * The loss that a path has anyway, whatever this sender does. It is measured in rounds whose loss this sender has hardly caused: it sent
 * what the path was seen to deliver, or start-up still found more, and the round-trip time showed no standing queue. Such rounds are put
 * together to blocks of at least {@link #BLOCK_PACKETS}, and the lowest loss of the last {@link #BLOCKS} blocks counts: what a path
 * loses anyway it loses always, while losses that senders bring upon each other come and go.
 *
 * <p>Only loss clearly above it is taken for a sign of congestion: above it by the threshold of draft-ietf-ccwg-bbr, and by more than
 * chance explains in so few packets.
 */
final class AmbientLoss {
    /** LossThresh of draft-ietf-ccwg-bbr, on top of what is ambient. */
    static final double THRESHOLD = 0.02;

    /** More is never taken for ambient: a path that loses more is treated as congested. */
    static final double RATE_MAX = 0.5;

    /** Fewer losses than this say nothing. */
    static final int LOSSES_MIN = 3;

    static final int BLOCK_PACKETS = 256;

    static final int BLOCKS = 3;

    /** How many standard deviations are left to chance. */
    private static final double DEVIATIONS = 3;

    private final double[] blockRates = new double[BLOCKS];
    private int blockCount;
    private long lostBytes;
    private long sentBytes;
    private double rate;

    /** Takes a round whose losses this sender has hardly caused. */
    void onRound(long roundLostBytes, long roundDeliveredBytes, int datagramBytes) {
        lostBytes += roundLostBytes;
        sentBytes += roundLostBytes + roundDeliveredBytes;
        if (sentBytes == 0) {
            return;
        }
        double blockRate = (double) lostBytes / sentBytes;
        if (blockCount == 0) {
            rate = Math.min(blockRate, RATE_MAX);
        }
        if (sentBytes >= (long) BLOCK_PACKETS * datagramBytes) {
            endBlock(blockRate);
        }
    }

    /** The part of what is sent that gets lost anyway, 0 to {@link #RATE_MAX}. */
    double rate() {
        return rate;
    }

    /** Whether so much loss would be a sign of congestion on a path that has none of its own. */
    static boolean isNotable(long lost, long delivered, int datagramBytes) {
        return lost >= (long) LOSSES_MIN * datagramBytes && lost > THRESHOLD * ((double) lost + delivered);
    }

    /** Whether so much loss says that too much is in flight. */
    boolean isExceededBy(long lost, long delivered, int datagramBytes) {
        if (!isNotable(lost, delivered, datagramBytes)) {
            return false;
        }
        double sent = (double) lost + delivered;
        double deviation = Math.sqrt(rate * (1 - rate) * datagramBytes / sent);
        return lost > sent * (rate + THRESHOLD + DEVIATIONS * deviation);
    }

    private void endBlock(double blockRate) {
        blockRates[blockCount % BLOCKS] = blockRate;
        blockCount++;
        lostBytes = 0;
        sentBytes = 0;
        rate = RATE_MAX;
        for (int i = 0; i < Math.min(blockCount, BLOCKS); i++) {
            rate = Math.min(rate, blockRates[i]);
        }
    }
}
