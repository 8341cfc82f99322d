package io.packetfs.bench;

import io.packetfs.protocol.CompactTable;
import io.packetfs.protocol.DescriptorList;
import io.packetfs.protocol.GramHeader;
import io.packetfs.protocol.GramLimits;
import io.packetfs.protocol.GramValidator;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What writing and reading the tables of grams without payload costs, per descriptor. A descriptor written out has 16 bytes, so 16 ns for
 * one are 1 GB/s of table.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx1g", "-XX:+UseSerialGC"})
public class DescriptorTableBenchmark {
    private static final int DESCRIPTORS = 1_024;
    private static final int PAGE_BYTES = 4_096;

    /** Where descriptors lie: one after another, or anywhere, in pages of one length or in pieces of their own. */
    public enum Pattern {
        REGULAR,
        SCATTERED,
        SCATTERED_PIECES
    }

    /** A list and the gram's head that it becomes. */
    @State(Scope.Thread)
    public static class Table {
        @Param({"1", "2"})
        public int mode;

        @Param
        public Pattern pattern;

        private final DescriptorList list = new DescriptorList();
        private final DescriptorList read = new DescriptorList();
        private byte[] head;

        @Setup(Level.Trial)
        public void make() {
            SplittableRandom random = new SplittableRandom(1);
            for (int i = 0; i < DESCRIPTORS; i++) {
                switch (pattern) {
                    case REGULAR -> list.add((long) i * PAGE_BYTES, PAGE_BYTES);
                    case SCATTERED -> list.add(random.nextLong(1L << 20) * PAGE_BYTES, PAGE_BYTES);
                    case SCATTERED_PIECES -> list.add(random.nextLong(1L << 32), random.nextInt(1, PAGE_BYTES));
                }
            }
            byte[] table = CompactTable.encode(mode, list);
            head = new byte[GramHeader.BYTES + table.length];
            new GramHeader().wrap(head, 0).applyDefaults().mode(mode).compactTable(DESCRIPTORS, table.length);
            System.arraycopy(table, 0, head, GramHeader.BYTES, table.length);
        }
    }

    @Benchmark
    @OperationsPerInvocation(DESCRIPTORS)
    public byte[] write(Table table) {
        return CompactTable.encode(table.mode, table.list);
    }

    @Benchmark
    @OperationsPerInvocation(DESCRIPTORS)
    public long read(Table table) {
        int reason = GramValidator.decodeCompact(table.head, 0, GramLimits.DEFAULTS, table.read);
        if (reason != 0) {
            throw new IllegalStateException("reason " + reason);
        }
        return table.read.endMax();
    }
}
