package io.packetfs.pcpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.packetfs.pcpu.RefusedException.Reason;
import io.packetfs.protocol.DescriptorList;
import io.packetfs.protocol.DescriptorTable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TaskTest {
    private static final int BLOB_BYTES = 10_000;
    private static final RunLimits LIMITS = new RunLimits(4, 100, 1_000_000);

    private final Arena arena = Arena.ofShared();
    private final MemorySegment blob = arena.allocate(BLOB_BYTES);

    @AfterEach
    void free() {
        arena.close();
    }

    @Test
    void descriptorsPastTheEndAreRefused() {
        refused(
                "sum",
                Reason.OUTSIDE_BLOB,
                "descriptor 0, 1 bytes from 10000, is outside the blob of 10000 bytes",
                10_000,
                1);
        refused("sum", Reason.OUTSIDE_BLOB, "descriptor 1, 10000 bytes from 1,", 0, 1, 1, 10_000);
        refused("sum", Reason.OUTSIDE_BLOB, "is outside", 0, Integer.MAX_VALUE);
    }

    @Test
    void sumsThatWouldOverflowAreRefused() {
        refused("sum", Reason.OUTSIDE_BLOB, "is outside", Long.MAX_VALUE, 1);
        refused("sum", Reason.OUTSIDE_BLOB, "is outside", Long.MAX_VALUE, Integer.MAX_VALUE);
        refused("sum", Reason.BAD_DESCRIPTOR, "offset 18446744073709551615", -1, 1);
        refused("sum", Reason.BAD_DESCRIPTOR, "length 4294967295", 0, -1);
    }

    @Test
    void tooMuchOfAnythingIsRefused() throws RefusedException {
        Schedule many = Schedule.of(new long[101], new int[101]);
        assertThat(catchThrowableOfType(
                        RefusedException.class, () -> Task.admit(Program.parse("sum"), many, blob, LIMITS)))
                .hasMessage("101 descriptors, and 100 are allowed");
        refused("sum,sum,sum,sum,sum", Reason.TOO_MANY_OPERATIONS, "5 operations, and 4 are allowed", 0, 1);

        int[] lengths = new int[60];
        Arrays.fill(lengths, 10_000);
        Schedule large = Schedule.of(new long[60], lengths);
        assertThat(catchThrowableOfType(
                        RefusedException.class, () -> Task.admit(Program.parse("sum,sum"), large, blob, LIMITS)))
                .hasMessage("descriptors 0 to 50 hold 510000 bytes, and 500000 are allowed for 2 operations");
        assertThat(catchThrowableOfType(RefusedException.class, () -> Schedule.contiguous(1L << 40, 1))
                        .reason())
                .isEqualTo(Reason.TOO_MANY_DESCRIPTORS);
    }

    @Test
    void overlappingDescriptorsAreRefusedWhereBytesChangeAndAllowedElsewhere() throws RefusedException {
        refused(
                "sum,xor:1",
                Reason.OVERLAP,
                "sum,xor:1 changes bytes, and some of them are in two descriptors",
                5,
                10,
                0,
                6);
        refused("add:1", Reason.OVERLAP, "two descriptors", 0, 10, 0, 10);
        refused("add:1", Reason.OVERLAP, "two descriptors", 0, 100, 10, 1, 200, 1);

        admit("sum,crc32c", 5, 10, 0, 6);
        admit("xor:1", 5, 10, 0, 5, 15, 1, 7, 0);
    }

    @Test
    void targetsThatAreMissingTooSmallOrPartOfTheBlobAreRefused() {
        refused("copy", Reason.TARGET, "the target has 0 bytes, and 30 are needed", 20, 10);
        refusedTarget("gather", arena.allocate(19), "the target has 19 bytes, and 20 are needed", 20, 10, 30, 10);
        refusedTarget("copy", arena.allocate(100).asReadOnly(), "the target is open for reading", 20, 10);
        refusedTarget("copy", blob.asSlice(5_000), "the target is part of the blob", 20, 10);
    }

    @Test
    void aGramsDescriptorsAreASchedule() throws RefusedException {
        Schedule schedule = Schedule.of(new DescriptorList().add(7, 3).add(1L << 40, 9));

        assertThat(schedule.count()).isEqualTo(2);
        assertThat(schedule.offset(1)).isEqualTo(1L << 40);
        assertThat(schedule.length(1)).isEqualTo(9);
        assertThat(schedule.totalBytes()).isEqualTo(12);
    }

    @Test
    void aBlobThatIsOpenForReadingIsNotChanged() {
        Schedule schedule = schedule(0, 10);
        assertThat(catchThrowableOfType(
                                RefusedException.class,
                                () -> Task.admit(Program.parse("xor:1"), schedule, blob.asReadOnly(), LIMITS))
                        .reason())
                .isEqualTo(Reason.READ_ONLY);
    }

    private void refused(String program, Reason reason, String message, long... offsetsAndLengths) {
        RefusedException refused =
                catchThrowableOfType(RefusedException.class, () -> admit(program, offsetsAndLengths));

        assertThat(refused).hasMessageContaining(message);
        assertThat(refused.reason()).isEqualTo(reason);
    }

    private void refusedTarget(String program, MemorySegment target, String message, long... offsetsAndLengths) {
        RefusedException refused = catchThrowableOfType(
                RefusedException.class,
                () -> Task.admit(Program.parse(program), schedule(offsetsAndLengths), blob, target, LIMITS));

        assertThat(refused).hasMessage(message);
        assertThat(refused.reason()).isEqualTo(Reason.TARGET);
    }

    private Task admit(String program, long... offsetsAndLengths) throws RefusedException {
        return Task.admit(Program.parse(program), schedule(offsetsAndLengths), blob, LIMITS);
    }

    private static Schedule schedule(long... offsetsAndLengths) {
        int count = offsetsAndLengths.length / 2;
        byte[] table = new byte[DescriptorTable.bytes(count)];
        for (int i = 0; i < count; i++) {
            DescriptorTable.put(table, 0, i, offsetsAndLengths[2 * i], (int) offsetsAndLengths[2 * i + 1]);
        }
        try {
            return Schedule.ofTable(table, 0, count);
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }
}
