package io.packetfs.transfer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * What became of a program that came with descriptors.
 *
 * @param done whether it ran
 * @param text what it found, or why it was refused
 */
public record ProgramAnswer(boolean done, String text) {
    private static final int HEADER_BYTES = 16;
    private static final int TEXT_BYTES_MAX = 1_024;

    public static ProgramAnswer done(String text) {
        return new ProgramAnswer(true, text);
    }

    public static ProgramAnswer refused(String reason) {
        return new ProgramAnswer(false, reason);
    }

    /** An answer, and to which gram. */
    record ToGram(long gramId, ProgramAnswer answer) {}

    /** The slab that tells it, with the text cut to what fits. spec: SCH-4 */
    byte[] encode(long gramId) {
        byte[] all = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(all.length, TEXT_BYTES_MAX);
        while (length < all.length && length > 0 && (all[length] & 0xC0) == 0x80) {
            length--;
        }
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(gramId).put((byte) (done ? 0 : 1)).put((byte) 0).putShort((short) length);
        out.putInt(0).put(all, 0, length);
        return out.array();
    }

    /** Reads what a peer sent; null if it is no answer. */
    static ToGram decode(byte[] slab, int slabLength) {
        if (slabLength < HEADER_BYTES || slabLength > HEADER_BYTES + TEXT_BYTES_MAX) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(slab, 0, slabLength).order(ByteOrder.LITTLE_ENDIAN);
        long gramId = in.getLong();
        int outcome = in.get();
        int zeros = in.get();
        int length = Short.toUnsignedInt(in.getShort());
        zeros |= in.getInt();
        if (outcome < 0 || outcome > 1 || zeros != 0 || length != in.remaining()) {
            return null;
        }
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(in).toString();
            return new ToGram(gramId, new ProgramAnswer(outcome == 0, Texts.printable(text)));
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
