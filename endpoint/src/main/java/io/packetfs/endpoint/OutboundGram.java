package io.packetfs.endpoint;

import io.packetfs.blob.BlobSource;
import io.packetfs.blob.HeapBlob;
import io.packetfs.protocol.CompactTable;
import io.packetfs.protocol.DescriptorList;
import io.packetfs.protocol.DescriptorTable;
import io.packetfs.protocol.GramHeader;
import io.packetfs.protocol.GramLimits;
import io.packetfs.repair.GrainSet;

/**
 * A gram on its way out: what the application wants sent, and, once it is opened, which of its bytes the peer has. The payload is not
 * copied: it is read from the source when a packet is written, and again when a repair is; so it must stay unchanged until the gram
 * is acknowledged.
 *
 * <p>Made by any thread, used by one connection, on its agent's thread, once, or once more after each {@link #again}.
 */
public final class OutboundGram {
    /** The longest descriptor that {@link #placed} makes, in bytes. */
    public static final int DESCRIPTOR_BYTES = 256 * 1024;

    private final int lane;
    private final boolean ordered;
    private final int blobId;
    private final BlobSource source;
    private long sourceOffset;
    private int slabLength;
    private int descriptorBytes = DESCRIPTOR_BYTES;
    private int descriptorCount;

    private OpenGram state;
    private long gramId = -1;
    private final byte[] compactTable;
    private final int mode;
    private final int descriptorBytesLongest;
    private boolean isDigested = true;
    private int digest;
    private int headSent;
    private int slabSent;
    private boolean sentWhole;
    private Object attachment;
    private long takenNs;

    private OutboundGram(int lane, boolean ordered, int blobId, BlobSource source, long sourceOffset, int slabLength) {
        requireLane(lane);
        this.lane = lane;
        this.ordered = ordered;
        this.blobId = blobId;
        this.source = source;
        this.sourceOffset = sourceOffset;
        this.slabLength = slabLength;
        mode = GramHeader.MODE_PAYLOAD;
        compactTable = null;
        descriptorBytesLongest = 0;
        descriptorCount = descriptorsOf(DESCRIPTOR_BYTES);
    }

    /** Without payload; the slab is the program. */
    private OutboundGram(int lane, boolean ordered, int blobId, int mode, DescriptorList descriptors, byte[] program) {
        requireLane(lane);
        this.lane = lane;
        this.ordered = ordered;
        this.blobId = blobId;
        this.mode = mode;
        compactTable = CompactTable.encode(mode, descriptors);
        descriptorCount = descriptors.count();
        descriptorBytesLongest = descriptors.lengthMax();
        source = new HeapBlob(program);
        slabLength = program.length;
        isDigested = false;
    }

    private static void requireLane(int lane) {
        if (lane < 0 || lane > GramHeader.LANE_MAX) {
            throw new IllegalArgumentException("lane " + lane + " outside 0 to " + GramHeader.LANE_MAX);
        }
    }

    /** A gram whose slab is handed to the peer's application as it is. The array must not change until it is acknowledged. */
    public static OutboundGram staged(int lane, boolean ordered, byte[] slab) {
        return new OutboundGram(lane, ordered, 0, new HeapBlob(slab), 0, slab.length);
    }

    /**
     * A gram whose bytes land in the peer's landing {@code blobId} at the offset they have in {@code source}.
     *
     * @param blobId 1 to 65,535
     * @param length bytes, at least 1
     */
    public static OutboundGram placed(int lane, int blobId, BlobSource source, long offset, int length) {
        if (blobId < 1 || blobId > 0xffff) {
            throw new IllegalArgumentException("blob id " + blobId + " outside 1 to 65535");
        }
        requireInside(source, offset, length);
        return new OutboundGram(lane, false, blobId, source, offset, length);
    }

    /**
     * A gram without payload: both sides hold the bytes, and only the descriptors travel. The list may change after the call. The gram has no
     * digest unless {@link #withDigest} gives it one.
     *
     * @param blobId 0 for the common blob, otherwise a landing of the peer's
     * @param mode {@link GramHeader#MODE_OFFSET}, or {@link GramHeader#MODE_ARITHMETIC}, which is short where offsets are regular
     * @param descriptors at least one
     */
    // spec: GRM-10
    public static OutboundGram descriptors(
            int lane, boolean ordered, int blobId, int mode, DescriptorList descriptors) {
        return program(lane, ordered, blobId, mode, descriptors, new byte[0]);
    }

    /**
     * As {@link #descriptors}, with a program for the peer's application to run over them.
     *
     * @param program at most {@link GramHeader#PROGRAM_BYTES_MAX} bytes; not changed until the gram is acknowledged
     */
    // spec: GRM-15
    public static OutboundGram program(
            int lane, boolean ordered, int blobId, int mode, DescriptorList descriptors, byte[] program) {
        if (mode != GramHeader.MODE_OFFSET && mode != GramHeader.MODE_ARITHMETIC) {
            throw new IllegalArgumentException("mode " + mode + " has payload, or is none");
        }
        if (blobId < 0 || blobId > 0xffff) {
            throw new IllegalArgumentException("blob id " + blobId + " outside 0 to 65535");
        }
        if (program.length > GramHeader.PROGRAM_BYTES_MAX) {
            throw new IllegalArgumentException("a program of " + program.length + " bytes; at most "
                    + GramHeader.PROGRAM_BYTES_MAX + " can go with a gram");
        }
        return new OutboundGram(lane, ordered, blobId, mode, descriptors, program);
    }

    /**
     * Gives a gram without payload the digest that the peer's bytes must have.
     *
     * @param crc32c of the bytes that the descriptors name, one after another
     */
    public OutboundGram withDigest(int crc32c) {
        if (mode == GramHeader.MODE_PAYLOAD) {
            throw new IllegalStateException("a gram with payload has the digest of its payload");
        }
        digest = crc32c;
        isDigested = true;
        return this;
    }

    /**
     * Makes a placed gram that was acknowledged ready to be sent again, with other bytes of its source: a long transfer needs no new
     * object for each gram. The attachment stays.
     *
     * @param length bytes, at least 1
     * @throws IllegalStateException if it is not a placed gram, or was not acknowledged
     */
    public OutboundGram again(long offset, int length) {
        if (mode != GramHeader.MODE_PAYLOAD || blobId == 0 || !isOpen() || state != null) {
            throw new IllegalStateException("a gram is used again that was not placed, or not acknowledged");
        }
        requireInside(source, offset, length);
        sourceOffset = offset;
        slabLength = length;
        gramId = -1;
        headSent = 0;
        slabSent = 0;
        sentWhole = false;
        return this;
    }

    private static void requireInside(BlobSource source, long offset, int length) {
        if (length < 1 || offset < 0 || offset > source.sizeBytes() - length) {
            throw new IllegalArgumentException(
                    length + " bytes at " + offset + " are outside the source of " + source.sizeBytes() + " bytes");
        }
    }

    /**
     * Leaves the digest out, before the connection takes the gram: then the payload is not read once more at either end, and what guards
     * it is each packet's tag or check sum alone.
     */
    // spec: GRM-7
    public OutboundGram withoutDigest() {
        isDigested = false;
        return this;
    }

    /** Whatever the application wants to find again at the gram's acknowledgement. */
    public OutboundGram attach(Object attachment) {
        this.attachment = attachment;
        return this;
    }

    public Object attachment() {
        return attachment;
    }

    /** When the connection took it, by the engine's clock in nanoseconds. */
    long takenNs() {
        return takenNs;
    }

    void takenNs(long nowNs) {
        takenNs = nowNs;
    }

    public int lane() {
        return lane;
    }

    public int blobId() {
        return blobId;
    }

    /** Offset of the first byte in the source and in the landing; 0 without payload. */
    public long offset() {
        return sourceOffset;
    }

    public int slabLength() {
        return slabLength;
    }

    /** The gram's number on its connection; -1 before it is opened. */
    public long gramId() {
        return gramId;
    }

    /** CRC32C of the payload, or as {@link #withDigest} gave it; known from when the gram is opened, and 0 when it goes without. */
    public int digest() {
        return digest;
    }

    boolean isOrdered() {
        return ordered;
    }

    /** Whether its slab lands where its descriptors say. */
    boolean isPlaced() {
        return mode == GramHeader.MODE_PAYLOAD && blobId != 0;
    }

    int headLength() {
        return GramHeader.BYTES + (compactTable == null ? DescriptorTable.bytes(descriptorCount) : compactTable.length);
    }

    /**
     * Cuts the descriptors to what the peer takes.
     *
     * @throws IllegalArgumentException if the gram is too large for the peer all the same
     */
    void fit(GramLimits peer) {
        if (mode != GramHeader.MODE_PAYLOAD) {
            requireCompactFits(peer);
            return;
        }
        int bytes = Math.min(DESCRIPTOR_BYTES, peer.descriptorBytesMax());
        int count = descriptorsOf(bytes);
        if (slabLength > peer.slabBytesMax() || count > peer.descriptorCountMax()) {
            throw new IllegalArgumentException(
                    "slab of " + slabLength + " bytes in " + count + " descriptors; the peer takes at most "
                            + peer.slabBytesMax() + " in " + peer.descriptorCountMax());
        }
        descriptorBytes = bytes;
        descriptorCount = count;
    }

    private void requireCompactFits(GramLimits peer) {
        boolean fits = descriptorCount <= peer.descriptorCountMax()
                && descriptorBytesLongest <= peer.descriptorBytesMax()
                && headLength() <= peer.headBytesMax();
        if (!fits) {
            throw new IllegalArgumentException(descriptorCount + " descriptors of up to " + descriptorBytesLongest
                    + " bytes in a table of " + compactTable.length + "; the peer takes at most "
                    + peer.descriptorCountMax() + " of " + peer.descriptorBytesMax());
        }
    }

    private int descriptorsOf(int bytes) {
        return blobId == 0 ? 0 : Math.ceilDiv(slabLength, bytes);
    }

    /** What opening this gram takes from the flow credit. spec: CRD-1 */
    int costBytes() {
        return headLength() + slabLength;
    }

    boolean isOpen() {
        return gramId >= 0;
    }

    /**
     * Gives the gram its place on the connection and writes its head; reads the payload once, for the digest, if it has one.
     *
     * @param state this gram's until {@link #close}
     */
    void open(long gramId, long laneSequence, OpenGram state) {
        byte[] head = state.reset(headLength(), slabLength);
        state.header()
                .wrap(head, 0)
                .applyDefaults()
                .gramId(gramId)
                .lane(lane)
                .mode(mode)
                .flags(ordered ? GramHeader.FLAG_ORDERED : 0)
                .slabLength(slabLength)
                .blobId(blobId)
                .laneSequence(laneSequence);
        if (compactTable == null) {
            writeTable(head, state);
        } else {
            writeCompactTable(head, state);
        }
        if (isDigested) {
            state.header().digest(digest);
        }
        this.state = state;
        this.gramId = gramId;
    }

    private void writeCompactTable(byte[] head, OpenGram state) {
        int flags = state.header().flags() | (slabLength > 0 ? GramHeader.FLAG_PROGRAM : 0);
        state.header().flags(flags).compactTable(descriptorCount, compactTable.length);
        System.arraycopy(compactTable, 0, head, GramHeader.BYTES, compactTable.length);
    }

    private void writeTable(byte[] head, OpenGram state) {
        state.header().descriptorCount(descriptorCount);
        if (isDigested) {
            digest = state.digestOf(source, sourceOffset, slabLength);
        }
        for (int i = 0; i < descriptorCount; i++) {
            int position = i * descriptorBytes;
            DescriptorTable.put(
                    head,
                    GramHeader.BYTES,
                    i,
                    sourceOffset + position,
                    Math.min(descriptorBytes, slabLength - position));
        }
    }

    /** The peer has every byte; returns what was kept for that. */
    OpenGram close() {
        OpenGram closed = state;
        state = null;
        return closed;
    }

    void readHead(int position, byte[] target, int targetOffset, int length) {
        System.arraycopy(state.head(), position, target, targetOffset, length);
    }

    void readSlab(int position, byte[] target, int targetOffset, int length) {
        source.read(sourceOffset + position, target, targetOffset, length);
    }

    int headSent() {
        return headSent;
    }

    void headSent(int bytes) {
        headSent = bytes;
    }

    int slabSent() {
        return slabSent;
    }

    void slabSent(int bytes) {
        slabSent = bytes;
    }

    /** Notes that the gram has gone out as a GRAM frame. */
    void sentWhole() {
        sentWhole = true;
    }

    boolean isSentWhole() {
        return sentWhole;
    }

    boolean isHeadSent() {
        return headSent == headLength();
    }

    boolean isSent() {
        return isHeadSent() && slabSent == slabLength;
    }

    GrainSet acknowledgedHead() {
        return state.acknowledgedHead();
    }

    GrainSet acknowledgedSlab() {
        return state.acknowledgedSlab();
    }

    /** Whether the peer has the whole head. */
    boolean isHeadAcknowledged() {
        return state.acknowledgedHead().isComplete();
    }

    boolean isAcknowledged() {
        return isHeadAcknowledged() && state.acknowledgedSlab().isComplete();
    }
}
