package io.packetfs.protocol;

import static io.packetfs.protocol.ReasonCode.GRAM_INCONSISTENT;
import static io.packetfs.protocol.ReasonCode.LIMIT_EXCEEDED;
import static io.packetfs.protocol.ReasonCode.NO_ERROR;
import static io.packetfs.protocol.ReasonCode.PROTOCOL_VIOLATION;

/** Says whether a gram's head that came from a peer may be believed. Past it, {@link GramHeader} and its descriptors are trusted. */
public final class GramValidator {
    private static final int FLAGS_KNOWN = GramHeader.FLAG_ORDERED | GramHeader.FLAG_DIGEST;
    private static final int FLAGS_KNOWN_WITHOUT_PAYLOAD = FLAGS_KNOWN | GramHeader.FLAG_PROGRAM;

    private GramValidator() {}

    /**
     * Checks header and descriptor table (spec: GRM-1, GRM-3 to GRM-6, GRM-8 to GRM-15). What needs the state of a connection (credit, the
     * lane's order, the landing) is for the caller.
     *
     * @param headLength the head's length as the frames gave it; that many bytes are there
     * @param compact takes the descriptors in a mode without payload; is left alone in payload mode
     * @return a reason code, {@link ReasonCode#NO_ERROR} when all is well
     */
    public static int validateHead(byte[] head, int offset, int headLength, GramLimits limits, DescriptorList compact) {
        if (headLength < GramHeader.BYTES) {
            return PROTOCOL_VIOLATION;
        }
        boolean hasPayload = Wire.u8(head, offset + GramHeader.MODE_AT) == GramHeader.MODE_PAYLOAD;
        int reason = validateLengths(head, offset, headLength, hasPayload, limits);
        if (reason == NO_ERROR) {
            reason = validateFields(head, offset);
        }
        if (reason != NO_ERROR) {
            return reason;
        }
        return hasPayload ? validateTable(head, offset, limits) : decodeCompact(head, offset, limits, compact);
    }

    /** Reads the descriptors of a head that was validated, in a mode without payload, once more. */
    public static int decodeCompact(byte[] head, int offset, GramLimits limits, DescriptorList into) {
        return CompactTable.decode(
                Wire.u8(head, offset + GramHeader.MODE_AT),
                head,
                offset + GramHeader.BYTES,
                Wire.bits32(head, offset + GramHeader.TABLE_LENGTH_OFFSET),
                Wire.u16(head, offset + GramHeader.DESCRIPTOR_COUNT_OFFSET),
                limits,
                into);
    }

    private static int validateLengths(byte[] head, int offset, int headLength, boolean hasPayload, GramLimits limits) {
        int count = Wire.u16(head, offset + GramHeader.DESCRIPTOR_COUNT_OFFSET);
        long tableLength = Wire.u32(head, offset + GramHeader.TABLE_LENGTH_OFFSET);
        if (hasPayload && tableLength != DescriptorTable.bytes(count)) {
            return PROTOCOL_VIOLATION; // spec: GRM-5
        }
        if (headLength != GramHeader.BYTES + tableLength) {
            return GRAM_INCONSISTENT; // spec: CHK-4
        }
        boolean fits = count <= limits.descriptorCountMax()
                && headLength <= limits.headBytesMax()
                && Wire.u32(head, offset + GramHeader.SLAB_LENGTH_OFFSET) <= limits.slabBytesMax();
        return fits ? NO_ERROR : LIMIT_EXCEEDED; // spec: GRM-1, CHK-4
    }

    private static int validateFields(byte[] head, int offset) {
        int flags = Wire.u8(head, offset + GramHeader.FLAGS_OFFSET);
        long digest = Wire.u64(head, offset + GramHeader.DIGEST_OFFSET);
        long digestMax = (flags & GramHeader.FLAG_DIGEST) != 0 ? 0xffff_ffffL : 0;
        long laneSequence = Wire.u64(head, offset + GramHeader.LANE_SEQUENCE_OFFSET);
        boolean sequenceFits = (flags & GramHeader.FLAG_ORDERED) != 0 ? Wire.isNumber(laneSequence) : laneSequence == 0;
        boolean valid = Wire.isNumber(Wire.u64(head, offset + GramHeader.GRAM_ID_OFFSET))
                // spec: GRM-9
                && Wire.u32(head, offset + GramHeader.LANE_OFFSET) <= GramHeader.LANE_MAX
                && hasFieldsOfMode(head, offset, flags)
                // spec: GRM-4
                && Wire.u16(head, offset + GramHeader.RESERVED_16_OFFSET) == 0
                && Wire.u32(head, offset + GramHeader.RESERVED_32_OFFSET) == 0
                // spec: GRM-7
                && Long.compareUnsigned(digest, digestMax) <= 0
                // spec: GRM-8
                && sequenceFits;
        return valid ? NO_ERROR : PROTOCOL_VIOLATION;
    }

    private static boolean hasFieldsOfMode(byte[] head, int offset, int flags) {
        int count = Wire.u16(head, offset + GramHeader.DESCRIPTOR_COUNT_OFFSET);
        return switch (Wire.u8(head, offset + GramHeader.MODE_AT)) {
            case GramHeader.MODE_PAYLOAD -> {
                boolean staged = Wire.u16(head, offset + GramHeader.BLOB_ID_OFFSET) == 0;
                yield (flags & ~FLAGS_KNOWN) == 0 && (staged || count > 0); // spec: GRM-4, GRM-6
            }
            case GramHeader.MODE_OFFSET, GramHeader.MODE_ARITHMETIC -> {
                long slabLength = Wire.u32(head, offset + GramHeader.SLAB_LENGTH_OFFSET);
                boolean hasProgram = (flags & GramHeader.FLAG_PROGRAM) != 0;
                yield (flags & ~FLAGS_KNOWN_WITHOUT_PAYLOAD) == 0
                        && count > 0 // spec: GRM-10
                        && (slabLength > 0) == hasProgram
                        && slabLength <= GramHeader.PROGRAM_BYTES_MAX; // spec: GRM-15
            }
            default -> false; // spec: GRM-3
        };
    }

    private static int validateTable(byte[] head, int offset, GramLimits limits) {
        int count = Wire.u16(head, offset + GramHeader.DESCRIPTOR_COUNT_OFFSET);
        int table = offset + GramHeader.BYTES;
        long sum = 0;
        for (int i = 0; i < count; i++) {
            int entry = DescriptorTable.entry(table, i);
            long blobOffset = Wire.u64(head, entry);
            long length = Wire.u32(head, entry + DescriptorTable.LENGTH_OFFSET);
            // spec: GRM-5
            if (length == 0
                    || Wire.u32(head, entry + DescriptorTable.RESERVED_OFFSET) != 0
                    || blobOffset < 0
                    || blobOffset > Long.MAX_VALUE - length) {
                return PROTOCOL_VIOLATION;
            }
            if (length > limits.descriptorBytesMax()) {
                return LIMIT_EXCEEDED;
            }
            sum += length;
        }
        boolean addsUp = count == 0 || sum == Wire.u32(head, offset + GramHeader.SLAB_LENGTH_OFFSET);
        return addsUp ? NO_ERROR : PROTOCOL_VIOLATION;
    }
}
