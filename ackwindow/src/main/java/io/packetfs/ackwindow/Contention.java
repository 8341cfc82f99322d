package io.packetfs.ackwindow;

/**
 * Notices others who fill the queue whatever it loses, as the first version of BBR does: round after round too much is lost, this sender
 * answers each time by sending less, and the queue stands as before. Somebody who answers loss, too, lets it shrink. Where nothing is
 * gained by giving way, {@link Bbr} keeps its model and answers loss by {@link PacketConservation} alone, as those others do.
 *
 * <p>It is over when the queue shrinks, or when the round trip is probed, and is then noticed anew sooner than the first time. All who
 * share a queue probe at about the same time, because they saw it empty at the same time; so two of ours that took each other for such
 * others both begin again.
 */
// spec: CC-5
final class Contention {
    /** After so many answers in vain. */
    static final int ANSWERS_MIN = 4;

    /** After so many, where it was so before the last probe of the round trip. */
    static final int ANSWERS_MIN_AGAIN = 2;

    /** Answers further apart than this are not to the same trouble. */
    static final int ROUNDS_APART_MAX = 24;

    /** A queue that shrinks to less than this part of what it was has been let shrink by others. */
    static final double QUEUE_SHARE_MIN = 0.64;

    /** A queue that adds less than this part to the shortest round trip, or next to nothing, is not worth a quarrel. */
    static final double QUEUE_RTT_RATIO = 0.25;

    /** How many round trips pass between two probes upwards meanwhile: as many as with the first version of BBR. */
    static final int ROUNDS_BETWEEN_PROBES = 8;

    private int answers;
    private long lastAnswerRound;
    private long queueNsMax;
    private boolean isNoticed;

    /** This sender lowers its bounds because of loss, in this round, while the round trip is so much longer than the shortest. */
    void onAnswer(long round, long queueNs, long rttNsMin) {
        if (queueNs < Math.max(Rates.scaled(QUEUE_RTT_RATIO, rttNsMin), QueueSwing.PEAK_NS_MIN)) {
            answers = 0;
            return;
        }
        if (round - lastAnswerRound > ROUNDS_APART_MAX) {
            answers = 0;
            queueNsMax = 0;
        }
        answers++;
        lastAnswerRound = round;
        queueNsMax = Math.max(queueNsMax, queueNs);
        isNoticed |= answers >= ANSWERS_MIN;
    }

    /** Takes the least by which a stretch of time exceeded the shortest round trip. */
    void onStretch(long queueNs) {
        if (queueNs < Rates.scaled(QUEUE_SHARE_MIN, queueNsMax)) {
            answers = 0;
            isNoticed = false;
        }
    }

    /** The queue is emptied to look at the round trip. */
    void onRttProbe() {
        answers = isNoticed ? ANSWERS_MIN - ANSWERS_MIN_AGAIN : 0;
        isNoticed = false;
    }

    boolean isNoticed() {
        return isNoticed;
    }
}
