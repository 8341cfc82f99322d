package io.packetfs.transfer.record;

import io.packetfs.transfer.manifest.ManifestEntry;
import io.packetfs.transfer.manifest.TransferId;
import java.util.List;

/** One record of the control lane, decoded. Immutable; sizes and texts are already within the limits of the specification. */
public sealed interface TransferRecord {
    /**
     * The sender's first word: what it wants to send.
     *
     * @param streams how many connections it would like in all; 0 if it does not ask for more than this one
     */
    record Offer(OfferKind kind, VerifyKind verify, int entryCount, long byteCount, TransferId transferId, int streams)
            implements TransferRecord {
        /** An offer over one connection. */
        public Offer(OfferKind kind, VerifyKind verify, int entryCount, long byteCount, TransferId transferId) {
            this(kind, verify, entryCount, byteCount, transferId, 0);
        }
    }

    /** A piece of the manifest. */
    record ManifestPiece(int firstEntry, List<ManifestEntry> entries) implements TransferRecord {}

    /** Ranges of the address space that the receiver does not want. */
    record Have(List<ByteRange> ranges) implements TransferRecord {}

    /**
     * The receiver is ready.
     *
     * @param keeps whether what has come is kept for a later attempt when this one ends early
     */
    record Accept(long wantedBytes, long resumedBytes, boolean keeps) implements TransferRecord {}

    record Refuse(ResultCode code, String message) implements TransferRecord {}

    /** Digests of the files from {@code firstFile} on. */
    record Digests(int firstFile, List<FileDigest> digests) implements TransferRecord {}

    record Status(List<EntryStatus> statuses) implements TransferRecord {}

    record Done(long sentBytes) implements TransferRecord {}

    record Result(
            Outcome outcome,
            ResultCode code,
            int okCount,
            int skippedCount,
            int failedCount,
            long bytes,
            long durationNs,
            String message)
            implements TransferRecord {}

    /**
     * The receiver takes further connections for this transfer.
     *
     * @param count of connections in all, 2 or more
     */
    record Stripes(int count, StripeKey key) implements TransferRecord {}

    /**
     * A further connection of the transfer that was given this key, and the receiver's answer when it is ready for grams.
     *
     * @param index 1 to the count less one
     */
    record Stripe(int index, StripeKey key) implements TransferRecord {}

    /**
     * The receiver has older content.
     *
     * @param averageLog2 how large the chunks are to be, {@link #AVERAGE_LOG2_MIN} to {@link #AVERAGE_LOG2_MAX}
     * @param key of the chunks' tags
     * @param id what files the base has
     */
    record Base(int averageLog2, DeltaKey key, TransferId id) implements TransferRecord {
        public static final int AVERAGE_LOG2_MIN = 13;
        public static final int AVERAGE_LOG2_MAX = 18;
    }

    /**
     * Chunks one behind the other that the sender asks of.
     *
     * @param offset where the first is to lie
     * @param baseOffset where the first lies in the base, or {@link #NO_BASE_OFFSET}
     */
    record Chunks(long offset, long baseOffset, List<AskedChunk> chunks) implements TransferRecord {
        public static final long NO_BASE_OFFSET = -1;
    }

    /** Up to where the receiver has decided, and what it needs of what it was asked since it said so last. */
    record Need(long decidedEnd, List<ByteRange> ranges) implements TransferRecord {}

    record StreamDone(long bytes, int crc32c) implements TransferRecord {}

    /**
     * All descriptors were sent.
     *
     * @param bytes that they name together
     * @param digestSum the sum of their grams' CRC32C, each taken as unsigned, modulo 2^64
     */
    record ScheduleDone(long descriptors, long bytes, long digestSum) implements TransferRecord {}

    /** What the peer sent is no record; the connection is to be closed with this reason. */
    record Malformed(String reason) implements TransferRecord {}

    /** A record of another version of this protocol. */
    record UnknownVersion(int version) implements TransferRecord {}
}
