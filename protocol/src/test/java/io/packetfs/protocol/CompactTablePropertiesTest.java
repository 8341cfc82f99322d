package io.packetfs.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What is written is read back, what is read stays inside its bounds, and a naive reader of runs agrees. */
class CompactTablePropertiesTest {
    private static final GramLimits LIMITS = new GramLimits(1 << 20, 4_095, 1 << 24);

    private static DescriptorList random(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        DescriptorList list = new DescriptorList();
        int shift = random.nextInt(31);
        long offsetsEnd = 1L << random.nextInt(1, 61 - shift);
        int lengthMax = 1 << random.nextInt(25);
        boolean isOneLength = random.nextBoolean();
        int oneLength = random.nextInt(1, lengthMax + 1);
        while (list.count() < 1 + seed % 97 || (random.nextInt(4) > 0 && list.count() < 2_000)) {
            long offset = random.nextLong(offsetsEnd);
            long stride = random.nextLong(5) - 2;
            int length = isOneLength ? oneLength : random.nextInt(1, lengthMax + 1);
            for (int i = random.nextInt(1, 9); i > 0 && offset >= 0 && offset < offsetsEnd; i--) {
                list.add(offset << shift, length);
                offset += stride;
            }
        }
        return list;
    }

    private static List<String> text(DescriptorList list) {
        List<String> text = new ArrayList<>();
        for (int i = 0; i < list.count(); i++) {
            text.add(list.offset(i) + "+" + list.length(i));
        }
        return text;
    }

    @Property(tries = 500)
    void readsWhatItWrote(
            @ForAll @IntRange(max = Integer.MAX_VALUE - 1) int seed, @ForAll @IntRange(min = 1, max = 2) int mode) {
        DescriptorList list = random(seed);
        DescriptorList read = new DescriptorList();

        byte[] table = CompactTable.encode(mode, list);

        assertThat(CompactTable.decode(mode, table, 0, table.length, list.count(), LIMITS, read))
                .isEqualTo(ReasonCode.NO_ERROR);
        assertThat(text(read)).isEqualTo(text(list));
        assertThat(read.totalBytes()).isEqualTo(list.totalBytes());
        assertThat(read.endMax()).isEqualTo(list.endMax());
    }

    @Property(tries = 200)
    void aNaiveReaderOfRunsAgrees(@ForAll @IntRange(max = Integer.MAX_VALUE - 1) int seed) {
        DescriptorList list = random(seed);

        byte[] table = CompactTable.encode(GramHeader.MODE_ARITHMETIC, list);

        assertThat(naiveRuns(table, list.count())).isEqualTo(text(list));
    }

    /** As GRM-13 tells it, with numbers that cannot overflow and no check. */
    private static List<String> naiveRuns(byte[] table, int count) {
        List<String> text = new ArrayList<>();
        int[] at = {CompactTable.PREFIX_BYTES};
        long last = 0;
        while (text.size() < count) {
            long first = last + signed(next(table, at));
            long runCount = next(table, at) + 1;
            long stride = runCount > 1 ? signed(next(table, at)) : 0;
            long length = table[2] > 0 ? next(table, at) + 1 : Wire.u32(table, 4);
            for (long i = 0; i < runCount; i++) {
                last = first + i * stride;
                text.add(last * (1L << table[0]) + "+" + length);
            }
        }
        return text;
    }

    private static long signed(long value) {
        return value % 2 == 0 ? value / 2 : -(value + 1) / 2;
    }

    private static long next(byte[] table, int[] at) {
        int bytes = 1 << ((table[at[0]] & 0xff) >> 6);
        long value = table[at[0]] & 0x3f;
        for (int i = 1; i < bytes; i++) {
            value = (value << 8) | (table[at[0] + i] & 0xff);
        }
        at[0] += bytes;
        return value;
    }

    @Property(tries = 3_000)
    void bytesOfAnyKindAreRefusedOrStayInBounds(
            @ForAll @Size(min = 0, max = 64) byte[] table,
            @ForAll @IntRange(min = 0, max = 70) int count,
            @ForAll @IntRange(min = 1, max = 2) int mode) {
        DescriptorList read = new DescriptorList();
        if (table.length > 3) {
            table[0] &= 0x1f;
            table[1] = (byte) (mode == 1 ? table[1] & 3 : 0);
            table[2] &= 1;
            table[3] = 0;
        }

        int reason = CompactTable.decode(mode, table, 0, table.length / 16 * 16, count, LIMITS, read);

        assertThat(reason).isIn(ReasonCode.NO_ERROR, ReasonCode.PROTOCOL_VIOLATION, ReasonCode.LIMIT_EXCEEDED);
        for (int i = 0; i < read.count(); i++) {
            assertThat(read.length(i)).isBetween(1, LIMITS.descriptorBytesMax());
            assertThat(read.offset(i)).isBetween(0L, Long.MAX_VALUE - read.length(i));
        }
        if (reason == ReasonCode.NO_ERROR) {
            assertThat(read.count()).isEqualTo(count);
        }
    }

    @Property(tries = 300)
    void aDamagedTableIsRefusedOrReadAsAnother(
            @ForAll @IntRange(max = Integer.MAX_VALUE - 1) int seed, @ForAll @IntRange(min = 1, max = 2) int mode) {
        DescriptorList list = random(seed);
        byte[] table = CompactTable.encode(mode, list);
        SplittableRandom random = new SplittableRandom(~seed);
        table[random.nextInt(table.length)] ^= (byte) (1 << random.nextInt(8));
        int length = random.nextInt(8) == 0 ? random.nextInt(table.length) : table.length;
        DescriptorList read = new DescriptorList();

        int reason = CompactTable.decode(mode, table, 0, length, list.count(), LIMITS, read);

        if (reason == ReasonCode.NO_ERROR) {
            assertThat(read.count()).isEqualTo(list.count());
            assertThat(read.endMax()).isNotNegative();
        }
    }

    @Property(tries = 1)
    void aRegularScheduleIsOneRun() {
        DescriptorList list = new DescriptorList();
        for (int i = 0; i < 1_024; i++) {
            list.add(i * 4_096L, 4_096);
        }

        assertThat(CompactTable.encode(GramHeader.MODE_ARITHMETIC, list)).hasSize(16);
        assertThat(CompactTable.encode(GramHeader.MODE_OFFSET, list)).hasSize(8 + 2 * 1_024 + 8);
    }

    @Property(tries = 1)
    void whatDoesNotFitATableIsRefusedByItsWriter() {
        assertThatThrownBy(() -> CompactTable.encode(GramHeader.MODE_OFFSET, new DescriptorList()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CompactTable.encode(GramHeader.MODE_ARITHMETIC, new DescriptorList().add(1L << 61, 1)))
                .hasMessageContaining("2305843009213693952");
        assertThatThrownBy(() -> new DescriptorList().add(-1, 1)).hasMessageContaining("at -1");
        assertThatThrownBy(() -> new DescriptorList().add(Long.MAX_VALUE, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
