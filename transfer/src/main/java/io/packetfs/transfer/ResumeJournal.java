package io.packetfs.transfer;

import io.packetfs.blob.Landing;
import io.packetfs.blob.LandingException;
import io.packetfs.transfer.manifest.TransferId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What has come of a transfer, written down beside its temporary files, so that a later attempt can go on. Records are only ever added;
 * a record that was cut short, and bytes that are not what the record says, count as not there. Used by one thread at a time.
 *
 * <pre>
 * header: "pfsjrnl1" | transfer id (16 bytes)
 * record: offset u64 | length u32 | CRC32C of the bytes u32 | CRC32C of the 16 bytes before u32 | zero u32
 * </pre>
 */
final class ResumeJournal {
    /** A range of the address space that has come, and its checksum. */
    record Piece(long offset, int length, int crc32c) {}

    private static final long MAGIC = 0x316c_6e72_6a73_6670L; // "pfsjrnl1", little-endian
    private static final int HEADER_BYTES = 8 + TransferId.BYTES;
    private static final int RECORD_BYTES = 24;
    private static final int CHECKED_BYTES = 16;
    private static final int APPENDED_RECORDS_MAX = 4_096;

    private final Path path;
    private final FileChannel channel;
    private final List<Piece> recorded = new ArrayList<>();

    private ResumeJournal(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** The journal of a transfer, made if there is none. */
    static ResumeJournal open(Path folder, TransferId id) throws IOException {
        Path path = folder.resolve(".pfs-" + id.toString().substring(0, 8) + ".journal");
        FileChannel channel = FileChannel.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
        try {
            lock(channel, path);
            ResumeJournal journal = new ResumeJournal(path, channel);
            journal.read(id);
            return journal;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Bytes that an earlier attempt has noted down. */
    long recordedBytes() {
        return recorded.stream().mapToLong(Piece::length).sum();
    }

    /** The pieces that are still what the journal says they are; they do not overlap. */
    List<Piece> verified(Landing landing) {
        List<Piece> verified = new ArrayList<>();
        ByteRangeSet taken = new ByteRangeSet();
        for (Piece piece : recorded) {
            if (isIn(landing, piece) && !taken.overlaps(piece.offset(), piece.length())) {
                taken.add(piece.offset(), piece.length());
                verified.add(piece);
            }
        }
        return verified;
    }

    /** Notes down pieces whose bytes are in their files. */
    void append(List<Piece> pieces) {
        ByteBuffer out =
                ByteBuffer.allocate(APPENDED_RECORDS_MAX * RECORD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try {
            for (Piece piece : pieces) {
                put(out, piece);
                if (!out.hasRemaining()) {
                    write(out);
                }
            }
            write(out);
        } catch (IOException e) {
            throw new LandingException("cannot write " + path + ": " + Texts.reason(e), e);
        }
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new LandingException("cannot close " + path + ": " + Texts.reason(e), e);
        }
    }

    /** The transfer is whole: nobody needs the journal any more. */
    void delete() {
        try {
            Files.deleteIfExists(path);
            channel.close();
        } catch (IOException e) {
            // A journal that is left over is found not to agree with the files, should it ever be read.
            return;
        }
    }

    private static void lock(FileChannel channel, Path path) throws IOException {
        try {
            if (channel.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            // Another transfer of this process has it.
            throw new IOException(path + " is in use by another transfer", e);
        }
        throw new IOException(path + " is in use by another transfer");
    }

    private void read(TransferId id) throws IOException {
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
        boolean known = all.remaining() >= HEADER_BYTES
                && all.getLong() == MAGIC
                && TransferId.read(all).equals(id);
        if (!known) {
            channel.truncate(0);
            ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            header.putLong(MAGIC).put(id.bytes());
            write(header);
            return;
        }
        while (all.remaining() >= RECORD_BYTES) {
            int start = all.position();
            Piece piece = new Piece(all.getLong(), all.getInt(), all.getInt());
            int check = all.getInt();
            int reserved = all.getInt();
            if (check != check(all, start) || reserved != 0) {
                break;
            }
            recorded.add(piece);
        }
        // What follows a record that was cut short is unreadable for ever; new records take its place.
        long end = HEADER_BYTES + (long) recorded.size() * RECORD_BYTES;
        channel.truncate(end);
        channel.position(end);
    }

    private void write(ByteBuffer out) throws IOException {
        out.flip();
        while (out.hasRemaining()) {
            channel.write(out);
        }
        out.clear();
    }

    private static void put(ByteBuffer out, Piece piece) {
        int start = out.position();
        out.putLong(piece.offset()).putInt(piece.length()).putInt(piece.crc32c());
        out.putInt(check(out, start)).putInt(0);
    }

    private static int check(ByteBuffer buffer, int start) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.slice(start, CHECKED_BYTES));
        return (int) crc.getValue();
    }

    private static boolean isIn(Landing landing, Piece piece) {
        if (piece.length() < 1 || piece.offset() < 0 || piece.offset() > landing.sizeBytes() - piece.length()) {
            return false;
        }
        try {
            CRC32C crc = new CRC32C();
            landing.updateDigest(crc, piece.offset(), piece.length());
            return (int) crc.getValue() == piece.crc32c();
        } catch (LandingException e) {
            return false;
        }
    }
}
