package io.packetfs.transfer.record;

import io.packetfs.transfer.manifest.EntryCodec;
import io.packetfs.transfer.manifest.ManifestEntry;
import io.packetfs.transfer.manifest.ManifestLimits;
import io.packetfs.transfer.manifest.TransferId;
import io.packetfs.transfer.record.TransferRecord.Accept;
import io.packetfs.transfer.record.TransferRecord.Digests;
import io.packetfs.transfer.record.TransferRecord.Done;
import io.packetfs.transfer.record.TransferRecord.Have;
import io.packetfs.transfer.record.TransferRecord.Malformed;
import io.packetfs.transfer.record.TransferRecord.ManifestPiece;
import io.packetfs.transfer.record.TransferRecord.Offer;
import io.packetfs.transfer.record.TransferRecord.Refuse;
import io.packetfs.transfer.record.TransferRecord.Result;
import io.packetfs.transfer.record.TransferRecord.ScheduleDone;
import io.packetfs.transfer.record.TransferRecord.Status;
import io.packetfs.transfer.record.TransferRecord.StreamDone;
import io.packetfs.transfer.record.TransferRecord.Stripe;
import io.packetfs.transfer.record.TransferRecord.Stripes;
import io.packetfs.transfer.record.TransferRecord.UnknownVersion;
import java.lang.foreign.MemorySegment;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Reads records from the slabs of the control lane. Whatever the bytes are, the answer is a record: {@link Malformed} says what is
 * wrong with bytes that are none. No count or length is used before it was checked against the bytes that are there (spec: REC-1).
 */
public final class RecordDecoder {
    private static final int RANGE_BYTES = 2 * Long.BYTES;
    private static final int STATUS_FIXED_BYTES = 8;

    private RecordDecoder() {}

    /** The record in the first {@code length} bytes of {@code slab}, which is not kept. */
    public static TransferRecord decode(MemorySegment slab, int length) {
        if (length < RecordLimits.HEADER_BYTES || length > RecordLimits.RECORD_BYTES_MAX) {
            return new Malformed("a record of " + length + " bytes");
        }
        byte[] bytes = new byte[length];
        MemorySegment.copy(slab, 0, MemorySegment.ofArray(bytes), 0, length);
        return decode(bytes);
    }

    static TransferRecord decode(byte[] slab) {
        ByteBuffer in = ByteBuffer.wrap(slab).order(ByteOrder.LITTLE_ENDIAN);
        int type = in.get();
        int version = Byte.toUnsignedInt(in.get());
        int reserved = in.getShort();
        int bodyBytes = in.getInt();
        // spec: REC-2
        if (version != RecordLimits.VERSION) {
            return new UnknownVersion(version);
        }
        if (reserved != 0 || bodyBytes != in.remaining()) {
            return new Malformed("a record header that does not fit its gram");
        }
        try {
            TransferRecord record = body(type, in);
            if (record == null) {
                return new Malformed("a record of type " + type + " with a wrong body");
            }
            return in.hasRemaining() ? new Malformed("bytes left over in a record of type " + type) : record;
        } catch (BufferUnderflowException | CharacterCodingException e) {
            return new Malformed("a record of type " + type + " that is cut short or not UTF-8");
        }
    }

    private static TransferRecord body(int type, ByteBuffer in) throws CharacterCodingException {
        return switch (type) {
            case RecordType.OFFER -> offer(in);
            case RecordType.MANIFEST -> manifestPiece(in);
            case RecordType.HAVE -> have(in);
            case RecordType.ACCEPT -> accept(in);
            case RecordType.REFUSE -> refuse(in);
            case RecordType.DIGESTS -> digests(in);
            case RecordType.STATUS -> status(in);
            case RecordType.DONE -> done(in);
            case RecordType.RESULT -> result(in);
            case RecordType.STREAM_DONE -> streamDone(in);
            case RecordType.SCHEDULE_DONE -> scheduleDone(in);
            case RecordType.STRIPES -> stripes(in);
            case RecordType.STRIPE -> stripe(in);
            case RecordType.BASE -> DeltaCodec.base(in);
            case RecordType.CHUNKS -> DeltaCodec.chunks(in);
            case RecordType.NEED -> DeltaCodec.need(in);
            default -> null;
        };
    }

    private static Offer offer(ByteBuffer in) {
        OfferKind kind = OfferKind.of(in.get());
        VerifyKind verify = VerifyKind.of(in.get());
        int streams = Short.toUnsignedInt(in.getShort());
        int entryCount = in.getInt();
        long byteCount = in.getLong();
        TransferId id = TransferId.read(in);
        if (kind == null || verify == null || entryCount < 0 || byteCount < 0) {
            return null;
        }
        // spec: STR-1, SCH-1
        if (kind != OfferKind.FILES
                && (entryCount != 0 || byteCount != 0 || !id.equals(TransferId.NONE) || streams != 0)) {
            return null;
        }
        return new Offer(kind, verify, entryCount, byteCount, id, streams);
    }

    private static ScheduleDone scheduleDone(ByteBuffer in) {
        long descriptors = in.getLong();
        long bytes = in.getLong();
        long digestSum = in.getLong();
        return descriptors < 0 || bytes < 0 ? null : new ScheduleDone(descriptors, bytes, digestSum);
    }

    private static ManifestPiece manifestPiece(ByteBuffer in) {
        int firstEntry = in.getInt();
        int count = in.getInt();
        if (firstEntry < 0 || !fits(count, EntryCodec.FIXED_BYTES, in)) {
            return null;
        }
        List<ManifestEntry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ManifestEntry entry = EntryCodec.decode(in);
            if (entry == null) {
                return null;
            }
            entries.add(entry);
        }
        return new ManifestPiece(firstEntry, List.copyOf(entries));
    }

    private static Have have(ByteBuffer in) {
        int count = in.getInt();
        int reserved = in.getInt();
        if (reserved != 0 || !fits(count, RANGE_BYTES, in)) {
            return null;
        }
        List<ByteRange> ranges = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long offset = in.getLong();
            long length = in.getLong();
            if (offset < 0 || length < 1 || offset > ManifestLimits.FILE_BYTES_TOTAL_MAX - length) {
                return null;
            }
            ranges.add(new ByteRange(offset, length));
        }
        return new Have(List.copyOf(ranges));
    }

    private static Accept accept(ByteBuffer in) {
        long wantedBytes = in.getLong();
        long resumedBytes = in.getLong();
        long keeps = in.getLong();
        if (wantedBytes < 0 || resumedBytes < 0 || (keeps & ~1) != 0) {
            return null;
        }
        return new Accept(wantedBytes, resumedBytes, keeps == 1);
    }

    private static Refuse refuse(ByteBuffer in) throws CharacterCodingException {
        ResultCode code = ResultCode.of(in.getShort());
        int messageBytes = Short.toUnsignedInt(in.getShort());
        int reserved = in.getInt();
        String message = text(in, messageBytes);
        return code == null || code == ResultCode.NONE || reserved != 0 ? null : new Refuse(code, message);
    }

    private static Digests digests(ByteBuffer in) {
        int firstFile = in.getInt();
        int count = in.getInt();
        int digestBytes = in.getInt();
        int reserved = in.getInt();
        boolean sha256 = digestBytes == Integer.BYTES + FileDigest.SHA256_BYTES;
        if (firstFile < 0 || reserved != 0 || (!sha256 && digestBytes != Integer.BYTES)) {
            return null;
        }
        if (!fits(count, digestBytes, in)) {
            return null;
        }
        List<FileDigest> digests = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int crc32c = in.getInt();
            byte[] rest = new byte[digestBytes - Integer.BYTES];
            in.get(rest);
            digests.add(new FileDigest(crc32c, HexFormat.of().formatHex(rest)));
        }
        return new Digests(firstFile, List.copyOf(digests));
    }

    private static Status status(ByteBuffer in) throws CharacterCodingException {
        int count = in.getInt();
        int reserved = in.getInt();
        if (reserved != 0 || !fits(count, STATUS_FIXED_BYTES, in)) {
            return null;
        }
        List<EntryStatus> statuses = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int entry = in.getInt();
            EntryStatus.Kind kind = EntryStatus.Kind.of(in.get());
            int entryReserved = in.get();
            int textBytes = Short.toUnsignedInt(in.getShort());
            String text = text(in, textBytes);
            if (entry < 0 || kind == null || entryReserved != 0) {
                return null;
            }
            statuses.add(new EntryStatus(entry, kind, text));
        }
        return new Status(List.copyOf(statuses));
    }

    private static Done done(ByteBuffer in) {
        long sentBytes = in.getLong();
        return sentBytes < 0 ? null : new Done(sentBytes);
    }

    private static Result result(ByteBuffer in) throws CharacterCodingException {
        Outcome outcome = Outcome.of(in.get());
        int reserved = in.get();
        ResultCode code = ResultCode.of(in.getShort());
        int okCount = in.getInt();
        int skippedCount = in.getInt();
        int failedCount = in.getInt();
        long bytes = in.getLong();
        long durationNs = in.getLong();
        int messageBytes = Short.toUnsignedInt(in.getShort());
        int messageReserved = in.getShort();
        String message = text(in, messageBytes);
        if (outcome == null || code == null || reserved != 0 || messageReserved != 0) {
            return null;
        }
        if (okCount < 0 || skippedCount < 0 || failedCount < 0 || bytes < 0 || durationNs < 0) {
            return null;
        }
        return new Result(outcome, code, okCount, skippedCount, failedCount, bytes, durationNs, message);
    }

    private static Stripes stripes(ByteBuffer in) {
        int count = Short.toUnsignedInt(in.getShort());
        StripeKey key = stripeKey(in);
        return key == null || count < 2 || count > RecordLimits.STREAMS_MAX ? null : new Stripes(count, key);
    }

    private static Stripe stripe(ByteBuffer in) {
        int index = Short.toUnsignedInt(in.getShort());
        StripeKey key = stripeKey(in);
        return key == null || index < 1 || index >= RecordLimits.STREAMS_MAX ? null : new Stripe(index, key);
    }

    /** Null if what stands before it is not zero. */
    private static StripeKey stripeKey(ByteBuffer in) {
        int reserved = in.getShort() | in.getInt();
        StripeKey key = new StripeKey(in.getLong(), in.getLong());
        return reserved == 0 ? key : null;
    }

    private static StreamDone streamDone(ByteBuffer in) {
        long bytes = in.getLong();
        int crc32c = in.getInt();
        int reserved = in.getInt();
        return bytes < 0 || reserved != 0 ? null : new StreamDone(bytes, crc32c);
    }

    /** Whether {@code count} things of at least {@code bytesEach} can be in what remains; none is too few for a record. */
    private static boolean fits(int count, int bytesEach, ByteBuffer in) {
        return count > 0 && (long) count * bytesEach <= in.remaining();
    }

    private static String text(ByteBuffer in, int length) throws CharacterCodingException {
        if (length > RecordLimits.TEXT_BYTES_MAX || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer slice = in.slice(in.position(), length);
        in.position(in.position() + length);
        return StandardCharsets.UTF_8.newDecoder().decode(slice).toString();
    }
}
