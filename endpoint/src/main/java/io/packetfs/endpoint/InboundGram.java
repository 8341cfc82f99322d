package io.packetfs.endpoint;

import io.packetfs.blob.Landing;
import io.packetfs.protocol.DescriptorTable;
import io.packetfs.protocol.GramHeader;
import io.packetfs.repair.GrainSet;
import java.util.zip.CRC32C;

/**
 * A gram on its way in: its head, where its slab goes, and which bytes have come. The slab goes to a landing straight away, or is
 * staged in an array of this gram's. Objects are pooled; one agent thread.
 */
final class InboundGram {
    private final GrainSet headMarks = new GrainSet();
    private final GrainSet slabMarks = new GrainSet();
    private final GramHeader header = new GramHeader();
    private final CRC32C crc = new CRC32C();
    private byte[] head = {};
    private byte[] staged;
    private Landing landing;
    private long gramId;
    private int headLength;
    private int slabLength;
    private int blobId;
    private boolean placementKnown;

    /** Starts over for a gram of which the first frame has come. */
    void reset(long gramId, int headLength, int slabLength) {
        this.gramId = gramId;
        this.headLength = headLength;
        this.slabLength = slabLength;
        headMarks.reset(headLength);
        slabMarks.reset(slabLength);
        if (head.length < headLength) {
            head = new byte[headLength];
        }
        release();
        blobId = 0;
        placementKnown = false;
    }

    /** Lets go of the slab, which may be large, and of the landing. */
    void release() {
        staged = null;
        landing = null;
    }

    boolean agrees(int headLength, int slabLength) {
        return this.headLength == headLength && this.slabLength == slabLength;
    }

    boolean isPlacementKnown() {
        return placementKnown;
    }

    /** Blob id that the chunks name; 0 when the slab is staged. */
    int blobId() {
        return blobId;
    }

    /** Where the chunks go; null when the slab is staged. */
    Landing landing() {
        return landing;
    }

    /** The slab is staged in an array of this gram's. */
    void stage() {
        staged = new byte[slabLength];
        placementKnown = true;
    }

    /** The slab lands where its chunks say. */
    void place(int blobId, Landing landing) {
        this.blobId = blobId;
        this.landing = landing;
        placementKnown = true;
    }

    /** Takes bytes of the head; returns how many were new. */
    int onHead(int position, byte[] source, int sourceOffset, int length) {
        System.arraycopy(source, sourceOffset, head, position, length);
        return headMarks.mark(position, length);
    }

    /**
     * Takes bytes of the slab: those that were missing are written at once, to the landing at {@code blobOffset} or to the staged slab.
     * Returns how many were new. spec: CHK-2, CHK-6
     */
    int onSlab(int position, long blobOffset, byte[] source, int sourceOffset, int length) {
        int end = position + length;
        int added = 0;
        int from = slabMarks.nextMissing(position, end);
        while (from < end) {
            int to = slabMarks.nextPresent(from, end);
            int at = sourceOffset + (from - position);
            if (landing == null) {
                System.arraycopy(source, at, staged, from, to - from);
            } else {
                landing.write(blobOffset + (from - position), source, at, to - from);
            }
            added += slabMarks.mark(from, to - from);
            from = slabMarks.nextMissing(to, end);
        }
        return added;
    }

    boolean isComplete() {
        return headMarks.isComplete() && slabMarks.isComplete();
    }

    /** The header; its fields are valid when the head is complete and was validated. */
    GramHeader header() {
        return header.wrap(head, 0);
    }

    byte[] head() {
        return head;
    }

    int headLength() {
        return headLength;
    }

    int slabLength() {
        return slabLength;
    }

    long gramId() {
        return gramId;
    }

    int costBytes() {
        return headLength + slabLength;
    }

    /** The staged slab, or null if it was placed. */
    byte[] stagedArray() {
        return staged;
    }

    long descriptorOffset(int index) {
        return DescriptorTable.blobOffset(head, GramHeader.BYTES, index);
    }

    int descriptorLength(int index) {
        return DescriptorTable.length(head, GramHeader.BYTES, index);
    }

    /** Writes a staged slab to the landing that the head's descriptors name. */
    void scatter(Landing target) {
        int position = 0;
        for (int i = 0; i < header().descriptorCount(); i++) {
            target.write(descriptorOffset(i), staged, position, descriptorLength(i));
            position += descriptorLength(i);
        }
        landing = target;
    }

    /** CRC32C of the slab as it lies where it landed. spec: GRM-7 */
    int slabDigest() {
        crc.reset();
        if (landing == null) {
            crc.update(staged, 0, slabLength);
        } else {
            for (int i = 0; i < header().descriptorCount(); i++) {
                landing.updateDigest(crc, descriptorOffset(i), descriptorLength(i));
            }
        }
        return (int) crc.getValue();
    }
}
