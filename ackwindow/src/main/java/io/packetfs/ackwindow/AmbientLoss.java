package io.packetfs.ackwindow;

/**
 * The share of packets that a path loses whatever this sender does: on a bad radio link, or among other senders in a queue of a few
 * packets. It is what gets lost while this sender cruises, or still starts up to gain, with no queue standing. Such stretches are put
 * together to blocks of at least {@link #BLOCK_PACKETS}, and the lowest loss of the last {@link #BLOCKS} blocks counts: what a path
 * loses anyway it loses always, while losses that senders bring upon each other come and go. Where many blocks agree with each
 * other, what may be lost is judged by their mean, which is known better: less is left to chance.
 *
 * <p>Only loss clearly above it is taken for a sign of congestion: above it by the threshold of draft-ietf-ccwg-bbr, and by more than
 * chance explains, both in so few packets and in what is known of the path. What is compared are losses as far as they count ({@link
 * LossRuns}); {@link #lossRate} is of all.
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

    /** When so many blocks in a row agree with each other, what is usual is known by their mean, roughly that of the last so many. */
    static final int STEADY_BLOCKS = 16;

    /** Chance makes 1 of it, give or take 0.35 in so many blocks. */
    static final double STEADY_DISPERSION_MAX = 1.7;

    /** How many standard deviations are left to chance. */
    private static final double DEVIATIONS = 3;

    private final double[] blockSignalRates = new double[BLOCKS];
    private final double[] blockLossRates = new double[BLOCKS];
    private int blockCount;
    private long signalBytes;
    private long lostBytes;
    private long sentBytes;
    private double signalRate;
    private double lossRate;

    /** What blocks in a row that agree with each other come to, in packets. */
    private double steadyPackets;

    private double steadySignalRate;

    /** How much more these differ from each other than packets would that get lost one by one: 1 for those, 3 in bursts of ten. */
    private double steadyDispersion;

    /**
     * Takes a stretch whose losses this sender has hardly caused.
     *
     * @param stretchSignalBytes what of {@code stretchLostBytes} counts
     * @return whether the path now turns out to lose so much more that earlier responses to loss may have been wrong
     */
    boolean onStretch(long stretchSignalBytes, long stretchLostBytes, long stretchDeliveredBytes, int datagramBytes) {
        signalBytes += stretchSignalBytes;
        lostBytes += stretchLostBytes;
        sentBytes += stretchLostBytes + stretchDeliveredBytes;
        if (sentBytes == 0) {
            return false;
        }
        double before = signalRate;
        if (blockCount == 0) {
            signalRate = Math.min((double) signalBytes / sentBytes, RATE_MAX);
            lossRate = Math.min((double) lostBytes / sentBytes, RATE_MAX);
        }
        if (sentBytes >= (long) BLOCK_PACKETS * datagramBytes) {
            endBlock(datagramBytes);
        }
        return signalRate > before + THRESHOLD;
    }

    /** The part of what is sent that gets lost anyway, 0 to {@link #RATE_MAX}. */
    double lossRate() {
        return lossRate;
    }

    /** Whether so much loss would be a sign of congestion on a path that has none of its own. */
    static boolean isNotable(long lost, long delivered, int datagramBytes) {
        return lost >= (long) LOSSES_MIN * datagramBytes && lost > THRESHOLD * ((double) lost + delivered);
    }

    /** Whether so much loss, as far as it counts, says that too much is in flight. */
    boolean isExceededBy(long lost, long delivered, int datagramBytes) {
        if (!isNotable(lost, delivered, datagramBytes)) {
            return false;
        }
        double packets = ((double) lost + delivered) / datagramBytes;
        boolean isSteady = steadyPackets >= STEADY_BLOCKS * BLOCK_PACKETS && steadyDispersion < STEADY_DISPERSION_MAX;
        double rate = isSteady ? Math.min(steadySignalRate, RATE_MAX) : signalRate;
        double known = isSteady ? steadyPackets : BLOCK_PACKETS;
        double deviation = Math.sqrt(rate * (1 - rate) * (1 / packets + 1 / known));
        return lost > packets * datagramBytes * (rate + THRESHOLD + DEVIATIONS * deviation);
    }

    private void endBlock(int datagramBytes) {
        blockSignalRates[blockCount % BLOCKS] = (double) signalBytes / sentBytes;
        blockLossRates[blockCount % BLOCKS] = (double) lostBytes / sentBytes;
        settle((double) signalBytes / sentBytes, sentBytes, datagramBytes);
        blockCount++;
        signalBytes = 0;
        lostBytes = 0;
        sentBytes = 0;
        signalRate = lowest(blockSignalRates);
        lossRate = lowest(blockLossRates);
    }

    /** Adds a block to those before it, or begins anew with it when it differs from them by more than chance explains. */
    private void settle(double blockSignalRate, long blockBytes, int datagramBytes) {
        double packets = (double) blockBytes / datagramBytes;
        double variance = steadySignalRate * (1 - steadySignalRate) * (1 / packets + 1 / Math.max(steadyPackets, 1));
        double difference = Math.abs(blockSignalRate - steadySignalRate);
        double surprise = variance == 0 ? 0 : difference * difference / variance;
        if (difference * difference > DEVIATIONS * DEVIATIONS * variance) {
            steadyPackets = 0;
            surprise = 1;
        }
        double share = packets / (steadyPackets + packets);
        steadyDispersion += share * (surprise - steadyDispersion);
        steadySignalRate += share * (blockSignalRate - steadySignalRate);
        steadyPackets = Math.min(steadyPackets + packets, STEADY_BLOCKS * BLOCK_PACKETS);
    }

    private double lowest(double[] rates) {
        double lowest = RATE_MAX;
        for (int i = 0; i < Math.min(blockCount, BLOCKS); i++) {
            lowest = Math.min(lowest, rates[i]);
        }
        return lowest;
    }
}
