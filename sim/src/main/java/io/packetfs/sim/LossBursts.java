package io.packetfs.sim;

/**
 * Loss in bursts, after Gilbert and Elliott: the link is in a good or in a bad state, may change it before each datagram, and loses
 * with the probability of the state it is in. It starts in the good state.
 *
 * @param goodToBadProbability per datagram
 * @param badToGoodProbability per datagram; the bad state lasts 1 / this many datagrams on average
 * @param goodLossProbability loss in the good state
 * @param badLossProbability loss in the bad state
 */
public record LossBursts(
        double goodToBadProbability,
        double badToGoodProbability,
        double goodLossProbability,
        double badLossProbability) {
    public static final LossBursts NONE = new LossBursts(0.0, 1.0, 0.0, 0.0);

    public LossBursts {
        Ranges.checkProbability("good to bad probability", goodToBadProbability);
        Ranges.checkProbability("bad to good probability", badToGoodProbability);
        Ranges.checkProbability("loss probability of the good state", goodLossProbability);
        Ranges.checkProbability("loss probability of the bad state", badLossProbability);
    }

    /**
     * Bursts in which everything is lost, with nothing lost between them.
     *
     * @param lossShare the share of datagrams lost over a long time, 0 to below 1
     * @param burstDatagramsMean mean length of a burst, at least 1, and at least {@code lossShare / (1 - lossShare)}, since the good
     *     state lasts one datagram or more
     */
    public static LossBursts of(double lossShare, double burstDatagramsMean) {
        double goodDatagramsMean = burstDatagramsMean * (1.0 - lossShare) / lossShare;
        if (!(lossShare >= 0.0 && lossShare < 1.0 && burstDatagramsMean >= 1.0 && goodDatagramsMean >= 1.0)) {
            throw new IllegalArgumentException(
                    "no bursts of " + burstDatagramsMean + " datagrams on average lose a share of " + lossShare);
        }
        return new LossBursts(1.0 / goodDatagramsMean, 1.0 / burstDatagramsMean, 0.0, 1.0);
    }

    /** The share of datagrams lost over a long time. */
    public double lossShare() {
        double changes = goodToBadProbability + badToGoodProbability;
        double badShare = changes == 0.0 ? 0.0 : goodToBadProbability / changes;
        return badShare * badLossProbability + (1.0 - badShare) * goodLossProbability;
    }
}
