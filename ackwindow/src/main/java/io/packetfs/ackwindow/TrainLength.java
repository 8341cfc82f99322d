package io.packetfs.ackwindow;

/**
 * Shortens trains where their ends get lost. A queue that is nearly full, or a policer with a small bucket, takes the first packets of a
 * train and drops the others, so that long trains lose more than short ones at the same rate. Losses that have nothing to do with trains
 * fall upon both halves alike.
 *
 * <p>Judged by blocks of {@link #LOSSES} losses: when the second halves have a clearly larger share of what was lost than of what was
 * sent, trains become half as long; when not, or when little gets lost, twice as long again.
 */
// spec: CC-1
final class TrainLength {
    static final int LOSSES = 64;

    /** A block that lost less than {@link #LOSSES} ends here. */
    static final int PACKETS_MAX = 8_192;

    /** Three times what chance makes of {@link #LOSSES} coin flips. */
    static final double EXCESS = 0.19;

    static final int HALVINGS_MAX = 3;

    private int sent;
    private int sentInSecondHalf;
    private int lost;
    private int lostInSecondHalf;
    private int halvings;

    void onSent(int packets, int packetsInSecondHalf) {
        sent += packets;
        sentInSecondHalf += packetsInSecondHalf;
        if (sent >= PACKETS_MAX) {
            judge();
        }
    }

    void onLost(boolean isInSecondHalf) {
        lost++;
        lostInSecondHalf += isInSecondHalf ? 1 : 0;
        if (lost >= LOSSES) {
            judge();
        }
    }

    /** By which power of two trains are to be shorter than they could be: 0 to {@link #HALVINGS_MAX}. */
    int halvings() {
        return halvings;
    }

    private void judge() {
        boolean isEnough = lost >= LOSSES && sent > 0;
        if (isEnough && (double) lostInSecondHalf / lost > (double) sentInSecondHalf / sent + EXCESS) {
            halvings = Math.min(halvings + 1, HALVINGS_MAX);
        } else if (halvings > 0) {
            halvings--;
        }
        sent = 0;
        sentInSecondHalf = 0;
        lost = 0;
        lostInSecondHalf = 0;
    }
}
