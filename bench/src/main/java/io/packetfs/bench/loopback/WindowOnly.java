package io.packetfs.bench.loopback;

import io.packetfs.ackwindow.CongestionController;

/** Keeps a window full, whatever happens: shows what it costs to have so much in flight. For loopback only. */
final class WindowOnly implements CongestionController {
    /** More than any memory moves. */
    private static final long PACING_BYTES_PER_SECOND = 100_000_000_000L;

    private final long windowBytes;
    private final Tally tally;
    private long inFlightBytesMax;

    WindowOnly(long windowBytes, Tally tally) {
        this.windowBytes = windowBytes;
        this.tally = tally;
    }

    @Override
    public void onPacketSent(long nowNs, long inFlightBytes, boolean isApplicationLimited) {
        if (inFlightBytes > inFlightBytesMax) {
            inFlightBytesMax = inFlightBytes;
            tally.inFlightBytesMax(inFlightBytes);
        }
    }

    @Override
    public long windowBytes() {
        return windowBytes;
    }

    @Override
    public long pacingBytesPerSecond() {
        return PACING_BYTES_PER_SECOND;
    }

    @Override
    public String name() {
        return "window-only";
    }
}
