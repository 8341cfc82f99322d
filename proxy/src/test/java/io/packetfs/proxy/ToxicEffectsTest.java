package io.packetfs.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The effect that each toxic states for TCP, exactly, on an event loop whose time the test makes. */
class ToxicEffectsTest {
    private static final double NS_PER_MS = 1e6;
    private static final long SEED = 3;

    private final MockTicker ticker = Ticker.newMockTicker();
    private final EmbeddedChannel source =
            EmbeddedChannel.builder().ticker(ticker).build();
    private final EmbeddedChannel sink =
            EmbeddedChannel.builder().ticker(ticker).build();
    private final HeldBytes heldBytes = new HeldBytes(ProxyLimits.DEFAULT);
    private final List<Arrival> arrivals = new ArrayList<>();
    private final StringBuilder ends = new StringBuilder();
    private StreamPipe pipe = newPipe(SEED);

    /** Bytes that came out of a pipe at once. */
    private record Arrival(double atMs, int bytes) {}

    @AfterEach
    void nothingIsHeld() {
        pipe.close();
        assertThat(heldBytes.total()).isZero();
        source.finishAndReleaseAll();
        sink.finishAndReleaseAll();
    }

    @Test
    void latencyHoldsEveryChunkForExactlyItsTime() throws ProxyException {
        apply(toxic(ToxicType.LATENCY, Map.of("latency", 150)));
        send(10);
        passMs(30);
        send(20);
        passMs(500);

        assertThat(arrivals).containsExactly(new Arrival(150, 10), new Arrival(180, 20));
    }

    @Test
    void jitterSpreadsEvenlyAroundTheLatency() throws ProxyException {
        apply(toxic(ToxicType.LATENCY, Map.of("latency", 100, "jitter", 40)));
        List<Double> delaysMs = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            double startMs = nowMs();
            send(1);
            passMs(200);
            delaysMs.add(arrivals.getLast().atMs() - startMs);
        }

        assertThat(arrivals).hasSize(400);
        assertThat(delaysMs).allSatisfy(ms -> assertThat(ms).isBetween(60.0, 140.0));
        assertThat(delaysMs.stream().mapToDouble(ms -> ms).average().orElseThrow())
                .isCloseTo(100, within(5.0));
        // Of an even spread, a quarter lies in each quarter.
        for (double from = 60; from < 140; from += 20) {
            double quarter = from;
            assertThat(delaysMs)
                    .filteredOn(ms -> ms >= quarter && ms < quarter + 20)
                    .hasSizeBetween(70, 130);
        }
    }

    @Test
    void bandwidthIsALineOfThatRateAtEveryMoment() throws ProxyException {
        apply(toxic(ToxicType.BANDWIDTH, Map.of("rate", 1_000)));
        for (int i = 0; i < 10; i++) {
            send(50_000);
        }
        passMs(1_000);

        long sum = 0;
        for (Arrival arrival : arrivals) {
            sum += arrival.bytes();
            // 1,000 bytes per millisecond, in pieces of 10 ms.
            assertThat(sum).isLessThanOrEqualTo(Math.round(arrival.atMs() * 1_000));
            assertThat(sum).isGreaterThan(Math.round(arrival.atMs() * 1_000) - 10_000);
        }
        assertThat(sum).isEqualTo(500_000);
        assertThat(arrivals.getLast().atMs()).isEqualTo(500);
    }

    @Test
    void aChangedBandwidthHoldsFromThenOn() throws ProxyException {
        Toxic slow = toxic(ToxicType.BANDWIDTH, Map.of("rate", 100));
        apply(slow);
        send(50_000);
        passMs(100);
        apply(slow.changed(1, Map.of("rate", 1_000)));
        passMs(1_000);

        // 10,000 at the old rate, the other 40,000 at the new one.
        assertThat(arrivals.getLast().atMs()).isEqualTo(140);
    }

    @Test
    void slowCloseHoldsTheEndAndNothingElse() throws ProxyException {
        apply(toxic(ToxicType.SLOW_CLOSE, Map.of("delay", 300)));
        passMs(50);
        send(10);
        pipe.onSourceEnd();
        passMs(1_000);

        assertThat(arrivals).containsExactly(new Arrival(50, 10));
        assertThat(ends).hasToString("finished at 350.0");
    }

    @Test
    void timeoutDropsDataAndClosesSoLongAfterTheLast() throws ProxyException {
        apply(toxic(ToxicType.TIMEOUT, Map.of("timeout", 250)));
        passMs(100);
        send(10);
        passMs(1_000);

        assertThat(arrivals).isEmpty();
        assertThat(ends).hasToString("closed at 350.0");
    }

    @Test
    void timeoutClosesWithoutAnyData() throws ProxyException {
        apply(toxic(ToxicType.TIMEOUT, Map.of("timeout", 250)));
        passMs(1_000);

        assertThat(ends).hasToString("closed at 250.0");
    }

    @Test
    void resetPeerResetsSoLongAfterTheFirstData() throws ProxyException {
        apply(toxic(ToxicType.RESET_PEER, Map.of("timeout", 200)));
        passMs(100);
        send(10);
        passMs(100);
        send(10);
        passMs(1_000);

        assertThat(arrivals).isEmpty();
        assertThat(ends).hasToString("reset at 300.0");
    }

    @Test
    void slicerCutsEverySliceAndPutsTheDelayBetween() throws ProxyException {
        apply(toxic(ToxicType.SLICER, Map.of("average_size", 100, "size_variation", 20, "delay", 5_000)));
        send(60_000);
        passMs(10_000);

        List<Arrival> whole = arrivals.subList(0, arrivals.size() - 1);
        assertThat(whole).allSatisfy(slice -> assertThat(slice.bytes()).isBetween(80, 120));
        assertThat(whole.stream().mapToInt(Arrival::bytes).average().orElseThrow())
                .isCloseTo(100, within(5.0));
        for (int i = 0; i < arrivals.size(); i++) {
            assertThat(arrivals.get(i).atMs()).isEqualTo(i * 5.0);
        }
        assertThat(arrivals.stream().mapToInt(Arrival::bytes).sum()).isEqualTo(60_000);
    }

    @Test
    void limitDataPassesExactlySoManyBytesAndCloses() throws ProxyException {
        apply(toxic(ToxicType.LIMIT_DATA, Map.of("bytes", 1_000)));
        send(700);
        passMs(10);
        send(700);
        passMs(10);
        send(700);
        passMs(1_000);

        assertThat(arrivals).containsExactly(new Arrival(0, 700), new Arrival(10, 300));
        assertThat(ends).hasToString("closed at 10.0");
    }

    @Test
    void toxicityIsTheShareOfConnections() throws ProxyException {
        int struck = 0;
        for (int seed = 0; seed < 2_000; seed++) {
            pipe.close();
            pipe = newPipe(Seeds.mix(7, seed));
            apply(Toxic.create(1, "some", ToxicType.LATENCY, Direction.UPSTREAM, 0.3, Map.of("latency", 100)));
            int before = arrivals.size();
            send(1);
            passMs(0);
            struck += arrivals.size() == before ? 1 : 0;
        }

        // Four standard deviations of a binomial with 2,000 tries.
        assertThat(struck).isBetween(600 - 82, 600 + 82);
    }

    /** What the other side has sent before may still be on its way: that this side is gone is the whole connection's to judge. */
    @Test
    void aWriteThatFailsClosesItsOwnSideOnly() {
        sink.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
                ReferenceCountUtil.release(message);
                promise.setFailure(new IOException("connection reset by peer"));
            }
        });

        send(10);

        assertThat(sink.isActive()).isFalse();
        assertThat(source.isActive()).isTrue();
        assertThat(ends).isEmpty();
    }

    private void apply(Toxic toxic) {
        pipe.apply(List.of(toxic));
    }

    private static Toxic toxic(ToxicType type, Map<String, Number> attributes) throws ProxyException {
        return Toxic.create(1, "it", type, Direction.UPSTREAM, 1, attributes);
    }

    private void send(int bytes) {
        pipe.onRead(Unpooled.wrappedBuffer(new byte[bytes]));
        collect();
    }

    /** Lets time pass, from one thing that is due to the next. */
    private void passMs(long ms) {
        long endNs = ticker.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
        while (true) {
            long waitNs = source.runScheduledPendingTasks();
            collect();
            if (waitNs < 0 || waitNs > endNs - ticker.nanoTime()) {
                ticker.advance(endNs - ticker.nanoTime(), TimeUnit.NANOSECONDS);
                return;
            }
            ticker.advance(Math.max(waitNs, 1), TimeUnit.NANOSECONDS);
        }
    }

    private void collect() {
        sink.runPendingTasks();
        for (ByteBuf out = sink.readOutbound(); out != null; out = sink.readOutbound()) {
            if (out.isReadable()) {
                arrivals.add(new Arrival(nowMs(), out.readableBytes()));
            }
            out.release();
        }
    }

    private double nowMs() {
        return ticker.nanoTime() / NS_PER_MS;
    }

    private StreamPipe newPipe(long seed) {
        StreamPipe.Owner owner = new StreamPipe.Owner() {
            @Override
            public void close() {
                ends.append("closed at ").append(nowMs());
                pipe.close();
            }

            @Override
            public void reset() {
                ends.append("reset at ").append(nowMs());
                pipe.close();
            }

            @Override
            public void onPipeFinished(Direction direction) {
                ends.append("finished at ").append(nowMs());
            }
        };
        return new StreamPipe(owner, Direction.UPSTREAM, source, sink, heldBytes, new TrafficCounters(), seed);
    }
}
