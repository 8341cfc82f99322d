package io.packetfs.pcpu;

import io.packetfs.pcpu.RefusedException.Reason;
import io.packetfs.protocol.DescriptorList;
import io.packetfs.protocol.DescriptorTable;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Descriptors in the order in which they are worked on: offsets and lengths, nothing about them believed yet. Immutable. */
public final class Schedule {
    /** No schedule has more descriptors. */
    public static final int DESCRIPTORS_MAX = 1 << 24;

    private final long[] offsets;
    private final int[] lengths;

    private Schedule(long[] offsets, int[] lengths) {
        this.offsets = offsets;
        this.lengths = lengths;
    }

    /**
     * Copies descriptors.
     *
     * @throws RefusedException if there are more than {@link #DESCRIPTORS_MAX}
     */
    public static Schedule of(long[] offsets, int[] lengths) throws RefusedException {
        if (offsets.length != lengths.length) {
            throw new IllegalArgumentException(offsets.length + " offsets, " + lengths.length + " lengths");
        }
        checkCount(offsets.length);
        return new Schedule(offsets.clone(), lengths.clone());
    }

    /**
     * The descriptors of a gram (spec of PFS-UDP: GRM-5).
     *
     * @param count entries that are there from {@code tableOffset} on
     * @throws RefusedException if a length is beyond 2^31 - 1 or there are too many
     */
    public static Schedule ofTable(byte[] array, int tableOffset, int count) throws RefusedException {
        checkCount(count);
        long[] offsets = new long[count];
        int[] lengths = new int[count];
        for (int i = 0; i < count; i++) {
            offsets[i] = DescriptorTable.blobOffset(array, tableOffset, i);
            lengths[i] = DescriptorTable.length(array, tableOffset, i);
        }
        return new Schedule(offsets, lengths);
    }

    /**
     * The descriptors of a gram that carries none of their bytes (spec of PFS-UDP: GRM-15).
     *
     * @param list not kept
     * @throws RefusedException if there are more than {@link #DESCRIPTORS_MAX}
     */
    public static Schedule of(DescriptorList list) throws RefusedException {
        int count = checkCount(list.count());
        long[] offsets = new long[count];
        int[] lengths = new int[count];
        for (int i = 0; i < count; i++) {
            offsets[i] = list.offset(i);
            lengths[i] = list.length(i);
        }
        return new Schedule(offsets, lengths);
    }

    /**
     * All bytes from first to last in segments; the last one may be shorter.
     *
     * @throws RefusedException if these are more than {@link #DESCRIPTORS_MAX}
     */
    public static Schedule contiguous(long sizeBytes, int segmentBytes) throws RefusedException {
        if (sizeBytes < 0 || segmentBytes < 1) {
            throw new IllegalArgumentException(sizeBytes + " bytes in segments of " + segmentBytes);
        }
        int count = checkCount(sizeBytes / segmentBytes + (sizeBytes % segmentBytes == 0 ? 0 : 1));
        long[] offsets = new long[count];
        int[] lengths = new int[count];
        for (int i = 0; i < count; i++) {
            offsets[i] = (long) i * segmentBytes;
            lengths[i] = (int) Math.min(segmentBytes, sizeBytes - offsets[i]);
        }
        return new Schedule(offsets, lengths);
    }

    /** As {@link #contiguous}, in an order that the seed draws. */
    public static Schedule scatter(long sizeBytes, int segmentBytes, long seed) throws RefusedException {
        Schedule schedule = contiguous(sizeBytes, segmentBytes);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = schedule.count() - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            long offset = schedule.offsets[i];
            int length = schedule.lengths[i];
            schedule.offsets[i] = schedule.offsets[other];
            schedule.lengths[i] = schedule.lengths[other];
            schedule.offsets[other] = offset;
            schedule.lengths[other] = length;
        }
        return schedule;
    }

    public int count() {
        return offsets.length;
    }

    public long offset(int index) {
        return offsets[index];
    }

    public int length(int index) {
        return lengths[index];
    }

    /** The sum of all lengths, which cannot overflow: there are at most 2^24 of at most 2^31. */
    public long totalBytes() {
        long sum = 0;
        for (int length : lengths) {
            sum += length;
        }
        return sum;
    }

    /** Not to be changed; for the loops. */
    long[] offsets() {
        return offsets;
    }

    /** Not to be changed; for the loops. */
    int[] lengths() {
        return lengths;
    }

    /**
     * Cuts the schedule into parts of nearly equal numbers of bytes, in order.
     *
     * @return {@code parts + 1} borders: part {@code i} are the descriptors from {@code [i]} to before {@code [i + 1]}
     */
    int[] split(int parts) {
        int[] borders = new int[parts + 1];
        borders[parts] = count();
        long total = totalBytes();
        long before = 0;
        int part = 1;
        for (int i = 0; i < count() && part < parts; i++) {
            before += lengths[i];
            while (part < parts && before >= total / parts * part) {
                borders[part++] = i + 1;
            }
        }
        Arrays.fill(borders, part, parts, count());
        return borders;
    }

    /** Whether two descriptors share a byte. */
    boolean overlaps() {
        long[] starts = new long[count()];
        long[] ends = new long[count()];
        int filled = 0;
        boolean ascending = true;
        for (int i = 0; i < count(); i++) {
            if (lengths[i] > 0) {
                starts[filled] = offsets[i];
                ends[filled] = offsets[i] + lengths[i];
                ascending &= filled == 0 || ends[filled - 1] <= starts[filled];
                filled++;
            }
        }
        if (ascending) {
            return false;
        }
        // Ranges are apart exactly when, both sorted by themselves, each end is before the next start.
        Arrays.sort(starts, 0, filled);
        Arrays.sort(ends, 0, filled);
        for (int i = 1; i < filled; i++) {
            if (starts[i] < ends[i - 1]) {
                return true;
            }
        }
        return false;
    }

    private static int checkCount(long count) throws RefusedException {
        if (count > DESCRIPTORS_MAX) {
            throw new RefusedException(
                    Reason.TOO_MANY_DESCRIPTORS,
                    "a schedule has at most " + DESCRIPTORS_MAX + " descriptors, not " + count);
        }
        return (int) count;
    }
}
