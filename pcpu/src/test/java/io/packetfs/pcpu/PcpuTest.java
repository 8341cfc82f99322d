package io.packetfs.pcpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.packetfs.blob.Blob;
import io.packetfs.blob.BlobDigest;
import io.packetfs.blob.BlobException;
import io.packetfs.blob.BlobPages;
import io.packetfs.blob.SeededBytes;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

class PcpuTest {
    private static final long BEYOND_TWO_GIB = (1L << 32) + 8_192;

    @Test
    void addressesMoreThanTwoGibibytes() throws BlobException, RefusedException {
        try (Blob blob = Blob.anonymous(BEYOND_TWO_GIB, BlobPages.ORDINARY);
                Pcpu pcpu = new Pcpu(2, true)) {
            blob.memory().asSlice(BEYOND_TWO_GIB - 100, 100).fill((byte) 3);
            Schedule schedule = Schedule.of(
                    new long[] {BEYOND_TWO_GIB - 4_096, (1L << 30) - 5, 0}, new int[] {4_096, 20_000, 4_096});
            Task task =
                    Task.admit(Program.parse("crc32c,add:1,counteq:4,sum"), schedule, blob.memory(), RunLimits.LOCAL);

            Results results = pcpu.run(task);

            assertThat(results.bytes()).isEqualTo(4_096 + 20_000 + 4_096);
            assertThat(results.values().get(1).number()).hasValue(100);
            assertThat(results.values().get(2).number()).hasValue(28_192 + 300);
            assertThat(blob.memory().get(ValueLayout.JAVA_BYTE, BEYOND_TWO_GIB - 1))
                    .isEqualTo((byte) 4);
        }
    }

    @Test
    void digestsAreThoseOfTheBytesLaidEndToEndHoweverManyWorkersThereAre() throws BlobException, RefusedException {
        try (Blob blob = Blob.anonymous(30 << 20, BlobPages.AUTO);
                Blob target = Blob.anonymous(30 << 20, BlobPages.AUTO)) {
            SeededBytes.fill(blob.memory(), 11, 2);
            Schedule schedule = Schedule.scatter(30 << 20, 80, 5);
            Task task = Task.admit(
                    Program.parse("gather,crc32c,fnv1a64"), schedule, blob.memory(), target.memory(), RunLimits.LOCAL);
            for (int workers = 1; workers <= 3; workers++) {
                target.memory().fill((byte) 0);
                try (Pcpu pcpu = new Pcpu(workers, false)) {
                    Results results = pcpu.run(task);

                    assertThat(results.values().get(0).text()).hasValue(BlobDigest.CRC32C.hex(target.memory(), 1));
                    assertThat(results.values().get(1).text()).hasValue(BlobDigest.FNV1A64.hex(target.memory(), 1));
                }
            }
        }
    }

    @Test
    void aScheduleIsSplitByBytes() throws RefusedException {
        Schedule schedule = Schedule.of(new long[5], new int[] {100, 0, 50, 25, 25});

        assertThat(schedule.split(1)).containsExactly(0, 5);
        assertThat(schedule.split(2)).containsExactly(0, 1, 5);
        assertThat(schedule.split(4)).containsExactly(0, 1, 1, 3, 5);
        assertThat(Schedule.of(new long[0], new int[0]).split(3)).containsExactly(0, 0, 0, 0);
    }

    @Test
    void aScheduleOfNothingHasResultsOfNothing() throws BlobException, RefusedException {
        try (Blob blob = Blob.anonymous(1, BlobPages.AUTO);
                Pcpu pcpu = new Pcpu(2, false)) {
            Schedule nothing = Schedule.of(new long[0], new int[0]);
            Results results = pcpu.run(Task.admit(
                    Program.parse("sum,min,max,crc32c,fnv1a64,histogram"), nothing, blob.memory(), RunLimits.LOCAL));

            assertThat(results.bytes()).isZero();
            assertThat(results.values().stream().map(value -> value.text().orElse("none")))
                    .containsExactly("0", "none", "none", "00000000", "cbf29ce484222325", "none");
        }
    }

    @Test
    void memoryThatWasUnmappedIsAnErrorAndTheWorkersGoOn() throws BlobException, RefusedException {
        try (Pcpu pcpu = new Pcpu(2, false);
                Blob other = Blob.anonymous(4_096, BlobPages.AUTO)) {
            Schedule schedule = Schedule.contiguous(4_096, 80);
            Blob blob = Blob.anonymous(4_096, BlobPages.AUTO);
            Task task = Task.admit(Program.parse("sum"), schedule, blob.memory(), RunLimits.LOCAL);
            blob.close();

            assertThatIllegalStateException().isThrownBy(() -> pcpu.run(task)).withMessageContaining("a worker failed");

            Results results = pcpu.run(Task.admit(Program.parse("sum"), schedule, other.memory(), RunLimits.LOCAL));
            assertThat(results.values().getFirst().number()).hasValue(0);
        }
    }

    @Test
    void programsThatDifferInBytesShareALoopAndLoopsAreForgotten() throws RefusedException {
        List<LoopCompiler.Part> xor = List.of(new LoopCompiler.Part(Kernel.XOR, 0, 0));
        Loop first = LoopCompiler.loop(xor, LoopCompiler.Width.WORD);
        assertThat(LoopCompiler.loop(xor, LoopCompiler.Width.WORD)).isSameAs(first);
        assertThat(LoopCompiler.loop(xor, LoopCompiler.Width.BYTE)).isNotSameAs(first);

        for (int slot = 0; slot < LoopCompiler.LOOPS_MAX; slot++) {
            LoopCompiler.loop(List.of(new LoopCompiler.Part(Kernel.SUM, 0, slot)), LoopCompiler.Width.WORD);
        }

        assertThat(LoopCompiler.loop(xor, LoopCompiler.Width.WORD)).isNotSameAs(first);
    }

    @Test
    void workersAreBoundWhereThereAreEnoughProcessors() {
        try (Pcpu pcpu = new Pcpu(1, true);
                Pcpu many = new Pcpu(Pcpu.WORKERS_MAX, true)) {
            assertThat(pcpu.processor(0)).isGreaterThanOrEqualTo(-1);
            assertThat(many.workerCount()).isEqualTo(Pcpu.WORKERS_MAX);
            assertThat(many.processor(0)).isEqualTo(-1);
        }
    }
}
