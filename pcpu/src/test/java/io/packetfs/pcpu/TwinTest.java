package io.packetfs.pcpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.blob.BlobDigest;
import io.packetfs.blob.SeededBytes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;

/** Generated loops and workers find and leave what the scalar twin does, for programs and schedules drawn at random. */
class TwinTest {
    private static final int MEMORY_BYTES = 60_000;
    private static final Pcpu ONE = new Pcpu(1, false);
    private static final Pcpu THREE = new Pcpu(3, false);

    @AfterContainer
    static void stop() {
        ONE.close();
        THREE.close();
    }

    @Property(tries = 400)
    void everyProgramOverEverySchedule(
            @ForAll("programs") Program program, @ForAll long seed, @ForAll @IntRange(max = 40) int descriptors)
            throws RefusedException {
        Schedule schedule = schedule(seed, descriptors, program.changesBytes());
        Observed expected = observe(program, schedule, seed, ScalarTwin::run);

        assertThat(observe(program, schedule, seed, ONE::run)).isEqualTo(expected);
        assertThat(observe(program, schedule, seed, THREE::run)).isEqualTo(expected);
        assertThat(observe(program, schedule, seed, task -> PlainLoop.run(task, 3)))
                .isEqualTo(expected);
    }

    @Property(tries = 200)
    void everyKernelAloneOnEveryShortLength(
            @ForAll Kernel kernel,
            @ForAll @IntRange(max = 255) int immediate,
            @ForAll @IntRange(max = 70) int offset,
            @ForAll @IntRange(max = 70) int length,
            @ForAll long seed)
            throws RefusedException {
        Program program = Program.of(List.of(new Operation(kernel, kernel.hasImmediate() ? immediate : 0)));
        Schedule schedule = Schedule.of(new long[] {offset}, new int[] {length});

        assertThat(observe(program, schedule, seed, ONE::run))
                .isEqualTo(observe(program, schedule, seed, ScalarTwin::run));
    }

    @Property(tries = 40)
    void bytesOfOneKindDoNotRunOverWithinWords(
            @ForAll @IntRange(max = 255) int value, @ForAll @IntRange(min = 131_000, max = 299_000) int length)
            throws RefusedException {
        Program program = Program.parse("counteq:" + value + ",sum,min,max,histogram");
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(300_000).fill((byte) value);
            Schedule schedule = Schedule.of(new long[] {3}, new int[] {length});
            Task task = Task.admit(program, schedule, memory, RunLimits.LOCAL);

            Results results = ONE.run(task);

            assertThat(results.values().get(0).number()).hasValue(length);
            assertThat(results.values().get(1).number()).hasValue((long) length * value);
            assertThat(results.values().get(2).number()).hasValue(value);
            assertThat(results.values().get(3).number()).hasValue(value);
            assertThat(results.values().get(4).histogram().get(value)).isEqualTo(length);
        }
    }

    @Provide
    Arbitrary<Program> programs() {
        Arbitrary<Operation> operations = Arbitraries.of(Kernel.class)
                .flatMap(kernel -> kernel.hasImmediate()
                        ? Arbitraries.integers().between(0, 255).map(i -> new Operation(kernel, i))
                        : Arbitraries.just(new Operation(kernel, 0)));
        return operations.list().ofMinSize(1).ofMaxSize(6).map(TwinTest::withOneTarget);
    }

    private static Program withOneTarget(List<Operation> drawn) {
        List<Operation> kept = new ArrayList<>();
        boolean stored = false;
        for (Operation operation : drawn) {
            boolean stores = operation.kernel().form() == Kernel.Form.STORE;
            if (!stores || !stored) {
                kept.add(operation);
            }
            stored |= stores;
        }
        try {
            return Program.of(kept);
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }

    /** Descriptors of no, few, odd and many bytes, in any order; apart from each other where bytes are changed. */
    private static Schedule schedule(long seed, int count, boolean apart) throws RefusedException {
        SplittableRandom random = new SplittableRandom(seed);
        long[] offsets = new long[count];
        int[] lengths = new int[count];
        int place = MEMORY_BYTES / Math.max(1, count);
        for (int i = 0; i < count; i++) {
            int most = apart ? place : MEMORY_BYTES;
            lengths[i] = random.nextInt(random.nextBoolean() ? Math.min(most, 20) + 1 : most + 1);
            int room = most - lengths[i];
            offsets[i] = (apart ? (long) i * place : 0) + random.nextInt(room + 1);
        }
        for (int i = count - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            long offset = offsets[i];
            int length = lengths[i];
            offsets[i] = offsets[other];
            lengths[i] = lengths[other];
            offsets[other] = offset;
            lengths[other] = length;
        }
        return Schedule.of(offsets, lengths);
    }

    private interface Runner {
        Results run(Task task);
    }

    /** What a run tells, and what it leaves in both memories. */
    private record Observed(Results results, List<String> memories) {}

    private static Observed observe(Program program, Schedule schedule, long seed, Runner runner)
            throws RefusedException {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(MEMORY_BYTES);
            MemorySegment target = arena.allocate(Math.max(MEMORY_BYTES, schedule.totalBytes()));
            SeededBytes.fill(memory, 0, seed);
            // Few kinds of bytes, so that some are equal.
            memory.asSlice(0, MEMORY_BYTES / 4).fill((byte) seed);
            Results results = runner.run(Task.admit(program, schedule, memory, target, RunLimits.LOCAL));
            return new Observed(results, List.of(BlobDigest.CRC32C.hex(memory, 1), BlobDigest.CRC32C.hex(target, 1)));
        }
    }
}
