package io.packetfs.transfer.manifest;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** An entry's bytes, as they stand in MANIFEST records and as the transfer id covers them (spec: MAN-1, MAN-5). */
public final class EntryCodec {
    /** An entry without its path and target. */
    public static final int FIXED_BYTES = 24;

    private static final int FLAG_EXECUTABLE = 1;

    private EntryCodec() {}

    /** The bytes of one entry, little-endian. */
    public static byte[] encode(ManifestEntry entry) {
        byte[] path = entry.path().getBytes(StandardCharsets.UTF_8);
        byte[] target = entry.target().getBytes(StandardCharsets.UTF_8);
        ByteBuffer out =
                ByteBuffer.allocate(FIXED_BYTES + path.length + target.length).order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) entry.kind().code())
                .put((byte) (entry.executable() ? FLAG_EXECUTABLE : 0))
                .putShort((short) path.length)
                .putShort((short) target.length)
                .putShort((short) 0)
                .putLong(entry.sizeBytes())
                .putLong(entry.modifiedNs())
                .put(path)
                .put(target);
        return out.array();
    }

    /**
     * Reads the entry at the position of a little-endian buffer.
     *
     * @return the entry, its path not yet checked against MAN-2; or null if the bytes are no entry
     */
    public static ManifestEntry decode(ByteBuffer in) {
        try {
            int kindCode = in.get();
            int flags = in.get();
            int pathBytes = Short.toUnsignedInt(in.getShort());
            int targetBytes = Short.toUnsignedInt(in.getShort());
            int reserved = in.getShort();
            long sizeBytes = in.getLong();
            long modifiedNs = in.getLong();
            EntryKind kind = EntryKind.of(kindCode);
            if (kind == null || (flags & ~FLAG_EXECUTABLE) != 0 || reserved != 0) {
                return null;
            }
            if (pathBytes > ManifestLimits.PATH_BYTES_MAX || targetBytes > ManifestLimits.PATH_BYTES_MAX) {
                return null;
            }
            if (sizeBytes < 0 || sizeBytes > ManifestLimits.FILE_BYTES_TOTAL_MAX) {
                return null;
            }
            String path = text(in, pathBytes);
            String target = text(in, targetBytes);
            return new ManifestEntry(kind, path, target, sizeBytes, (flags & FLAG_EXECUTABLE) != 0, modifiedNs);
        } catch (BufferUnderflowException | CharacterCodingException e) {
            return null;
        }
    }

    private static String text(ByteBuffer in, int length) throws CharacterCodingException {
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer slice = in.slice(in.position(), length);
        in.position(in.position() + length);
        return StandardCharsets.UTF_8.newDecoder().decode(slice).toString();
    }
}
