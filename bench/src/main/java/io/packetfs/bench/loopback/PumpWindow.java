package io.packetfs.bench.loopback;

/** What a pump's sender may send: a window above what the receiver has seen. Nothing is sent twice; what is lost is lost. */
final class PumpWindow {
    /** After so long without credit what is under way is taken for lost. */
    static final long SILENCE_NS_MAX = 20_000_000;

    private long nextSequence;
    private long creditedSequence;
    private long creditedAtNs;

    PumpWindow(long nowNs) {
        creditedAtNs = nowNs;
    }

    boolean hasRoom(int packets) {
        return nextSequence + packets - creditedSequence <= PumpPacket.WINDOW_PACKETS;
    }

    /** The number of the next packet, which is now under way. */
    long take() {
        return nextSequence++;
    }

    void onCredit(long nowNs, long sequence) {
        creditedSequence = Math.max(creditedSequence, sequence);
        creditedAtNs = nowNs;
    }

    /** When nothing may be sent: whether it has been so for so long that the window begins anew. */
    void onWaiting(long nowNs) {
        if (nowNs - creditedAtNs > SILENCE_NS_MAX) {
            onCredit(nowNs, nextSequence);
        }
    }
}
