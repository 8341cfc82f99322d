package io.packetfs.protocol;

/**
 * An ACK frame, decoded: which packets arrived, how long the answer was held back, and the ECN counts (spec: ACK). Re-used for ever:
 * a receiver fills one and writes it, {@link FrameReader} reads into one. The largest number acknowledged is {@link
 * AckRanges#largest()}.
 */
public final class AckFrame {
    /** Bytes before ECN counts and ranges. */
    public static final int BYTES = 16;

    /** What the three ECN counts take. */
    public static final int ECN_BYTES = 24;

    /** No ACK is longer than this; one that has to be shorter leaves its lowest ranges out. */
    public static final int BYTES_MAX = BYTES + ECN_BYTES + (2 * AckRanges.COUNT_MAX - 1) * Varint.BYTES_MAX;

    private static final long ACK_DELAY_US_MAX = 0xffff_ffffL;

    private static final int FLAG_ECN = 0x01;

    private static final int FLAGS_OFFSET = 1;
    private static final int RANGE_COUNT_OFFSET = 2;
    private static final int ACK_DELAY_OFFSET = 4;
    private static final int LARGEST_OFFSET = 8;
    private static final int ECT0_OFFSET = 16;
    private static final int ECT1_OFFSET = 24;
    private static final int CE_OFFSET = 32;

    private final AckRanges ranges = new AckRanges();
    private long ackDelayUs;
    private boolean hasEcn;
    private long ect0;
    private long ect1;
    private long ce;

    /** Empties the frame: no ranges, no ECN counts, no delay. */
    public AckFrame clear() {
        ranges.clear();
        ackDelayUs = 0;
        hasEcn = false;
        ect0 = 0;
        ect1 = 0;
        ce = 0;
        return this;
    }

    /** Time between the arrival of the largest number and the sending of the ACK; a longer one than fits is cut to what fits. */
    public AckFrame ackDelayUs(long microseconds) {
        assert microseconds >= 0 : microseconds;
        ackDelayUs = Math.min(microseconds, ACK_DELAY_US_MAX);
        return this;
    }

    /** Counts of packets that arrived with each ECN codepoint. */
    public AckFrame ecn(long ect0, long ect1, long ce) {
        assert Wire.isNumber(ect0) && Wire.isNumber(ect1) && Wire.isNumber(ce) : ect0 + " " + ect1 + " " + ce;
        hasEcn = true;
        this.ect0 = ect0;
        this.ect1 = ect1;
        this.ce = ce;
        return this;
    }

    public long ackDelayUs() {
        return ackDelayUs;
    }

    public boolean hasEcn() {
        return hasEcn;
    }

    public long ect0() {
        return ect0;
    }

    public long ect1() {
        return ect1;
    }

    public long ce() {
        return ce;
    }

    /** The ranges, to be filled or read. */
    public AckRanges ranges() {
        return ranges;
    }

    /** What {@link #write} takes when nothing limits it. */
    public int encodedBytes() {
        int bytes = fixedBytes() + Varint.bytes(ranges.last(0) - ranges.first(0));
        for (int i = 1; i < ranges.count(); i++) {
            bytes += rangeBytes(i);
        }
        return bytes;
    }

    /**
     * Writes the frame; ranges that do not fit in {@code limit} bytes are left out, the lowest first.
     *
     * @return bytes written; 0 when not even the highest range fits
     */
    public int write(byte[] array, int offset, int limit) {
        long span = ranges.last(0) - ranges.first(0);
        int length = fixedBytes();
        if (length + Varint.bytes(span) > limit) {
            return 0;
        }
        length += Varint.write(array, offset + length, span);
        int written = 1;
        while (written < ranges.count() && length + rangeBytes(written) <= limit) {
            length += Varint.write(array, offset + length, gap(written) - 1);
            length += Varint.write(array, offset + length, ranges.last(written) - ranges.first(written));
            written++;
        }
        writeFixed(array, offset, written);
        return length;
    }

    private void writeFixed(byte[] array, int offset, int rangeCount) {
        Wire.putU8(array, offset, FrameType.ACK);
        Wire.putU8(array, offset + FLAGS_OFFSET, hasEcn ? FLAG_ECN : 0);
        Wire.putU16(array, offset + RANGE_COUNT_OFFSET, rangeCount);
        Wire.putU32(array, offset + ACK_DELAY_OFFSET, (int) ackDelayUs);
        Wire.putU64(array, offset + LARGEST_OFFSET, ranges.largest());
        if (hasEcn) {
            Wire.putU64(array, offset + ECT0_OFFSET, ect0);
            Wire.putU64(array, offset + ECT1_OFFSET, ect1);
            Wire.putU64(array, offset + CE_OFFSET, ce);
        }
    }

    private int fixedBytes() {
        return hasEcn ? BYTES + ECN_BYTES : BYTES;
    }

    /** Count of numbers missing between a range and the one above it. */
    private long gap(int index) {
        return ranges.first(index - 1) - ranges.last(index) - 1;
    }

    private int rangeBytes(int index) {
        return Varint.bytes(gap(index) - 1) + Varint.bytes(ranges.last(index) - ranges.first(index));
    }

    /**
     * Reads a frame that starts at {@code offset} and may not reach past {@code end}.
     *
     * @return bytes read, or -1 when the frame breaks a rule; what this object then shows has no meaning
     */
    int read(byte[] array, int offset, int end) {
        clear();
        if (end - offset < BYTES) {
            return -1;
        }
        int flags = Wire.u8(array, offset + FLAGS_OFFSET);
        int rangeCount = Wire.u16(array, offset + RANGE_COUNT_OFFSET);
        long largest = Wire.u64(array, offset + LARGEST_OFFSET);
        // spec: FRM-1, ACK-1, FRM-3
        if ((flags & ~FLAG_ECN) != 0 || rangeCount < 1 || rangeCount > AckRanges.COUNT_MAX || !Wire.isNumber(largest)) {
            return -1;
        }
        ackDelayUs = Wire.u32(array, offset + ACK_DELAY_OFFSET);
        hasEcn = (flags & FLAG_ECN) != 0;
        if (hasEcn && !readEcn(array, offset, end)) {
            return -1;
        }
        int rangesEnd = readRanges(array, offset + fixedBytes(), end, rangeCount, largest);
        return rangesEnd < 0 ? -1 : rangesEnd - offset;
    }

    private boolean readEcn(byte[] array, int offset, int end) {
        if (end - offset < BYTES + ECN_BYTES) {
            return false;
        }
        ect0 = Wire.u64(array, offset + ECT0_OFFSET);
        ect1 = Wire.u64(array, offset + ECT1_OFFSET);
        ce = Wire.u64(array, offset + CE_OFFSET);
        return Wire.isNumber(ect0) && Wire.isNumber(ect1) && Wire.isNumber(ce); // spec: FRM-3
    }

    /** Returns where the ranges end, or -1. */
    private int readRanges(byte[] array, int start, int end, int rangeCount, long largest) {
        int offset = start;
        long last = largest;
        for (int i = 0; i < rangeCount; i++) {
            if (i > 0) {
                if (!holdsVarint(array, offset, end)) {
                    return -1;
                }
                last = ranges.first(i - 1) - Varint.read(array, offset) - 2;
                offset += Varint.bytesAt(array, offset);
            }
            if (!holdsVarint(array, offset, end)) {
                return -1;
            }
            long first = last - Varint.read(array, offset);
            offset += Varint.bytesAt(array, offset);
            if (first < 0) {
                return -1; // spec: ACK-1
            }
            ranges.add(first, last);
        }
        return offset;
    }

    private static boolean holdsVarint(byte[] array, int offset, int end) {
        return offset < end && end - offset >= Varint.bytesAt(array, offset);
    }
}
