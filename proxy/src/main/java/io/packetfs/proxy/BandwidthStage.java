package io.packetfs.proxy;

/**
 * Passes bytes at {@code rate} KB/s (1,000 bytes), each piece when its last byte would have left a line of that rate. A late wake-up is made good by
 * the pieces after it.
 */
final class BandwidthStage extends TimedStage {
    private static final long NS_PER_BYTE_AT_1 = 1_000_000;
    /** Pieces of so long a time: short enough to look steady, long enough to cost little. */
    private static final long PIECE_MS = 10;

    private static final long PIECE_BYTES_MAX = 1 << 16;

    /** When the line is free for the next piece. */
    private long freeNs;

    BandwidthStage(StreamPipe pipe, Toxic toxic) {
        super(pipe, toxic);
    }

    @Override
    void onStarted() {
        freeNs = pipe.nowNs();
    }

    @Override
    void onBusy(long nowNs) {
        if (nowNs - freeNs > 0) {
            freeNs = nowNs;
        }
    }

    @Override
    void onChanged() {
        // What the line has not sent at the old rate, it begins now at the new one.
        freeNs = pipe.nowNs();
        super.onChanged();
    }

    @Override
    long waitNs(Held head, long nowNs) {
        return rate() == 0 ? NEVER : freeNs + lineNs(pieceBytes(head)) - nowNs;
    }

    @Override
    int take(Held head, long nowNs) {
        int bytes = pieceBytes(head);
        freeNs += lineNs(bytes);
        return bytes;
    }

    private int pieceBytes(Held head) {
        long most = Math.clamp(rate() * PIECE_MS, 1, PIECE_BYTES_MAX);
        return (int) Math.min(head.data().readableBytes(), most);
    }

    private long lineNs(int bytes) {
        return bytes * NS_PER_BYTE_AT_1 / rate();
    }

    private long rate() {
        return toxic().attribute("rate");
    }
}
