package io.packetfs.cli;

import io.packetfs.blob.SeededBytes;
import io.packetfs.pcpu.Pcpu;
import io.packetfs.pcpu.PlainLoop;
import io.packetfs.pcpu.Results;
import io.packetfs.pcpu.Task;
import java.io.Serial;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A task on a pCPU, beside the same work done otherwise, in turns, so that all have the same machine. */
final class PcpuComparison {
    private static final int WARM_UP_ROUNDS = 3;

    private final MemorySegment memory;
    private final Task task;
    private final List<Task> operations;
    private final int threads;

    /** The pCPU and the plain loop found different things. */
    static final class DisagreementException extends Exception {
        @Serial
        private static final long serialVersionUID = 1;

        DisagreementException(String message) {
            super(message);
        }
    }

    /**
     * What one contender did.
     *
     * @param bytesPerSecond the median of the rounds, and in each the bytes of all descriptors once
     * @param ofRead its share of the rate of reading memory with as many threads
     */
    record Line(String name, int threads, double bytesPerSecond, double lowest, double highest, double ofRead) {
        String text() {
            return String.format(
                    Locale.ROOT,
                    "%-36s %2d %s  %6.2f GB/s (%.2f to %.2f)  %.2f of reading",
                    name,
                    threads,
                    threads == 1 ? "thread " : "threads",
                    bytesPerSecond / 1e9,
                    lowest / 1e9,
                    highest / 1e9,
                    ofRead);
        }

        Map<String, Object> tree() {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("name", name);
            tree.put("threads", threads);
            tree.put("bytes_per_s", bytesPerSecond);
            tree.put("bytes_per_s_lowest", lowest);
            tree.put("bytes_per_s_highest", highest);
            tree.put("of_memory_read", ofRead);
            return tree;
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // filled round after round, by its owner alone
    private record Contender(String name, int threads, Runnable pass, double[] seconds) {}

    /**
     * A comparison.
     *
     * @param task the whole program
     * @param operations its operations as programs of their own
     */
    PcpuComparison(MemorySegment memory, Task task, List<Task> operations, int threads) {
        this.memory = memory;
        this.task = task;
        this.operations = operations;
        this.threads = threads;
    }

    /** Runs the program and the plain loop over the bytes of a seed and compares what they find. */
    Results check(long seed) throws DisagreementException {
        SeededBytes.fill(memory, seed, threads);
        Results expected = PlainLoop.run(task, threads);
        SeededBytes.fill(memory, seed, threads);
        return agreed(expected);
    }

    /** As {@link #check(long)}, over the bytes as they are, which the program does not change. */
    Results check() throws DisagreementException {
        return agreed(PlainLoop.run(task, threads));
    }

    List<Line> measure(int rounds) {
        try (Pcpu many = new Pcpu(threads, true);
                Pcpu one = new Pcpu(1, true)) {
            List<Contender> contenders = new ArrayList<>();
            contenders.add(contender("memory read", threads, rounds, () -> PlainLoop.read(memory, threads)));
            contenders.add(contender("pCPU, one pass", threads, rounds, () -> many.run(task)));
            if (operations.size() > 1) {
                contenders.add(contender(
                        "pCPU, one operation after another", threads, rounds, () -> operations.forEach(many::run)));
            }
            contenders.add(contender("plain loop", threads, rounds, () -> PlainLoop.run(task, threads)));
            if (threads > 1) {
                contenders.add(contender("memory read", 1, rounds, () -> PlainLoop.read(memory, 1)));
                contenders.add(contender("pCPU, one pass", 1, rounds, () -> one.run(task)));
                contenders.add(contender("plain loop", 1, rounds, () -> PlainLoop.run(task, 1)));
            }
            for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
                for (Contender contender : contenders) {
                    long startNs = System.nanoTime();
                    contender.pass().run();
                    if (round >= 0) {
                        contender.seconds()[round] = (System.nanoTime() - startNs) / 1e9;
                    }
                }
            }
            return contenders.stream().map(each -> line(each, contenders)).toList();
        }
    }

    private Results agreed(Results expected) throws DisagreementException {
        try (Pcpu pcpu = new Pcpu(threads, true)) {
            Results found = pcpu.run(task);
            if (!found.equals(expected)) {
                throw new DisagreementException(
                        "the pCPU and the plain loop disagree: " + found.values() + " and " + expected.values());
            }
            return found;
        }
    }

    private static Contender contender(String name, int threads, int rounds, Runnable pass) {
        return new Contender(name, threads, pass, new double[rounds]);
    }

    private Line line(Contender contender, List<Contender> all) {
        Contender read = all.stream()
                .filter(each -> each.name().equals("memory read") && each.threads() == contender.threads())
                .findFirst()
                .orElseThrow();
        double bytes = contender.name().equals(read.name())
                ? memory.byteSize()
                : task.schedule().totalBytes();
        double[] seconds = contender.seconds().clone();
        Arrays.sort(seconds);
        double readRate = memory.byteSize() / median(read.seconds());
        double rate = bytes / median(seconds);
        return new Line(
                contender.name(),
                contender.threads(),
                rate,
                bytes / seconds[seconds.length - 1],
                bytes / seconds[0],
                rate / readRate);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
