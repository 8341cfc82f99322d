package io.packetfs.bench.loopback;

/** What a pump's receiver has got: the area with the payload, the highest number, what is missing below it, and whether credit is due. */
final class PumpArrivals {
    private static final int CREDIT_EVERY_PACKETS = PumpPacket.WINDOW_PACKETS / 4;

    private final byte[] area = new byte[PumpPacket.AREA_BYTES];
    private final Tally tally;
    private long nextSequence;
    private long packets;
    private long creditedSequence;

    PumpArrivals(Tally tally) {
        this.tally = tally;
    }

    byte[] area() {
        return area;
    }

    /** Counts a packet whose payload has been copied to its place. */
    void onPacket(long sequence) {
        packets++;
        nextSequence = Math.max(nextSequence, sequence + 1);
    }

    /** After each buffer. */
    void onBufferEnd() {
        tally.bytes(packets * PumpPacket.PAYLOAD_BYTES);
        tally.packets(packets);
        tally.lost(nextSequence - packets);
    }

    boolean isCreditDue() {
        return nextSequence - creditedSequence >= CREDIT_EVERY_PACKETS;
    }

    /** The number to tell the sender; credit is then no longer due. */
    long takeCredit() {
        creditedSequence = nextSequence;
        return nextSequence;
    }
}
