package io.packetfs.protocol;

import static io.packetfs.protocol.ReasonCode.LIMIT_EXCEEDED;
import static io.packetfs.protocol.ReasonCode.NO_ERROR;
import static io.packetfs.protocol.ReasonCode.PROTOCOL_VIOLATION;

import java.util.Arrays;

/**
 * The descriptor tables of grams that carry no payload (spec: GRM-11 to GRM-14): offsets of one width in offset mode, runs of equal
 * strides in arithmetic mode. Writing finds units, widths and runs by itself; reading believes nothing.
 */
public final class CompactTable {
    /** Bytes before the entries. */
    public static final int PREFIX_BYTES = 8;

    /** The most that one descriptor takes in either mode. */
    private static final int ENTRY_BYTES_MAX = 8 + 8 + 8 + 4;

    private static final int FILLED_TO = 16;

    private static final int UNIT_SHIFT_MAX = 30;

    /** A run of fewer descriptors would be longer than the descriptors by themselves. */
    private static final int RUN_COUNT_MIN = 3;

    private static final int OFFSET_WIDTH_AT = 1;
    private static final int LENGTH_WIDTH_AT = 2;
    private static final int RESERVED_AT = 3;
    private static final int LENGTH_AT = 4;

    /** Distances of no more units than this can be written (spec: GRM-13). */
    private static final long UNITS_END = 1L << 61;

    private CompactTable() {}

    /**
     * A table of {@code list} for the mode, {@link GramHeader#MODE_OFFSET} or {@link GramHeader#MODE_ARITHMETIC}.
     *
     * @throws IllegalArgumentException if the list is empty, or an offset is 2^61 bytes or more
     */
    public static byte[] encode(int mode, DescriptorList list) {
        if (list.count() == 0) {
            throw new IllegalArgumentException("a table of no descriptors");
        }
        long allOffsets = 0;
        long offsetMax = 0;
        int lengthMax = 0;
        boolean isOneLength = true;
        for (int i = 0; i < list.count(); i++) {
            allOffsets |= list.offset(i);
            offsetMax = Math.max(offsetMax, list.offset(i));
            lengthMax = Math.max(lengthMax, list.length(i));
            isOneLength &= list.length(i) == list.length(0);
        }
        if (offsetMax >= UNITS_END) {
            throw new IllegalArgumentException("an offset of " + offsetMax + " bytes does not fit a table");
        }
        int shift = Math.min(Long.numberOfTrailingZeros(allOffsets), UNIT_SHIFT_MAX);
        boolean isOffset = mode == GramHeader.MODE_OFFSET;
        int offsetWidth = isOffset ? width(offsetMax >>> shift) : 0;
        int lengthWidth = isOneLength ? 0 : isOffset ? width(lengthMax - 1) : 1;
        byte[] table = new byte[filled(PREFIX_BYTES + list.count() * ENTRY_BYTES_MAX)];
        table[0] = (byte) shift;
        table[OFFSET_WIDTH_AT] = (byte) offsetWidth;
        table[LENGTH_WIDTH_AT] = (byte) lengthWidth;
        Wire.putU32(table, LENGTH_AT, isOneLength ? list.length(0) : 0);
        int end = isOffset ? writeOffsets(list, table) : writeRuns(list, table);
        return Arrays.copyOf(table, filled(end));
    }

    /** Tables are filled up to the grains that heads are cut into. spec: GRM-10, CHK-3 */
    private static int filled(int bytes) {
        return (bytes + FILLED_TO - 1) / FILLED_TO * FILLED_TO;
    }

    private static int width(long value) {
        return Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(value) + 7) / 8);
    }

    /** Returns where the entries end. */
    private static int writeOffsets(DescriptorList list, byte[] table) {
        int at = PREFIX_BYTES;
        for (int i = 0; i < list.count(); i++) {
            at = writeBytes(table, at, list.offset(i) >>> table[0], table[OFFSET_WIDTH_AT]);
            at = writeBytes(table, at, list.length(i) - 1, table[LENGTH_WIDTH_AT]);
        }
        return at;
    }

    private static int writeBytes(byte[] target, int at, long value, int width) {
        for (int i = 0; i < width; i++) {
            target[at + i] = (byte) (value >>> (8 * i));
        }
        return at + width;
    }

    /** Returns where the entries end. */
    private static int writeRuns(DescriptorList list, byte[] table) {
        int shift = table[0];
        int at = PREFIX_BYTES;
        long previous = 0;
        int i = 0;
        while (i < list.count()) {
            int count = runCount(list, i);
            at += Varint.write(table, at, zigzag((list.offset(i) >>> shift) - previous));
            at += Varint.write(table, at, count - 1);
            if (count > 1) {
                at += Varint.write(table, at, zigzag(stride(list, i, shift)));
            }
            if (table[LENGTH_WIDTH_AT] > 0) {
                at += Varint.write(table, at, list.length(i) - 1);
            }
            i += count;
            previous = list.offset(i - 1) >>> shift;
        }
        return at;
    }

    private static long stride(DescriptorList list, int index, int shift) {
        return (list.offset(index + 1) >>> shift) - (list.offset(index) >>> shift);
    }

    /** How many descriptors from this one on make one run. */
    private static int runCount(DescriptorList list, int from) {
        if (list.count() - from < RUN_COUNT_MIN) {
            return 1;
        }
        long stride = list.offset(from + 1) - list.offset(from);
        int length = list.length(from);
        int end = from + 1;
        while (end < list.count() && list.length(end) == length && list.offset(end) - list.offset(end - 1) == stride) {
            end++;
        }
        return end - from < RUN_COUNT_MIN ? 1 : end - from;
    }

    private static long zigzag(long value) {
        return (value << 1) ^ (value >> 63);
    }

    private static long unzigzag(long value) {
        return (value >>> 1) ^ -(value & 1);
    }

    /**
     * Reads a table that came from a peer.
     *
     * @param length bytes of the table, which are there
     * @param count descriptors, as the header says
     * @param into takes the descriptors; what it holds after an error is of no use
     * @return a reason code, {@link ReasonCode#NO_ERROR} when all is well
     */
    static int decode(int mode, byte[] table, int at, int length, int count, GramLimits limits, DescriptorList into) {
        into.clear();
        if (count == 0 || length < FILLED_TO || length % FILLED_TO != 0 || table[at + RESERVED_AT] != 0) {
            return PROTOCOL_VIOLATION;
        }
        int shift = Wire.u8(table, at);
        int offsetWidth = Wire.u8(table, at + OFFSET_WIDTH_AT);
        int lengthWidth = Wire.u8(table, at + LENGTH_WIDTH_AT);
        long oneLength = Wire.u32(table, at + LENGTH_AT);
        if (shift > UNIT_SHIFT_MAX || (lengthWidth == 0) == (oneLength == 0)) {
            return PROTOCOL_VIOLATION;
        }
        if (oneLength > limits.descriptorBytesMax()) {
            return LIMIT_EXCEEDED;
        }
        if (mode == GramHeader.MODE_OFFSET) {
            boolean isShaped = offsetWidth >= 1
                    && offsetWidth <= Long.BYTES
                    && lengthWidth <= Integer.BYTES
                    && length == filled(PREFIX_BYTES + count * (offsetWidth + lengthWidth));
            return isShaped ? readOffsets(table, at, count, at + length, limits, into) : PROTOCOL_VIOLATION;
        }
        return offsetWidth == 0 && lengthWidth <= 1
                ? readRuns(table, at, count, at + length, limits, into)
                : PROTOCOL_VIOLATION;
    }

    private static int readOffsets(
            byte[] table, int prefix, int count, int end, GramLimits limits, DescriptorList into) {
        int shift = table[prefix];
        int offsetWidth = table[prefix + OFFSET_WIDTH_AT];
        int lengthWidth = table[prefix + LENGTH_WIDTH_AT];
        long length = Wire.u32(table, prefix + LENGTH_AT);
        long unitsMax = (Long.MAX_VALUE - limits.descriptorBytesMax()) >>> shift;
        int at = prefix + PREFIX_BYTES;
        for (int i = 0; i < count; i++) {
            long units = readBytes(table, at, offsetWidth);
            at += offsetWidth;
            if (lengthWidth > 0) {
                length = readBytes(table, at, lengthWidth) + 1;
                at += lengthWidth;
            }
            if (length > limits.descriptorBytesMax()) {
                return LIMIT_EXCEEDED;
            }
            if (units < 0 || units > unitsMax) {
                return PROTOCOL_VIOLATION;
            }
            into.append(units << shift, (int) length);
        }
        return isFilling(table, at, end) ? NO_ERROR : PROTOCOL_VIOLATION;
    }

    private static boolean isFilling(byte[] table, int from, int end) {
        int rest = 0;
        for (int i = from; i < end; i++) {
            rest |= table[i];
        }
        return end - from < FILLED_TO && rest == 0;
    }

    private static long readBytes(byte[] table, int at, int width) {
        long value = 0;
        for (int i = 0; i < width; i++) {
            value |= (table[at + i] & 0xffL) << (8 * i);
        }
        return value;
    }

    private static int readRuns(byte[] table, int prefix, int count, int end, GramLimits limits, DescriptorList into) {
        int shift = table[prefix];
        boolean hasLengths = table[prefix + LENGTH_WIDTH_AT] > 0;
        long length = Wire.u32(table, prefix + LENGTH_AT);
        long unitsMax = (Long.MAX_VALUE - limits.descriptorBytesMax()) >>> shift;
        long previous = 0;
        Varints entries = new Varints(table, prefix + PREFIX_BYTES, end);
        while (into.count() < count) {
            long first = previous + unzigzag(entries.next());
            long more = entries.next();
            long stride = more > 0 ? unzigzag(entries.next()) : 0;
            length = hasLengths ? entries.next() + 1 : length;
            if (!entries.isValid() || more >= count - into.count()) {
                return PROTOCOL_VIOLATION;
            }
            if (length > limits.descriptorBytesMax()) {
                return LIMIT_EXCEEDED;
            }
            // Neither of the two exceeds 62 bits and a run has fewer than 2^12 descriptors; so a product is checked,
            // not trusted.
            long last = first + more * stride;
            boolean isInRange = first >= 0
                    && first <= unitsMax
                    && last >= 0
                    && last <= unitsMax
                    && Math.multiplyHigh(more, stride) == (more * stride) >> 63;
            if (!isInRange) {
                return PROTOCOL_VIOLATION;
            }
            for (long i = 0, units = first; i <= more; i++, units += stride) {
                into.append(units << shift, (int) length);
            }
            previous = last;
        }
        return isFilling(table, entries.at(), end) ? NO_ERROR : PROTOCOL_VIOLATION;
    }

    /** Integers one after another, of which none may run past the end or be longer than need be. */
    private static final class Varints {
        private final byte[] array;
        private final int end;
        private int at;
        private boolean isValid = true;

        Varints(byte[] array, int at, int end) {
            this.array = array;
            this.at = at;
            this.end = end;
        }

        /** The next one; 0 once something was wrong. */
        long next() {
            if (!isValid || at >= end || Varint.bytesAt(array, at) > end - at) {
                isValid = false;
                return 0;
            }
            int bytes = Varint.bytesAt(array, at);
            long value = Varint.read(array, at);
            at += bytes;
            isValid = bytes == Varint.bytes(value);
            return isValid ? value : 0;
        }

        boolean isValid() {
            return isValid;
        }

        int at() {
            return at;
        }
    }
}
