package io.packetfs.blob;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/** Whether memory holds what a blob is known by. */
final class BlobContent {
    private static final int SAMPLES = 64;
    private static final int SAMPLE_BYTES = 64;
    private static final long PIECE_BYTES = 16 << 20;

    private BlobContent() {}

    /** Compares some bytes from first to last, which shows a foreign blob at once; only a seed tells single bytes. */
    static void checkSamples(MemorySegment memory, BlobIdentity identity, String name) throws BlobException {
        if (identity.kind() != BlobIdentity.Kind.SEED) {
            return;
        }
        long length = Math.min(SAMPLE_BYTES, memory.byteSize());
        long last = memory.byteSize() - length;
        for (int i = 0; i < SAMPLES; i++) {
            long at = i == SAMPLES - 1 ? last : last / (SAMPLES - 1) * i;
            long differs = SeededBytes.mismatch(memory.asSlice(at, length), at, identity.seed());
            if (differs >= 0) {
                throw foreign(memory, at + differs, identity, name);
            }
        }
    }

    /** Compares all bytes. */
    static void check(MemorySegment memory, BlobIdentity identity, int threads, String name) throws BlobException {
        switch (identity.kind()) {
            case NONE -> throw new BlobException(name + " is known by nothing that it could be compared with");
            case SEED -> checkSeed(memory, identity, threads, name);
            case SHA256 -> {
                BlobIdentity found = BlobIdentity.ofSha256(BlobDigest.SHA256.of(memory, threads));
                if (!found.equals(identity)) {
                    throw new BlobException(
                            name + " does not hold what it is known by: " + found + " instead of " + identity);
                }
            }
        }
    }

    private static void checkSeed(MemorySegment memory, BlobIdentity identity, int threads, String name)
            throws BlobException {
        AtomicLong first = new AtomicLong(Long.MAX_VALUE);
        ParallelRanges.run(memory.byteSize(), PIECE_BYTES, threads, (offset, length) -> {
            long differs = SeededBytes.mismatch(memory.asSlice(offset, length), offset, identity.seed());
            if (differs >= 0) {
                first.accumulateAndGet(offset + differs, Math::min);
            }
        });
        if (first.get() != Long.MAX_VALUE) {
            throw foreign(memory, first.get(), identity, name);
        }
    }

    private static BlobException foreign(MemorySegment memory, long offset, BlobIdentity identity, String name) {
        HexFormat hex = HexFormat.of();
        return new BlobException(name + " does not hold what it is known by: the byte at " + offset + " is 0x"
                + hex.toHexDigits(memory.get(ValueLayout.JAVA_BYTE, offset)) + ", and " + identity + " has 0x"
                + hex.toHexDigits(SeededBytes.byteAt(identity.seed(), offset)));
    }
}
