package io.packetfs.endpoint;

import io.packetfs.blob.BlobSource;
import io.packetfs.blob.Landing;
import io.packetfs.protocol.DescriptorList;
import io.packetfs.protocol.DescriptorTable;
import io.packetfs.protocol.GramHeader;
import io.packetfs.repair.GrainSet;
import java.util.zip.CRC32C;

/**
 * A gram on its way in: its head, where its slab goes, and which bytes have come. The slab goes to a landing straight away, or is
 * staged in an array of this gram's. Objects are pooled; one agent thread.
 */
final class InboundGram {
    /** In place of a blob offset: the head says where. */
    private static final long BY_DESCRIPTORS = -1;

    private final GrainSet headMarks = new GrainSet();
    private final GrainSet slabMarks = new GrainSet();
    private final GramHeader header = new GramHeader();
    private final CRC32C crc = new CRC32C();
    private byte[] head = {};
    private byte[] staged;
    private Landing landing;
    private BlobSource commonBlob;

    /** The descriptors of a gram without payload, while it is looked at; null in payload mode. */
    private DescriptorList compact;

    private long gramId;
    private int headLength;
    private int slabLength;
    private int blobId;
    private boolean placementKnown;
    private boolean headSettled;

    // The descriptor that the last piece began in, and where in the slab its bytes begin.
    private int cursor;
    private int cursorPosition;

    // Where the row began, how far it has come, and where in the landing its next byte belongs.
    private int rowStart;
    private int rowPosition;
    private long rowOffset;

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
        headSettled = false;
        cursor = 0;
        cursorPosition = 0;
    }

    /** Lets go of the slab, which may be large, and of the landing. */
    void release() {
        staged = null;
        landing = null;
        commonBlob = null;
        compact = null;
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

    /** Its bytes are those that {@code descriptors} name in the landing, or without one in the common blob. */
    void resolve(DescriptorList descriptors, Landing landing, BlobSource commonBlob) {
        compact = descriptors;
        this.landing = landing;
        this.commonBlob = commonBlob;
    }

    /** Whether its payload is in a blob already, and only descriptors came. */
    boolean isCompact() {
        return compact != null;
    }

    /** Takes bytes of the head, unless it is there, for pieces go by it then; returns how many were new. */
    int onHead(int position, byte[] source, int sourceOffset, int length) {
        if (headMarks.isComplete()) {
            return 0;
        }
        System.arraycopy(source, sourceOffset, head, position, length);
        return headMarks.mark(position, length);
    }

    /**
     * Takes bytes of the slab: those that were missing are written at once, to the landing at {@code blobOffset} or to the staged slab.
     * Returns how many were new. spec: CHK-2, CHK-6
     */
    int onSlab(int position, long blobOffset, byte[] source, int sourceOffset, int length) {
        int end = position + length;
        if (slabMarks.nextPresent(position, end) == end) {
            land(position, blobOffset, 0, source, sourceOffset, length); // all of it is missing, as nearly always
            return slabMarks.mark(position, length);
        }
        int added = 0;
        int from = slabMarks.nextMissing(position, end);
        while (from < end) {
            int to = slabMarks.nextPresent(from, end);
            land(from, blobOffset, from - position, source, sourceOffset, to - from);
            added += slabMarks.mark(from, to - from);
            from = slabMarks.nextMissing(to, end);
        }
        return added;
    }

    /** Writes {@code length} bytes, which lie {@code skipped} bytes behind {@code blobOffset} and {@code sourceOffset}. */
    private void land(int position, long blobOffset, int skipped, byte[] source, int sourceOffset, int length) {
        int at = sourceOffset + skipped;
        if (landing == null) {
            System.arraycopy(source, at, staged, position, length);
        } else if (blobOffset == BY_DESCRIPTORS) {
            scatter(position, source, at, length);
        } else {
            landing.write(blobOffset + skipped, source, at, length);
        }
    }

    /** Whether the whole head is there. */
    boolean hasHead() {
        return headMarks.isComplete();
    }

    /** Whether the head is known to be valid and its descriptors to lie inside the landing. */
    boolean isHeadSettled() {
        return headSettled;
    }

    void headSettled() {
        headSettled = true;
    }

    /** Whether the head is of the gram that the frames have told of. */
    boolean isHeadItsOwn() {
        return header().gramId() == gramId && header().slabLength() == slabLength;
    }

    /** As {@link #onSlab}, to where the descriptors say, once the head is settled. spec: PCE-2 */
    int onPiece(int position, byte[] source, int sourceOffset, int length) {
        return onSlab(position, BY_DESCRIPTORS, source, sourceOffset, length);
    }

    /**
     * From this position on bytes come in a row, each by {@link #landNext}, and {@link #endRow} takes note of them. The head is settled, and says
     * where they belong.
     *
     * @return how many bytes may come, at most {@code lengthMax}: all of them are missing, and they have one place in the landing
     */
    int beginRow(int position, int lengthMax) {
        if (landing == null || position >= slabLength) {
            return beginRow(position, 0, lengthMax);
        }
        seek(position);
        int inside = position - cursorPosition;
        return beginRow(
                position, descriptorOffset(cursor) + inside, Math.min(lengthMax, descriptorLength(cursor) - inside));
    }

    /** As {@link #beginRow(int, int)}, for bytes that belong at {@code blobOffset} of the landing if there is one. */
    int beginRow(int position, long blobOffset, int lengthMax) {
        rowStart = position;
        rowPosition = position;
        rowOffset = blobOffset;
        long room = landing == null ? lengthMax : Math.min(lengthMax, landing.sizeBytes() - blobOffset);
        int end = (int) Math.min(slabLength, position + room);
        return position < end ? slabMarks.nextPresent(position, end) - position : 0;
    }

    /** Writes the row's next bytes. */
    void landNext(byte[] source, int sourceOffset, int length) {
        if (landing == null) {
            System.arraycopy(source, sourceOffset, staged, rowPosition, length);
        } else {
            landing.write(rowOffset, source, sourceOffset, length);
            rowOffset += length;
        }
        rowPosition += length;
    }

    /** Returns how many bytes have landed since {@link #beginRow}, all of them new. */
    int endRow() {
        return slabMarks.mark(rowStart, rowPosition - rowStart);
    }

    /** Writes bytes of the slab, from this position on, to the landing where the descriptors say. */
    private void scatter(int position, byte[] source, int sourceOffset, int length) {
        for (int done = 0; done < length; ) {
            seek(position + done);
            int inside = position + done - cursorPosition;
            int some = Math.min(length - done, descriptorLength(cursor) - inside);
            landing.write(descriptorOffset(cursor) + inside, source, sourceOffset + done, some);
            done += some;
        }
    }

    /** Moves the cursor to the descriptor that has this byte of the slab. Pieces come in order mostly. */
    private void seek(int position) {
        if (position < cursorPosition) {
            cursor = 0;
            cursorPosition = 0;
        }
        while (position - cursorPosition >= descriptorLength(cursor)) {
            cursorPosition += descriptorLength(cursor);
            cursor++;
        }
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
        return compact == null ? DescriptorTable.blobOffset(head, GramHeader.BYTES, index) : compact.offset(index);
    }

    int descriptorLength(int index) {
        return compact == null ? DescriptorTable.length(head, GramHeader.BYTES, index) : compact.length(index);
    }

    /** Writes a staged slab to the landing that the head's descriptors name. */
    void scatter(Landing target) {
        landing = target;
        scatter(0, staged, 0, slabLength);
    }

    /** All its descriptors' bytes, or those of the staged slab. */
    long payloadBytes() {
        return compact == null ? slabLength : compact.totalBytes();
    }

    /** CRC32C of the payload as it lies where it landed, or where it was all along. spec: GRM-7, GRM-14 */
    int payloadDigest() {
        crc.reset();
        if (landing == null && compact == null) {
            crc.update(staged, 0, slabLength);
            return (int) crc.getValue();
        }
        for (int i = 0; i < header().descriptorCount(); i++) {
            if (landing != null) {
                landing.updateDigest(crc, descriptorOffset(i), descriptorLength(i));
            } else {
                commonBlob.updateDigest(crc, descriptorOffset(i), descriptorLength(i));
            }
        }
        return (int) crc.getValue();
    }
}
