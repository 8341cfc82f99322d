package io.packetfs.transfer.record;

import io.packetfs.transfer.manifest.EntryCodec;
import io.packetfs.transfer.manifest.ManifestEntry;
import io.packetfs.transfer.record.TransferRecord.Accept;
import io.packetfs.transfer.record.TransferRecord.Base;
import io.packetfs.transfer.record.TransferRecord.Chunks;
import io.packetfs.transfer.record.TransferRecord.Digests;
import io.packetfs.transfer.record.TransferRecord.Done;
import io.packetfs.transfer.record.TransferRecord.Have;
import io.packetfs.transfer.record.TransferRecord.Malformed;
import io.packetfs.transfer.record.TransferRecord.ManifestPiece;
import io.packetfs.transfer.record.TransferRecord.Need;
import io.packetfs.transfer.record.TransferRecord.Offer;
import io.packetfs.transfer.record.TransferRecord.Refuse;
import io.packetfs.transfer.record.TransferRecord.Result;
import io.packetfs.transfer.record.TransferRecord.ScheduleDone;
import io.packetfs.transfer.record.TransferRecord.Status;
import io.packetfs.transfer.record.TransferRecord.StreamDone;
import io.packetfs.transfer.record.TransferRecord.Stripe;
import io.packetfs.transfer.record.TransferRecord.Stripes;
import io.packetfs.transfer.record.TransferRecord.UnknownVersion;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Turns records into the slabs that carry them (spec: REC-1). Texts that are too long are cut. */
public final class RecordEncoder {
    private RecordEncoder() {}

    /** The whole record, header included. */
    public static byte[] encode(TransferRecord record) {
        ByteBuffer out = ByteBuffer.allocate(RecordLimits.RECORD_BYTES_MAX).order(ByteOrder.LITTLE_ENDIAN);
        out.position(RecordLimits.HEADER_BYTES);
        int type = writeBody(out, record);
        out.put(0, (byte) type);
        out.put(1, (byte) RecordLimits.VERSION);
        out.putInt(4, out.position() - RecordLimits.HEADER_BYTES);
        byte[] slab = new byte[out.position()];
        out.get(0, slab);
        return slab;
    }

    private static int writeBody(ByteBuffer out, TransferRecord record) {
        return switch (record) {
            case Offer offer -> write(out, offer);
            case ManifestPiece piece -> write(out, piece);
            case Have have -> write(out, have);
            case Accept accept -> {
                out.putLong(accept.wantedBytes()).putLong(accept.resumedBytes());
                out.putLong(accept.keeps() ? 1 : 0);
                yield RecordType.ACCEPT;
            }
            case Refuse refuse -> {
                byte[] message = text(refuse.message());
                out.putShort((short) refuse.code().code()).putShort((short) message.length);
                out.putInt(0).put(message);
                yield RecordType.REFUSE;
            }
            case Digests digests -> write(out, digests);
            case Status status -> write(out, status);
            case Done done -> {
                out.putLong(done.sentBytes());
                yield RecordType.DONE;
            }
            case Result result -> write(out, result);
            case StreamDone done -> {
                out.putLong(done.bytes()).putInt(done.crc32c()).putInt(0);
                yield RecordType.STREAM_DONE;
            }
            case ScheduleDone done -> {
                out.putLong(done.descriptors()).putLong(done.bytes()).putLong(done.digestSum());
                yield RecordType.SCHEDULE_DONE;
            }
            case Stripes stripes -> {
                write(out, stripes.count(), stripes.key());
                yield RecordType.STRIPES;
            }
            case Stripe stripe -> {
                write(out, stripe.index(), stripe.key());
                yield RecordType.STRIPE;
            }
            case Base base -> DeltaCodec.write(out, base);
            case Chunks chunks -> DeltaCodec.write(out, chunks);
            case Need need -> DeltaCodec.write(out, need);
            case Malformed malformed -> throw new IllegalArgumentException(malformed.toString());
            case UnknownVersion unknown -> throw new IllegalArgumentException(unknown.toString());
        };
    }

    private static int write(ByteBuffer out, Offer offer) {
        out.put((byte) offer.kind().code()).put((byte) offer.verify().code()).putShort((short) offer.streams());
        out.putInt(offer.entryCount()).putLong(offer.byteCount());
        out.put(offer.transferId().bytes());
        return RecordType.OFFER;
    }

    private static void write(ByteBuffer out, int number, StripeKey key) {
        out.putShort((short) number).putShort((short) 0).putInt(0);
        out.putLong(key.first()).putLong(key.second());
    }

    private static int write(ByteBuffer out, ManifestPiece piece) {
        out.putInt(piece.firstEntry()).putInt(piece.entries().size());
        for (ManifestEntry entry : piece.entries()) {
            out.put(EntryCodec.encode(entry));
        }
        return RecordType.MANIFEST;
    }

    private static int write(ByteBuffer out, Have have) {
        out.putInt(have.ranges().size()).putInt(0);
        for (ByteRange range : have.ranges()) {
            out.putLong(range.offset()).putLong(range.length());
        }
        return RecordType.HAVE;
    }

    private static int write(ByteBuffer out, Digests digests) {
        boolean sha256 = digests.digests().getFirst().hasSha256();
        out.putInt(digests.firstFile()).putInt(digests.digests().size());
        out.putInt(sha256 ? Integer.BYTES + FileDigest.SHA256_BYTES : Integer.BYTES)
                .putInt(0);
        for (FileDigest digest : digests.digests()) {
            if (digest.hasSha256() != sha256) {
                throw new IllegalArgumentException("digests of two kinds in one record");
            }
            out.putInt(digest.crc32c()).put(digest.sha256Bytes());
        }
        return RecordType.DIGESTS;
    }

    private static int write(ByteBuffer out, Status status) {
        out.putInt(status.statuses().size()).putInt(0);
        for (EntryStatus each : status.statuses()) {
            byte[] text = text(each.text());
            out.putInt(each.entry()).put((byte) each.kind().code()).put((byte) 0);
            out.putShort((short) text.length).put(text);
        }
        return RecordType.STATUS;
    }

    private static int write(ByteBuffer out, Result result) {
        byte[] message = text(result.message());
        out.put((byte) result.outcome().code()).put((byte) 0).putShort((short)
                result.code().code());
        out.putInt(result.okCount()).putInt(result.skippedCount()).putInt(result.failedCount());
        out.putLong(result.bytes()).putLong(result.durationNs());
        out.putShort((short) message.length).putShort((short) 0).put(message);
        return RecordType.RESULT;
    }

    /** UTF-8, cut after the last whole character that fits (spec: REC-4). */
    static byte[] text(String text) {
        byte[] all = text.getBytes(StandardCharsets.UTF_8);
        if (all.length <= RecordLimits.TEXT_BYTES_MAX) {
            return all;
        }
        int end = RecordLimits.TEXT_BYTES_MAX;
        while ((all[end] & 0xC0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(all, end);
    }
}
