package io.packetfs.proxy;

/** Holds each chunk for {@code latency ± jitter}, at least 0, from when it came. Chunks keep their order; an end is not held longer. */
final class LatencyStage extends TimedStage {
    private static final double NS_PER_MS = 1e6;

    LatencyStage(StreamPipe pipe, Toxic toxic) {
        super(pipe, toxic);
    }

    @Override
    long waitNs(Held head, long nowNs) {
        double latencyMs = toxic().attribute("latency") + (2.0 * head.draw() - 1.0) * toxic().attribute("jitter");
        return head.arrivalNs() + (long) (latencyMs * NS_PER_MS) - nowNs;
    }

    @Override
    int take(Held head, long nowNs) {
        return head.data().readableBytes();
    }
}
