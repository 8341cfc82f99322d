package io.packetfs.bench.afxdp;

import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.DatagramTrain;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.HdrHistogram.Histogram;

/**
 * Datagrams that come back: one thread sends, waits and looks at the time, another answers. Both sleep in the kernel while nothing is
 * there.
 */
final class EchoRun {
    private static final int BYTES = 64;
    private static final long AWAIT_NS = 1_000_000;
    private static final long LOST_NS = 20_000_000;
    private static final long LATENCY_NS_MAX = 10_000_000_000L;
    private static final ValueLayout.OfLong TIME = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final DatagramPort asker;
    private final DatagramPort answerer;
    private final DatagramTrain question = new DatagramTrain(BYTES);
    private volatile boolean ending;
    private long answers;

    EchoRun(DatagramPort asker, DatagramPort answerer) {
        this.asker = asker;
        this.answerer = answerer;
    }

    /** Echo: the next goes when the last has come back, or is lost. */
    Histogram echo(long warmUpNs, long durationNs) throws InterruptedException {
        return whileAnswering(histogram -> {
            long startNs = System.nanoTime();
            while (System.nanoTime() - startNs < warmUpNs + durationNs) {
                long sentNs = System.nanoTime();
                ask(sentNs);
                long before = answers;
                while (answers == before && System.nanoTime() - sentNs < LOST_NS) {
                    asker.await(AWAIT_NS);
                    take(histogram, startNs + warmUpNs);
                }
            }
        });
    }

    /**
     * Replay: they go by a timetable, whether or not others are still under way, and each counts from when it should have gone; so a stall
     * is felt by all that it delays.
     */
    Histogram replay(int perSecond, long warmUpNs, long durationNs) throws InterruptedException {
        long intervalNs = 1_000_000_000L / perSecond;
        return whileAnswering(histogram -> {
            long startNs = System.nanoTime();
            long dueNs = startNs;
            while (dueNs - startNs < warmUpNs + durationNs) {
                long waitNs = dueNs - System.nanoTime();
                if (waitNs > 0) {
                    asker.await(waitNs);
                } else {
                    ask(dueNs);
                    dueNs += intervalNs;
                }
                take(histogram, startNs + warmUpNs);
            }
            asker.await(LOST_NS);
            take(histogram, startNs + warmUpNs);
        });
    }

    private interface Asking {
        void run(Histogram histogram);
    }

    private Histogram whileAnswering(Asking asking) throws InterruptedException {
        ending = false;
        Histogram histogram = new Histogram(LATENCY_NS_MAX, 3);
        Thread answers = Thread.ofPlatform().name("pfs-answerer").start(this::answer);
        Thread asks = Thread.ofPlatform().name("pfs-asker").start(() -> asking.run(histogram));
        asks.join();
        ending = true;
        answerer.wakeup();
        answers.join();
        return histogram;
    }

    private void ask(long timeNs) {
        question.reset(answerer.localAddress(), BYTES, 1);
        question.memory().set(TIME, 0, timeNs);
        question.append(BYTES);
        asker.send(question);
    }

    private void take(Histogram histogram, long fromNs) {
        asker.receive((source, memory, length, segmentBytes, ecn) -> {
            long nowNs = System.nanoTime();
            for (int at = 0; at + Long.BYTES <= length; at += segmentBytes) {
                long sentNs = memory.get(TIME, at);
                answers++;
                if (sentNs - fromNs >= 0) {
                    histogram.recordValue(Math.clamp(nowNs - sentNs, 0, LATENCY_NS_MAX));
                }
            }
        });
    }

    private void answer() {
        DatagramTrain answer = new DatagramTrain(BYTES);
        while (!ending) {
            int came = answerer.receive((source, memory, length, segmentBytes, ecn) -> {
                for (int at = 0; at + BYTES <= length; at += segmentBytes) {
                    answer.reset(source, BYTES, 1);
                    answer.memory().set(TIME, 0, memory.get(TIME, at));
                    answer.append(BYTES);
                    answerer.send(answer);
                }
            });
            if (came == 0) {
                answerer.await(AWAIT_NS);
            }
        }
    }
}
