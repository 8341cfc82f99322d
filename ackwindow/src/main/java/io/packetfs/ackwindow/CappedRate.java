package io.packetfs.ackwindow;

/** Another controller, held to a rate: for a link that is shared by agreement. The window and all decisions are the other's. */
public final class CappedRate implements CongestionController {
    private final CongestionController inner;
    private final long bytesPerSecondMax;

    private CappedRate(CongestionController inner, long bytesPerSecondMax) {
        this.inner = inner;
        this.bytesPerSecondMax = bytesPerSecondMax;
    }

    /**
     * Controllers of another kind that pace no faster than this.
     *
     * @param bytesPerSecondMax of UDP payload, at least 1
     */
    public static CongestionControllerSupplier of(long bytesPerSecondMax, CongestionControllerSupplier inner) {
        if (bytesPerSecondMax < 1) {
            throw new IllegalArgumentException("cap of " + bytesPerSecondMax + " bytes per second");
        }
        return (datagramBytes, rtt, random) ->
                new CappedRate(inner.create(datagramBytes, rtt, random), bytesPerSecondMax);
    }

    @Override
    public void onPacketSent(long nowNs, long inFlightBytes, boolean isApplicationLimited) {
        inner.onPacketSent(nowNs, inFlightBytes, isApplicationLimited);
    }

    @Override
    public void onPacketLost(long nowNs, LostPacket packet) {
        inner.onPacketLost(nowNs, packet);
    }

    @Override
    public void onAck(long nowNs, DeliverySample sample) {
        inner.onAck(nowNs, sample);
    }

    @Override
    public void onLossUndone(long nowNs) {
        inner.onLossUndone(nowNs);
    }

    @Override
    public void onPersistentCongestion(long nowNs) {
        inner.onPersistentCongestion(nowNs);
    }

    @Override
    public void onCongestionMarked(long nowNs, long markedPackets, DeliverySample sample) {
        inner.onCongestionMarked(nowNs, markedPackets, sample);
    }

    @Override
    public void onDatagramBytes(int datagramBytes) {
        inner.onDatagramBytes(datagramBytes);
    }

    @Override
    public long windowBytes() {
        return inner.windowBytes();
    }

    @Override
    public long pacingBytesPerSecond() {
        return Math.min(inner.pacingBytesPerSecond(), bytesPerSecondMax);
    }

    @Override
    public String state() {
        return inner.state();
    }

    @Override
    public long modelBytesPerSecond() {
        return inner.modelBytesPerSecond();
    }

    @Override
    public long modelRttNs() {
        return inner.modelRttNs();
    }

    @Override
    public String name() {
        return inner.name();
    }
}
