package io.packetfs.blob;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The start of a blob's file (spec: BLB-3), which says what the file is.
 *
 * @param sizeBytes the blob's
 * @param fileBytes the whole file's
 * @param pages what the file is made of
 * @param complete whether the bytes are what {@code identity} says; false while they are being written
 */
public record BlobHeader(long sizeBytes, long fileBytes, BlobPages pages, boolean complete, BlobIdentity identity) {
    /** Where the blob's bytes start: on a border for huge pages of 2 MiB. */
    public static final long DATA_OFFSET = 1 << 21;

    static final int BYTES = 4_096;

    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfByte U8 = ValueLayout.JAVA_BYTE;

    private static final long MAGIC = 0x0042_4F4C_4253_4650L; // "PFSBLOB" and a zero
    private static final byte VERSION = 1;
    private static final int MAGIC_OFFSET = 0;
    private static final int VERSION_OFFSET = 8;
    private static final int PAGES_OFFSET = 9;
    private static final int COMPLETE_OFFSET = 10;
    private static final int IDENTITY_KIND_OFFSET = 11;
    private static final int DATA_OFFSET_OFFSET = 16;
    private static final int SIZE_OFFSET = 24;
    private static final int FILE_BYTES_OFFSET = 32;
    private static final int IDENTITY_OFFSET = 40;
    private static final int IDENTITY_BYTES_MAX = 32;
    private static final int CRC_OFFSET = BYTES - Integer.BYTES;

    /** The pages by their number in the file. */
    private static final BlobPages[] PAGES = {
        BlobPages.ORDINARY, BlobPages.TRANSPARENT, BlobPages.HUGE_2M, BlobPages.HUGE_1G
    };

    /** The identities by their number in the file. */
    private static final BlobIdentity.Kind[] IDENTITIES = {
        BlobIdentity.Kind.NONE, BlobIdentity.Kind.SEED, BlobIdentity.Kind.SHA256
    };

    static BlobHeader of(long sizeBytes, BlobPages pages, boolean complete, BlobIdentity identity) {
        return new BlobHeader(sizeBytes, pages.roundUp(DATA_OFFSET + sizeBytes), pages, complete, identity);
    }

    BlobHeader with(boolean nowComplete, BlobIdentity newIdentity) {
        return new BlobHeader(sizeBytes, fileBytes, pages, nowComplete, newIdentity);
    }

    void write(MemorySegment file) {
        MemorySegment header = MemorySegment.ofArray(new byte[BYTES]);
        header.set(U64, MAGIC_OFFSET, MAGIC);
        header.set(U8, VERSION_OFFSET, VERSION);
        header.set(U8, PAGES_OFFSET, (byte) indexOf(PAGES, pages));
        header.set(U8, COMPLETE_OFFSET, (byte) (complete ? 1 : 0));
        header.set(U8, IDENTITY_KIND_OFFSET, (byte) indexOf(IDENTITIES, identity.kind()));
        header.set(U64, DATA_OFFSET_OFFSET, DATA_OFFSET);
        header.set(U64, SIZE_OFFSET, sizeBytes);
        header.set(U64, FILE_BYTES_OFFSET, fileBytes);
        byte[] known = identity.bytes();
        MemorySegment.copy(known, 0, header, U8, IDENTITY_OFFSET, known.length);
        header.set(U32, CRC_OFFSET, crc(header));
        file.asSlice(0, BYTES).copyFrom(header);
    }

    /**
     * Reads and checks everything that can be checked without the blob's bytes.
     *
     * @param file the whole file as it is
     * @param name for messages
     */
    static BlobHeader read(MemorySegment file, String name) throws BlobException {
        if (file.byteSize() < BYTES) {
            throw new BlobException(
                    name + " is no blob: a file of " + file.byteSize() + " bytes has no room for a header");
        }
        MemorySegment header = MemorySegment.ofArray(new byte[BYTES]).copyFrom(file.asSlice(0, BYTES));
        if (header.get(U64, MAGIC_OFFSET) != MAGIC) {
            throw new BlobException(name + " is no blob: it does not start with PFSBLOB");
        }
        if (header.get(U32, CRC_OFFSET) != crc(header)) {
            throw new BlobException(name + " has a damaged header: its check sum does not agree");
        }
        int version = header.get(U8, VERSION_OFFSET);
        if (version != VERSION) {
            throw new BlobException(name + " is a blob of version " + version + ", and only version 1 is known here");
        }
        return parse(header, file.byteSize(), name);
    }

    private static BlobHeader parse(MemorySegment header, long fileBytesFound, String name) throws BlobException {
        int pages = header.get(U8, PAGES_OFFSET);
        int complete = header.get(U8, COMPLETE_OFFSET);
        int kind = header.get(U8, IDENTITY_KIND_OFFSET);
        long sizeBytes = header.get(U64, SIZE_OFFSET);
        long fileBytes = header.get(U64, FILE_BYTES_OFFSET);
        boolean known = pages >= 0
                && pages < PAGES.length
                && (complete == 0 || complete == 1)
                && kind >= 0
                && kind < IDENTITIES.length
                && sizeBytes >= 1
                && sizeBytes <= Blob.SIZE_BYTES_MAX
                && header.get(U64, DATA_OFFSET_OFFSET) == DATA_OFFSET
                && fileBytes == PAGES[pages].roundUp(DATA_OFFSET + sizeBytes);
        if (!known) {
            throw new BlobException(name + " has a header whose fields do not fit each other");
        }
        if (fileBytesFound != fileBytes) {
            throw new BlobException(name + (fileBytesFound < fileBytes ? " is truncated: " : " is too long: ")
                    + fileBytesFound + " bytes instead of " + fileBytes);
        }
        int identityBytes = BlobIdentity.digits(IDENTITIES[kind]) / 2;
        byte[] identity = header.asSlice(IDENTITY_OFFSET, IDENTITY_BYTES_MAX)
                .asSlice(0, identityBytes)
                .toArray(U8);
        return new BlobHeader(
                sizeBytes, fileBytes, PAGES[pages], complete == 1, BlobIdentity.of(IDENTITIES[kind], identity));
    }

    private static int crc(MemorySegment header) {
        CRC32C crc = new CRC32C();
        crc.update(header.asSlice(0, CRC_OFFSET).asByteBuffer());
        return (int) crc.getValue();
    }

    private static <T> int indexOf(T[] values, T value) {
        for (int i = 0; i < values.length; i++) {
            if (values[i].equals(value)) {
                return i;
            }
        }
        throw new AssertionError(value);
    }
}
