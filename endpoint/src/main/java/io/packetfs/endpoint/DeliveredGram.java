package io.packetfs.endpoint;

import io.packetfs.protocol.GramHeader;
import java.lang.foreign.MemorySegment;

/**
 * A gram as it is handed to the application: whole, once, its digest checked. Valid during {@link
 * ConnectionListener#onGramDelivered} only; what is needed longer is copied, or taken with {@link #takeSlab()}.
 *
 * <p>Its bytes of flow credit go back to the peer when the call returns, unless {@link #keepCredit()} was called: then the
 * application gives them back with {@link Connection#returnCredit} when it has consumed the gram, and the peer is held back until
 * then.
 */
public final class DeliveredGram {
    private InboundGram gram;
    private boolean creditKept;

    DeliveredGram() {}

    void wrap(InboundGram gram) {
        this.gram = gram;
        creditKept = false;
    }

    void release() {
        gram = null;
    }

    boolean isCreditKept() {
        return creditKept;
    }

    public long gramId() {
        return gram.gramId();
    }

    public int lane() {
        return gram.header().lane();
    }

    /** {@link GramHeader#MODE_PAYLOAD}, or a mode in which only descriptors came, of bytes that this side held already. */
    public int mode() {
        return gram.header().mode();
    }

    /** Whether its payload came with it and is the application's own. */
    public boolean isStaged() {
        return mode() == GramHeader.MODE_PAYLOAD && blobId() == 0;
    }

    /** Whether its payload came with it and lies in that landing. */
    public boolean isPlacedIn(int landingId) {
        return mode() == GramHeader.MODE_PAYLOAD && blobId() == landingId;
    }

    /** Whether {@link #slab()} is a program to run over the descriptors. Whoever sent it decides what it says: check it. spec: GRM-15 */
    public boolean hasProgram() {
        return gram.header().hasProgram();
    }

    /**
     * The landing that the descriptors point into. 0 if the slab is the application's own, and in modes without payload if they point into
     * the common blob.
     */
    public int blobId() {
        return gram.header().blobId();
    }

    public int descriptorCount() {
        return gram.header().descriptorCount();
    }

    /** Offset in the landing or common blob, in bytes; inside it. */
    public long descriptorOffset(int index) {
        return gram.descriptorOffset(index);
    }

    /** Length in bytes. */
    public int descriptorLength(int index) {
        return gram.descriptorLength(index);
    }

    /** Bytes that the descriptors name, or that the staged slab has. */
    public long payloadBytes() {
        return gram.payloadBytes();
    }

    /** Bytes of payload that came with it; of its program in a mode without payload. */
    public int slabLength() {
        return gram.slabLength();
    }

    /** CRC32C of the payload as it lies here; computed by the call when the gram came without. */
    public int digest() {
        return gram.header().hasDigest() ? gram.header().digest() : gram.payloadDigest();
    }

    /** The staged slab, for reading during the call; an empty segment when the payload lies in a landing. */
    public MemorySegment slab() {
        byte[] array = gram.stagedArray();
        return array == null ? MemorySegment.NULL : MemorySegment.ofArray(array);
    }

    /** The staged slab, to keep; null when the payload lies in a landing. */
    public byte[] takeSlab() {
        return gram.stagedArray();
    }

    /** Keeps the peer from sending more until {@link Connection#returnCredit} gives these bytes back; returns their count. */
    public int keepCredit() {
        creditKept = true;
        return gram.costBytes();
    }
}
