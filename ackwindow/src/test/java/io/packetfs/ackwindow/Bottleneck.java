package io.packetfs.ackwindow;

import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.function.LongPredicate;
import java.util.random.RandomGenerator;

/**
 * One direction of a path in virtual time: a queue before a link of fixed rate, then a delay, then random loss and random extra delay.
 * Packets are numbers with a size; what arrives is handed over in order of arrival.
 */
final class Bottleneck {
    /** A path: rate in bytes a second, one-way delay, queue in bytes; loss and lateness as probabilities. */
    record Path(long bytesPerSecond, long delayNs, long queueBytes, double loss, double lateness, long latenessNs) {
        static Path of(long megabitsPerSecond, long delayMs, double loss) {
            long bytesPerSecond = megabitsPerSecond * 125_000;
            long queueBytes = Math.max(bytesPerSecond * delayMs * 2 / 1_000, 64 * 1_472);
            return new Path(bytesPerSecond, delayMs * 1_000_000, queueBytes, loss, 0, 0);
        }

        Path queueBytes(long bytes) {
            return new Path(bytesPerSecond, delayNs, bytes, loss, lateness, latenessNs);
        }

        Path lateness(double probability, long extraNs) {
            return new Path(bytesPerSecond, delayNs, queueBytes, loss, probability, extraNs);
        }
    }

    /** A packet of one flow on its way. */
    record Transit(long arrivalNs, long order, int flow, long number, int bytes) implements Comparable<Transit> {
        @Override
        public int compareTo(Transit other) {
            int byTime = Long.compare(arrivalNs, other.arrivalNs);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private Path path;
    private final RandomGenerator random;
    private final PriorityQueue<Transit> inTransit = new PriorityQueue<>();
    private final ArrayDeque<long[]> darkTimes = new ArrayDeque<>();
    private LongPredicate drops = number -> false;
    private long linkFreeNs;
    private long order;
    long overflows;
    long queueDelayNsMax;

    Bottleneck(Path path, RandomGenerator random) {
        this.path = path;
        this.random = random;
    }

    Path path() {
        return path;
    }

    /** From now on the path is another one. */
    void becomes(Path other) {
        path = other;
    }

    /** Nothing passes from {@code fromNs} to {@code untilNs}. */
    void dark(long fromNs, long untilNs) {
        darkTimes.add(new long[] {fromNs, untilNs});
    }

    /** Packets with these numbers get lost, besides what the path loses at random. */
    void drop(LongPredicate numbers) {
        drops = numbers;
    }

    void send(long nowNs, int flow, long number, int bytes) {
        long startNs = Math.max(nowNs, linkFreeNs);
        long queuedBytes = Rates.bytes(path.bytesPerSecond, startNs - nowNs);
        if (queuedBytes + bytes > path.queueBytes) {
            overflows++;
            return;
        }
        queueDelayNsMax = Math.max(queueDelayNsMax, startNs - nowNs);
        linkFreeNs = startNs + Rates.durationNs(bytes, path.bytesPerSecond);
        boolean isDark = darkTimes.stream().anyMatch(dark -> nowNs >= dark[0] && nowNs < dark[1]);
        if (isDark || drops.test(number) || random.nextDouble() < path.loss) {
            return;
        }
        long extraNs = random.nextDouble() < path.lateness ? random.nextLong(path.latenessNs) : 0;
        inTransit.add(new Transit(linkFreeNs + path.delayNs + extraNs, order++, flow, number, bytes));
    }

    /** When the next packet arrives; {@link Long#MAX_VALUE} if none is on its way. */
    long nextArrivalNs() {
        return inTransit.isEmpty() ? Long.MAX_VALUE : inTransit.peek().arrivalNs;
    }

    Transit takeArrival() {
        return inTransit.remove();
    }
}
