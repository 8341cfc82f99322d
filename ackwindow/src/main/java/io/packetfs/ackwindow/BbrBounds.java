package io.packetfs.ackwindow;

/**
 * The bounds that {@link Bbr} sets on its model when loss says that it sends too much (draft-ietf-ccwg-bbr, sections 5.5.10 and 5.5.11): the
 * short-term ones follow the present delivery and are dropped when the path is probed next; the long-term one is the most that was seen
 * to be safe in flight.
 */
final class BbrBounds {
    static final long NONE = Long.MAX_VALUE;

    /** What a lossy round leaves of a short-term bound at least. */
    static final double BETA = 0.7;

    /** What of the long-term bound is left free for others. */
    static final double HEADROOM = 0.15;

    /** How far the best delivery of a round may fall short of the model, which is the best of two cycles. */
    static final double SHORTFALL = 0.2;

    /**
     * A lossy round is judged over no less than this. On a short path one round trip holds a few dozen packets, and what a host that waits
     * for a processor delivers in it says more about the host than about the path.
     */
    static final long ROUND_NS_MIN = 20_000_000;

    private long rateShortTerm = NONE;
    private long inFlightShortTerm = NONE;
    private long inFlightLongTerm = NONE;

    private long latestRate;
    private long latestInFlight;
    private long lossRoundEndBytes;
    private long lossRoundStartNs;
    private boolean hasLossRound;
    private boolean isLossRoundStart;
    private boolean isLossInRound;
    private long roundLostBytes;
    private long roundDeliveredBytes;

    private long undoRateShortTerm = NONE;
    private long undoInFlightShortTerm = NONE;
    private long undoInFlightLongTerm = NONE;

    /** Counts a loss; returns whether it is the first of its round. */
    boolean onLost(LostPacket packet) {
        roundLostBytes += packet.lossSignalBytes();
        if (isLossInRound) {
            return false;
        }
        isLossInRound = true;
        lossRoundEndBytes = packet.deliveredBytes();
        undoRateShortTerm = rateShortTerm;
        undoInFlightShortTerm = inFlightShortTerm;
        undoInFlightLongTerm = inFlightLongTerm;
        return true;
    }

    /** Takes the delivery that an acknowledgement shows; first of its steps. */
    void onAck(long nowNs, DeliverySample sample) {
        latestRate = Math.max(latestRate, sample.bytesPerSecond());
        latestInFlight = Math.max(latestInFlight, sample.deliveredSinceSendBytes());
        roundDeliveredBytes += sample.ackedBytes();
        isLossRoundStart = sample.priorDeliveredBytes() >= lossRoundEndBytes
                && (!hasLossRound || nowNs - lossRoundStartNs >= ROUND_NS_MIN);
        if (isLossRoundStart) {
            hasLossRound = true;
            lossRoundStartNs = nowNs;
            lossRoundEndBytes = sample.deliveredBytes();
        }
    }

    /**
     * Whether a round has ended whose loss asks for lower bounds: it lost more than is ambient, or what it delivered falls short of the
     * model's {@code bytesPerSecond}. The second is the test that no habit of losing excuses: when sending at the model's rate does not
     * deliver it, the model is wrong.
     */
    boolean hasCongestedRound(AmbientLoss ambient, long bytesPerSecond, int datagramBytes) {
        if (!isLossRoundStart || !isLossInRound) {
            return false;
        }
        boolean fallsShort = latestRate < Rates.scaled(1 - SHORTFALL, bytesPerSecond);
        return ambient.isExceededBy(roundLostBytes, roundDeliveredBytes, datagramBytes)
                || (fallsShort && AmbientLoss.isNotable(roundLostBytes, roundDeliveredBytes, datagramBytes));
    }

    /** Lowers the short-term bounds to what the last round delivered, or by {@link #BETA} if that is more. */
    void lowerShortTerm(long bytesPerSecond, long windowBytes) {
        long rate = rateShortTerm == NONE ? bytesPerSecond : rateShortTerm;
        long inFlight = inFlightShortTerm == NONE ? windowBytes : inFlightShortTerm;
        rateShortTerm = Math.max(latestRate, Rates.scaled(BETA, rate));
        inFlightShortTerm = Math.max(latestInFlight, Rates.scaled(BETA, inFlight));
    }

    /** Ends the steps of an acknowledgement. */
    void finishAck(DeliverySample sample) {
        if (isLossRoundStart) {
            latestRate = sample.bytesPerSecond();
            latestInFlight = sample.deliveredSinceSendBytes();
            isLossInRound = false;
            roundLostBytes = 0;
            roundDeliveredBytes = 0;
        }
    }

    /** Begins a new cycle with fresh signals. */
    void resetSignals() {
        isLossInRound = false;
        latestRate = 0;
        latestInFlight = 0;
        roundLostBytes = 0;
        roundDeliveredBytes = 0;
    }

    void resetShortTerm() {
        rateShortTerm = NONE;
        inFlightShortTerm = NONE;
    }

    /** Takes back what was lowered since the first loss of the last lossy round. */
    void undo() {
        isLossInRound = false;
        rateShortTerm = Math.max(rateShortTerm, undoRateShortTerm);
        inFlightShortTerm = Math.max(inFlightShortTerm, undoInFlightShortTerm);
        inFlightLongTerm = Math.max(inFlightLongTerm, undoInFlightLongTerm);
    }

    void inFlightLongTerm(long bytes) {
        inFlightLongTerm = bytes;
    }

    long rateShortTerm() {
        return rateShortTerm;
    }

    long inFlightShortTerm() {
        return inFlightShortTerm;
    }

    long inFlightLongTerm() {
        return inFlightLongTerm;
    }

    boolean hasLongTerm() {
        return inFlightLongTerm != NONE;
    }

    /** The long-term bound without the part that is left free. */
    long inFlightWithHeadroom(int datagramBytes) {
        if (!hasLongTerm()) {
            return NONE;
        }
        return inFlightLongTerm - Math.max(Rates.scaled(HEADROOM, inFlightLongTerm), datagramBytes);
    }

    /** The most that was delivered within a round trip lately. */
    long latestInFlight() {
        return latestInFlight;
    }
}
