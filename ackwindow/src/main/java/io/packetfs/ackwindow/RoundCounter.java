package io.packetfs.ackwindow;

/**
 * Counts round trips by packets, not by time: a round is over when a packet is acknowledged that was sent after the round had begun
 * (draft-ietf-ccwg-bbr, section 5.5.1).
 */
final class RoundCounter {
    private long endBytes;
    private long count;
    private boolean isStart;

    void onAck(DeliverySample sample) {
        isStart = sample.priorDeliveredBytes() >= endBytes;
        if (isStart) {
            restart(sample.deliveredBytes());
            count++;
        }
    }

    /** Begins a round with what is sent from now on. */
    void restart(long deliveredBytes) {
        endBytes = deliveredBytes;
    }

    /** Whether the present acknowledgement began a round. */
    boolean isStart() {
        return isStart;
    }

    long count() {
        return count;
    }
}
