package io.packetfs.proxy;

/** Cuts data into slices of {@code average_size ± size_variation} bytes and hands them on one by one, {@code delay} µs apart. */
final class SlicerStage extends TimedStage {
    private static final long NS_PER_US = 1_000;

    private long nextNs;

    SlicerStage(StreamPipe pipe, Toxic toxic) {
        super(pipe, toxic);
    }

    @Override
    void onStarted() {
        nextNs = pipe.nowNs();
    }

    @Override
    void onChanged() {
        nextNs = pipe.nowNs();
        super.onChanged();
    }

    @Override
    long waitNs(Held head, long nowNs) {
        return nextNs - nowNs;
    }

    @Override
    int take(Held head, long nowNs) {
        long variation = toxic().attribute("size_variation");
        long size = toxic().attribute("average_size") + pipe.random().nextLong(-variation, variation + 1);
        nextNs = nowNs + toxic().attribute("delay") * NS_PER_US;
        return (int) Math.min(head.data().readableBytes(), size);
    }
}
