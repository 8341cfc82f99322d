package io.packetfs.bench.afxdp;

import io.packetfs.afxdp.frame.FrameVerdict;
import io.packetfs.afxdp.port.AfXdpCounters;
import io.packetfs.afxdp.port.AfXdpPort;
import io.packetfs.linux.Linux;
import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.DatagramTrain;
import io.packetfs.protocol.port.PortFeatures;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread that sends numbered datagrams and a thread that receives them, each at a port of its own. No more than a window is under way,
 * so that a receiver that is slower is not flooded; the receiver tells the highest number it saw through memory, which costs nothing.
 */
final class PortRun {
    private static final int WINDOW_DATAGRAMS = 1_024;
    private static final int TRAIN_DATAGRAMS = 64;
    private static final long STALLED_NS = 5_000_000;
    private static final long NAP_NS = 20_000;
    private static final long AWAIT_NS = 2_000_000;
    private static final long LOOK_MS = 20;
    private static final ValueLayout.OfLong NUMBER = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final DatagramPort sender;
    private final DatagramPort receiver;
    private final int payloadBytes;
    private final AtomicLong nextExpected = new AtomicLong();
    private final CountDownLatch begun = new CountDownLatch(2);
    private volatile Phase phase = Phase.WARM_UP;

    private enum Phase {
        WARM_UP,
        MEASURING,
        ENDING
    }

    /** What a thread had done when a phase began. */
    private record Mark(long timeNs, long cpuNs, long datagrams, long highest) {}

    /** The marks around what is measured. */
    private static final class Marks {
        private final CountDownLatch begun;
        private Mark begin;
        private Mark end;

        Marks(CountDownLatch begun) {
            this.begun = begun;
        }

        boolean areBoth() {
            return begin != null && end != null;
        }

        void note(Phase now, long datagrams, long highest) {
            if (now == Phase.MEASURING && begin == null) {
                begin = mark(datagrams, highest);
                begun.countDown();
            } else if (now == Phase.ENDING && end == null) {
                end = mark(datagrams, highest);
            }
        }

        private static Mark mark(long datagrams, long highest) {
            return new Mark(System.nanoTime(), Linux.scheduling().threadUsage().cpuNs(), datagrams, highest);
        }
    }

    PortRun(DatagramPort sender, DatagramPort receiver, int payloadBytes) {
        this.sender = sender;
        this.receiver = receiver;
        this.payloadBytes = payloadBytes;
    }

    Throughput measure(long warmUpNs, long durationNs) throws InterruptedException {
        Marks sending = new Marks(begun);
        Marks receiving = new Marks(begun);
        Thread sends = Thread.ofPlatform().name("pfs-sender").start(() -> send(sending));
        Thread receives = Thread.ofPlatform().name("pfs-receiver").start(() -> receive(receiving));
        Thread.sleep(warmUpNs / 1_000_000);
        phase = Phase.MEASURING;
        awaitBegin(sends, receives);
        Thread.sleep(durationNs / 1_000_000);
        phase = Phase.ENDING;
        sends.join();
        receives.join();
        if (!sending.areBoth() || !receiving.areBoth()) {
            throw new IllegalStateException("a thread of the run failed before the end");
        }
        long received = receiving.end.datagrams() - receiving.begin.datagrams();
        long numbered = receiving.end.highest() - receiving.begin.highest();
        return new Throughput(
                payloadBytes,
                received,
                receiving.end.timeNs() - receiving.begin.timeNs(),
                sending.end.cpuNs() - sending.begin.cpuNs(),
                receiving.end.cpuNs() - receiving.begin.cpuNs(),
                Math.max(0, numbered - received),
                drops());
    }

    /** Until both threads have seen that it is measured now, however late they get a processor, or one of them has failed. */
    private void awaitBegin(Thread sends, Thread receives) throws InterruptedException {
        boolean isBegun = false;
        while (!isBegun && sends.isAlive() && receives.isAlive()) {
            isBegun = begun.await(LOOK_MS, TimeUnit.MILLISECONDS);
        }
    }

    private void send(Marks marks) {
        int count = Math.min(TRAIN_DATAGRAMS, PortFeatures.UDP_PAYLOAD_BYTES_MAX / payloadBytes);
        DatagramTrain train = new DatagramTrain(count * payloadBytes);
        long next = 0;
        long lost = 0;
        long movedNs = System.nanoTime();
        long seen = 0;
        while (phase != Phase.ENDING) {
            marks.note(phase, next, next);
            long expected = nextExpected.get();
            if (expected != seen) {
                seen = expected;
                movedNs = System.nanoTime();
            }
            if (next - Math.max(expected, lost) >= WINDOW_DATAGRAMS) {
                if (System.nanoTime() - movedNs > STALLED_NS) {
                    lost = next; // all that was under way
                }
                LockSupport.parkNanos(NAP_NS);
                continue;
            }
            train.reset(receiver.localAddress(), payloadBytes, count);
            for (int i = 0; i < count; i++) {
                train.memory().set(NUMBER, train.length(), next + i);
                train.append(payloadBytes);
            }
            if (sender.send(train)) {
                next += count;
            } else {
                sender.await(AWAIT_NS);
            }
        }
        marks.note(Phase.ENDING, next, next);
    }

    private void receive(Marks marks) {
        long[] counts = new long[2];
        while (phase != Phase.ENDING) {
            marks.note(phase, counts[0], counts[1]);
            int came = receiver.receive(
                    (source, memory, length, segmentBytes, ecn) -> count(counts, memory, length, segmentBytes));
            if (came == 0) {
                receiver.await(AWAIT_NS);
            } else {
                nextExpected.lazySet(counts[1]);
            }
        }
        marks.note(Phase.ENDING, counts[0], counts[1]);
    }

    private static void count(long[] counts, MemorySegment memory, int length, int segmentBytes) {
        for (int at = 0; at + Long.BYTES <= length; at += segmentBytes) {
            counts[0]++;
            counts[1] = Math.max(counts[1], memory.get(NUMBER, at) + 1);
        }
    }

    private Map<String, Long> drops() {
        Map<String, Long> drops = new LinkedHashMap<>();
        if (sender instanceof AfXdpPort rings) {
            put(drops, "sender_device", rings.ringCounters().droppedByDevice());
        }
        if (receiver instanceof AfXdpPort rings) {
            AfXdpCounters counters = rings.ringCounters();
            put(drops, "receive_ring_full", counters.kernel().receiveRingFull());
            put(drops, "fill_ring_empty", counters.kernel().fillRingEmpty());
            put(drops, "receive_dropped", counters.kernel().receiveDropped());
            put(drops, "frames_rejected", rejected(counters));
        }
        return drops;
    }

    private static long rejected(AfXdpCounters counters) {
        return counters.frames().entrySet().stream()
                .filter(entry -> entry.getKey() != FrameVerdict.ACCEPTED)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private static void put(Map<String, Long> drops, String cause, long count) {
        if (count != 0) {
            drops.put(cause, count);
        }
    }
}
