package io.packetfs.pcpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.protocol.DescriptorTable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class HostileTableTest {
    private static final int BLOB_BYTES = 10_000;

    /** Whatever is drawn, it is refused, or touches only what its descriptors name, which lies within a blob between two fences. */
    @Property(tries = 1_000)
    void hostileTablesAreRefusedOrStayWithinTheirDescriptors(
            @ForAll long seed, @ForAll @IntRange(max = 8) int count, @ForAll Kernel kernel) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] table = new byte[DescriptorTable.bytes(count)];
        for (int i = 0; i < count; i++) {
            DescriptorTable.put(table, 0, i, edge(random), (int) edge(random));
        }
        try (Arena arena = Arena.ofConfined()) {
            run(arena, table, count, kernel);
        }
    }

    private static void run(Arena arena, byte[] table, int count, Kernel kernel) {
        MemorySegment fenced = arena.allocate(3 * BLOB_BYTES);
        MemorySegment middle = fenced.asSlice(BLOB_BYTES, BLOB_BYTES);
        MemorySegment target = arena.allocate(3 * BLOB_BYTES);
        try {
            Schedule schedule = Schedule.ofTable(table, 0, count);
            Program program = Program.parse(kernel.hasImmediate() ? kernel.label() + ":1" : kernel.label());
            Task task =
                    Task.admit(program, schedule, middle, target.asSlice(BLOB_BYTES, BLOB_BYTES), RunLimits.NETWORK);
            CompiledProgram.of(task).run(0, count, 0, new RunState(program));
            for (int i = 0; i < count; i++) {
                middle.asSlice(schedule.offset(i), schedule.length(i)).fill((byte) 0);
            }
        } catch (RefusedException e) {
            assertThat(e.reason()).isNotNull();
        }
        assertThat(fenced.mismatch(arena.allocate(3 * BLOB_BYTES)))
                .as("bytes outside descriptors")
                .isEqualTo(-1);
        assertThat(target.asSlice(0, BLOB_BYTES).mismatch(arena.allocate(BLOB_BYTES)))
                .isEqualTo(-1);
        assertThat(target.asSlice(2L * BLOB_BYTES).mismatch(arena.allocate(BLOB_BYTES)))
                .isEqualTo(-1);
    }

    private static long edge(SplittableRandom random) {
        return switch (random.nextInt(6)) {
            case 0 -> random.nextLong();
            case 1 -> Long.MAX_VALUE - random.nextInt(3);
            case 2 -> BLOB_BYTES - random.nextInt(3);
            case 3 -> 0x7fff_ffff - random.nextInt(3);
            default -> random.nextInt(BLOB_BYTES / 8);
        };
    }
}
