package io.packetfs.ackwindow;

/**
 * Sends at one rate whatever happens, for links that belong to the sender alone. In flight is bounded by twice what the rate puts into a
 * round trip, so that a receiver that vanishes is not flooded.
 */
public final class FixedRate implements CongestionController {
    /** Room above the bound, for trains and for delayed acknowledgements on short paths. */
    static final long SLACK_BYTES = 512 * 1024;

    private final long bytesPerSecond;
    private final RttEstimator rtt;

    private FixedRate(long bytesPerSecond, RttEstimator rtt) {
        this.bytesPerSecond = bytesPerSecond;
        this.rtt = rtt;
    }

    /** Controllers of this rate; above 0. */
    public static CongestionControllerSupplier of(long bytesPerSecond) {
        if (bytesPerSecond <= 0) {
            throw new IllegalArgumentException("a fixed rate must be above 0, not " + bytesPerSecond);
        }
        return (datagramBytes, rtt, random) -> new FixedRate(bytesPerSecond, rtt);
    }

    @Override
    public long windowBytes() {
        return Rates.bytes(bytesPerSecond, 2 * rtt.smoothedNs()) + SLACK_BYTES;
    }

    @Override
    public long pacingBytesPerSecond() {
        return bytesPerSecond;
    }

    @Override
    public String name() {
        return "fixed";
    }
}
