package io.packetfs.endpoint;

import io.packetfs.blob.BlobSource;
import io.packetfs.blob.Landing;
import io.packetfs.protocol.ChunkFrame;
import io.packetfs.protocol.DescriptorList;
import io.packetfs.protocol.GramFrame;
import io.packetfs.protocol.GramHeader;
import io.packetfs.protocol.GramLimits;
import io.packetfs.protocol.GramValidator;
import io.packetfs.protocol.HeadFrame;
import io.packetfs.protocol.PieceFrame;
import io.packetfs.protocol.ReasonCode;
import java.util.ArrayDeque;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * Puts grams together from frames that come in any order, any number of times. A chunk's bytes are written where they belong when
 * they arrive; a gram is handed on when its last byte is there and its digest agrees, whatever other grams miss.
 *
 * <p>Order of calls: landings are registered before the peer can know of them; {@link #onHead}, {@link #onChunk}, {@link #onPiece} and
 * {@link #onGram} take the frames of opened packets and answer with a reason code, {@link ReasonCode#NO_ERROR} to go on. Grams beyond the window,
 * beyond the credit or outside a landing are refused before a byte is written. State is bounded by the gram window and the credit.
 */
final class GramAssembler {
    /** Takes grams that are whole, in the order of their delivery. */
    interface Sink {
        void onGram(InboundGram gram);
    }

    private static final int POOL_MAX = 64;

    private final GramLimits limits;
    private final ReceiveCredit credit;
    private final BlobSource commonBlob;
    private final Sink sink;
    private final int windowGrams;
    private final InboundGram[] open;
    private final long[] delivered;
    private final GramHeader gramHeader = new GramHeader();
    private final DescriptorList compact = new DescriptorList();
    private final ArrayDeque<InboundGram> pool = new ArrayDeque<>();
    private final Int2ObjectHashMap<Landing> landings = new Int2ObjectHashMap<>();
    private final OrderedLane[] orderedLanes = new OrderedLane[GramHeader.LANE_MAX + 1];
    private final boolean[] unorderedLanes = new boolean[GramHeader.LANE_MAX + 1];
    private long lowestUndelivered;
    private int openCount;
    private long duplicateFrames;
    private long gramsDelivered;
    private InboundGram entered;
    private InboundGram rowGram;
    private boolean isDuplicate;

    /**
     * @param windowGrams how many gram ids from the lowest undelivered one on may be in use; a power of two
     * @param commonBlob what descriptors without payload point into, or null
     */
    GramAssembler(GramLimits limits, int windowGrams, ReceiveCredit credit, BlobSource commonBlob, Sink sink) {
        this.limits = limits;
        this.windowGrams = windowGrams;
        this.credit = credit;
        this.commonBlob = commonBlob;
        this.sink = sink;
        open = new InboundGram[windowGrams];
        delivered = new long[windowGrams / Long.SIZE];
    }

    int windowGrams() {
        return windowGrams;
    }

    void registerLanding(int blobId, Landing landing) {
        if (blobId < 1 || blobId > 0xffff) {
            throw new IllegalArgumentException("blob id " + blobId + " outside 1 to 65535");
        }
        if (landings.putIfAbsent(blobId, landing) != null) {
            throw new IllegalStateException("blob id " + blobId + " has a landing already");
        }
    }

    void releaseLanding(int blobId) {
        landings.remove(blobId);
    }

    /** The first gram id that the peer may not use yet. spec: CRD-4 */
    long gramsMax() {
        return lowestUndelivered + windowGrams;
    }

    /** Frames of grams that were whole, or that brought nothing new. */
    long duplicateFrames() {
        return duplicateFrames;
    }

    /** Grams that have begun to arrive and are not delivered; never more than the window. */
    int openCount() {
        return openCount;
    }

    long gramsDelivered() {
        return gramsDelivered;
    }

    int onHead(HeadFrame frame) {
        int reason = enter(frame.gramId(), frame.headLength(), frame.slabLength());
        if (entered == null) {
            return reason;
        }
        InboundGram gram = entered;
        int added = gram.onHead(frame.position(), frame.array(), frame.payloadOffset(), frame.length());
        return finish(gram, added);
    }

    int onChunk(ChunkFrame frame) {
        int reason = enter(frame.gramId(), frame.headLength(), frame.slabLength());
        if (entered == null) {
            return reason;
        }
        InboundGram gram = entered;
        reason = place(gram, frame);
        if (reason != ReasonCode.NO_ERROR) {
            return reason;
        }
        int added = gram.onSlab(
                frame.slabPosition(), frame.blobOffset(), frame.array(), frame.payloadOffset(), frame.length());
        return finish(gram, added);
    }

    /** Takes bytes that say of themselves no more than their gram and position: its head, which is here, says the rest. spec: PCE-2 */
    int onPiece(PieceFrame frame) {
        int reason = find(frame.gramId(lowestUndelivered));
        if (reason != ReasonCode.NO_ERROR || isDuplicate) {
            return reason;
        }
        InboundGram gram = entered;
        if (gram == null
                || !gram.hasHead()
                || !GramLimits.isOnGrid(frame.slabPosition(), frame.length(), gram.slabLength())) {
            return ReasonCode.GRAM_INCONSISTENT; // spec: PCE-3
        }
        reason = gram.isHeadSettled() ? ReasonCode.NO_ERROR : settleHead(gram);
        if (reason != ReasonCode.NO_ERROR) {
            return reason;
        }
        if (gram.blobId() != 0 && offered(gram) == null) {
            return ReasonCode.LANDING_VIOLATION;
        }
        int added = gram.onPiece(frame.slabPosition(), frame.array(), frame.payloadOffset(), frame.length());
        return finish(gram, added);
    }

    /**
     * Makes ready for pieces in a row behind this one, which {@link #onPiece} has taken: each goes to {@link InboundGram#landNext} of {@link
     * #rowGram}, then all of them to {@link #onRow}.
     *
     * @return how many bytes may come, at most {@code lengthMax}
     */
    int beginRow(PieceFrame frame, int lengthMax) {
        InboundGram gram = underWay(frame.gramId(lowestUndelivered));
        if (gram == null || !gram.isHeadSettled()) {
            return 0;
        }
        rowGram = gram;
        return gram.beginRow(frame.slabPosition() + frame.length(), lengthMax);
    }

    /** As for pieces, for chunks behind one that {@link #onChunk} has taken. */
    int beginRow(ChunkFrame frame, int lengthMax) {
        InboundGram gram = underWay(frame.gramId());
        boolean goesOn = gram != null
                && gram.isPlacementKnown()
                && gram.blobId() == frame.blobId()
                && gram.agrees(frame.headLength(), frame.slabLength());
        if (!goesOn) {
            return 0;
        }
        rowGram = gram;
        return gram.beginRow(frame.slabPosition() + frame.length(), frame.blobOffset() + frame.length(), lengthMax);
    }

    /** The gram of which frames may come in a row. */
    InboundGram rowGram() {
        return rowGram;
    }

    /** Takes account of what has landed in a row; returns a reason code. */
    int onRow() {
        return finish(rowGram, rowGram.endRow());
    }

    /** The gram, if bytes of it are missing and the landing that it goes to, if it does, is still offered; otherwise null. */
    private InboundGram underWay(long gramId) {
        if (gramId < lowestUndelivered || gramId - lowestUndelivered >= windowGrams) {
            return null;
        }
        InboundGram gram = open[(int) gramId & (windowGrams - 1)];
        boolean isUnderWay = gram != null && !gram.isComplete() && (gram.blobId() == 0 || offered(gram) != null);
        return isUnderWay ? gram : null;
    }

    int onGram(GramFrame frame) {
        byte[] packet = frame.array();
        int at = frame.payloadOffset();
        gramHeader.wrap(packet, at);
        int headLength = gramHeader.headLength();
        int slabLength = gramHeader.slabLength();
        int reason = enter(gramHeader.gramId(), headLength, slabLength);
        if (entered == null) {
            return reason;
        }
        InboundGram gram = entered;
        if (!gram.isPlacementKnown()) {
            gram.stage();
        } else if (gram.blobId() != 0) {
            return ReasonCode.GRAM_INCONSISTENT;
        }
        int added = gram.onHead(0, packet, at, headLength);
        added += gram.onSlab(0, 0, packet, at + headLength, slabLength);
        return finish(gram, added);
    }

    /** Finds the gram, which is {@link #entered} if it is open and not whole; for one that is delivered or waits for that, {@link #isDuplicate}. */
    private int find(long gramId) {
        entered = null;
        isDuplicate = false;
        if (gramId - lowestUndelivered >= windowGrams) {
            return ReasonCode.LIMIT_EXCEEDED; // spec: GRM-2
        }
        if (gramId < 0) {
            return ReasonCode.PROTOCOL_VIOLATION; // spec: PCE-1
        }
        int slot = (int) gramId & (windowGrams - 1);
        // one that is open and complete waits for its predecessors on an ordered lane
        isDuplicate = gramId < lowestUndelivered || (open[slot] == null ? isDelivered(slot) : open[slot].isComplete());
        if (isDuplicate) {
            duplicateFrames++; // spec: CHK-6
        } else {
            entered = open[slot];
        }
        return ReasonCode.NO_ERROR;
    }

    /** Finds or opens the gram; {@link #entered} is null when the frame has nothing to do, for the reason returned. */
    private int enter(long gramId, int headLength, int slabLength) {
        int reason = find(gramId);
        if (reason != ReasonCode.NO_ERROR || isDuplicate) {
            return reason;
        }
        if (entered != null) {
            entered = entered.agrees(headLength, slabLength) ? entered : null;
            return entered == null ? ReasonCode.GRAM_INCONSISTENT : ReasonCode.NO_ERROR; // spec: CHK-4
        }
        if (slabLength > limits.slabBytesMax() || headLength > limits.headBytesMax()) {
            return ReasonCode.LIMIT_EXCEEDED;
        }
        if (!credit.onOpened(headLength + slabLength)) {
            return ReasonCode.CREDIT_EXCEEDED; // spec: CRD-1
        }
        entered = pool.isEmpty() ? new InboundGram() : pool.pop();
        entered.reset(gramId, headLength, slabLength);
        open[(int) gramId & (windowGrams - 1)] = entered;
        openCount++;
        return ReasonCode.NO_ERROR;
    }

    /** Before the first piece: holds the head against the rules, and settles where the slab goes if no chunk has. spec: PCE-2 */
    private int settleHead(InboundGram gram) {
        int reason = GramValidator.validateHead(gram.head(), 0, gram.headLength(), limits, compact);
        if (reason != ReasonCode.NO_ERROR) {
            return reason;
        }
        GramHeader header = gram.header();
        boolean isPlaced = header.mode() == GramHeader.MODE_PAYLOAD && header.blobId() != 0;
        Landing landing = isPlaced ? landings.get(header.blobId()) : null;
        if (!gram.isHeadItsOwn()) {
            return ReasonCode.GRAM_INCONSISTENT;
        }
        if (isPlaced && !areInside(landing, gram)) {
            return ReasonCode.LANDING_VIOLATION;
        }
        if (!gram.isPlacementKnown()) {
            if (isPlaced) {
                gram.place(header.blobId(), landing);
            } else {
                gram.stage();
            }
        }
        if (gram.blobId() != 0 && (!isPlaced || gram.blobId() != header.blobId())) {
            return ReasonCode.GRAM_INCONSISTENT; // spec: CHK-4
        }
        gram.headSettled();
        return ReasonCode.NO_ERROR;
    }

    /** Settles where the gram's slab goes and checks that this chunk stays inside. spec: CHK-4, CHK-5 */
    private int place(InboundGram gram, ChunkFrame frame) {
        int blobId = frame.blobId();
        if (!gram.isPlacementKnown()) {
            if (blobId == 0) {
                gram.stage();
            } else {
                Landing landing = landings.get(blobId);
                if (landing == null) {
                    return ReasonCode.LANDING_VIOLATION;
                }
                gram.place(blobId, landing);
            }
        }
        if (gram.blobId() != blobId) {
            return ReasonCode.GRAM_INCONSISTENT;
        }
        return blobId == 0 || isInside(offered(gram), frame.blobOffset(), frame.length())
                ? ReasonCode.NO_ERROR
                : ReasonCode.LANDING_VIOLATION;
    }

    /** The landing that the gram's chunks go to, or null if it is not offered any more. */
    @SuppressWarnings("ReferenceEquality") // another object under the same id is another landing, equal or not
    private Landing offered(InboundGram gram) {
        Landing landing = landings.get(gram.blobId());
        return landing == gram.landing() ? landing : null;
    }

    private static boolean isInside(Landing landing, long offset, int length) {
        return landing != null && offset >= 0 && offset <= landing.sizeBytes() - length;
    }

    private static boolean areInside(Landing landing, InboundGram gram) {
        for (int i = 0; i < gram.header().descriptorCount(); i++) {
            if (!isInside(landing, gram.descriptorOffset(i), gram.descriptorLength(i))) {
                return false;
            }
        }
        return true;
    }

    private int finish(InboundGram gram, int addedBytes) {
        credit.onLanded(addedBytes);
        if (addedBytes == 0 && gram.slabLength() > 0) {
            duplicateFrames++;
        }
        if (!gram.isComplete()) {
            return ReasonCode.NO_ERROR;
        }
        int reason = GramValidator.validateHead(gram.head(), 0, gram.headLength(), limits, compact);
        if (reason == ReasonCode.NO_ERROR) {
            reason = gram.header().mode() == GramHeader.MODE_PAYLOAD ? settle(gram) : settleCompact(gram);
        }
        if (reason == ReasonCode.NO_ERROR) {
            reason = verify(gram);
        }
        return reason == ReasonCode.NO_ERROR ? complete(gram) : reason;
    }

    /** Holds the head against what the frames said, and writes a staged slab to its landing. */
    private int settle(InboundGram gram) {
        GramHeader header = gram.header();
        if (!gram.isHeadItsOwn()) {
            return ReasonCode.GRAM_INCONSISTENT;
        }
        if (!gram.isPlacementKnown()) {
            gram.stage();
        }
        int blobId = header.blobId();
        if (gram.blobId() != 0 && gram.blobId() != blobId) {
            return ReasonCode.GRAM_INCONSISTENT;
        }
        if (blobId == 0) {
            return ReasonCode.NO_ERROR;
        }
        Landing landing = gram.blobId() == 0 ? landings.get(blobId) : offered(gram);
        if (!areInside(landing, gram)) {
            return ReasonCode.LANDING_VIOLATION;
        }
        if (gram.blobId() == 0) {
            gram.scatter(landing);
        }
        return ReasonCode.NO_ERROR;
    }

    /** Holds descriptors without payload against the blob that they point into. spec: GRM-10, GRM-14 */
    private int settleCompact(InboundGram gram) {
        GramHeader header = gram.header();
        if (!gram.isHeadItsOwn() || gram.blobId() != 0) {
            return ReasonCode.GRAM_INCONSISTENT;
        }
        if (!gram.isPlacementKnown()) {
            gram.stage();
        }
        Landing landing = header.blobId() == 0 ? null : landings.get(header.blobId());
        long sizeBytes = landing != null
                ? landing.sizeBytes()
                : header.blobId() == 0 && commonBlob != null ? commonBlob.sizeBytes() : -1;
        if (compact.endMax() > sizeBytes) {
            return ReasonCode.LANDING_VIOLATION;
        }
        gram.resolve(compact, landing, commonBlob);
        return ReasonCode.NO_ERROR;
    }

    private static int verify(InboundGram gram) {
        GramHeader header = gram.header();
        return !header.hasDigest() || header.digest() == gram.payloadDigest()
                ? ReasonCode.NO_ERROR
                : ReasonCode.DIGEST_MISMATCH; // spec: GRM-7
    }

    private int complete(InboundGram gram) {
        GramHeader header = gram.header();
        int lane = header.lane();
        boolean ordered = header.isOrdered();
        // spec: GRM-9
        if (ordered ? unorderedLanes[lane] : orderedLanes[lane] != null) {
            return ReasonCode.GRAM_INCONSISTENT;
        }
        if (!ordered) {
            unorderedLanes[lane] = true;
            deliver(gram);
            return ReasonCode.NO_ERROR;
        }
        if (orderedLanes[lane] == null) {
            orderedLanes[lane] = new OrderedLane();
        }
        if (!orderedLanes[lane].add(header.laneSequence(), gram)) {
            return ReasonCode.GRAM_INCONSISTENT;
        }
        for (InboundGram next = orderedLanes[lane].poll(); next != null; next = orderedLanes[lane].poll()) {
            deliver(next);
        }
        return ReasonCode.NO_ERROR;
    }

    private void deliver(InboundGram gram) {
        int slot = (int) gram.gramId() & (windowGrams - 1);
        open[slot] = null;
        openCount--;
        delivered[slot >>> 6] |= 1L << slot;
        gramsDelivered++;
        while (isDelivered((int) lowestUndelivered & (windowGrams - 1))) {
            int lowest = (int) lowestUndelivered & (windowGrams - 1);
            delivered[lowest >>> 6] &= ~(1L << lowest);
            lowestUndelivered++; // spec: CRD-4
        }
        if (gram.isCompact()) {
            // On an ordered lane others may have been read since this one was.
            GramValidator.decodeCompact(gram.head(), 0, limits, compact);
        }
        sink.onGram(gram);
        gram.release();
        if (pool.size() < POOL_MAX) {
            pool.push(gram);
        }
    }

    private boolean isDelivered(int slot) {
        return (delivered[slot >>> 6] & 1L << slot) != 0;
    }
}
