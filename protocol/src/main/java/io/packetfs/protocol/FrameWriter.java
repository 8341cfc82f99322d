package io.packetfs.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes the small frames (spec: FRM-1); the frames that carry grams are written through their flyweights, ACK by {@link AckFrame#write}.
 * Each method returns the bytes written; the caller has made sure that there is room.
 */
public final class FrameWriter {
    public static final int PING_BYTES = 1;
    public static final int ACK_FREQUENCY_BYTES = 8;
    public static final int CREDIT_BYTES = 24;

    /** PATH_CHALLENGE and PATH_RESPONSE alike. */
    public static final int PATH_BYTES = 16;

    /** CLOSE without its message. */
    public static final int CLOSE_BYTES = 8;

    public static final int CLOSE_MESSAGE_BYTES_MAX = 256;

    private FrameWriter() {}

    public static int writePing(byte[] array, int offset) {
        Wire.putU8(array, offset, FrameType.PING);
        return PING_BYTES;
    }

    /**
     * Writes an ACK_FREQUENCY.
     *
     * @param packets 1 to 65,535
     * @param maxDelayUs 0 to 2^32 - 1
     */
    public static int writeAckFrequency(byte[] array, int offset, int packets, long maxDelayUs) {
        assert packets >= 1 && packets <= 0xffff : packets;
        assert maxDelayUs >= 0 && maxDelayUs <= 0xffff_ffffL : maxDelayUs;
        Wire.putU16(array, offset, FrameType.ACK_FREQUENCY);
        Wire.putU16(array, offset + 2, packets);
        Wire.putU32(array, offset + 4, (int) maxDelayUs);
        return ACK_FREQUENCY_BYTES;
    }

    public static int writeCredit(byte[] array, int offset, long bytesMax, long gramsMax) {
        assert Wire.isNumber(bytesMax) && Wire.isNumber(gramsMax) : bytesMax + " " + gramsMax;
        Wire.putU64(array, offset, FrameType.CREDIT);
        Wire.putU64(array, offset + 8, bytesMax);
        Wire.putU64(array, offset + 16, gramsMax);
        return CREDIT_BYTES;
    }

    public static int writePathChallenge(byte[] array, int offset, long data) {
        return writePath(array, offset, FrameType.PATH_CHALLENGE, data);
    }

    public static int writePathResponse(byte[] array, int offset, long data) {
        return writePath(array, offset, FrameType.PATH_RESPONSE, data);
    }

    /** Writes a CLOSE; a message of more than {@link #CLOSE_MESSAGE_BYTES_MAX} bytes is cut between two characters. */
    public static int writeClose(byte[] array, int offset, int reason, String message) {
        assert reason >= 0 && reason <= 0xffff : reason;
        byte[] text = message.getBytes(StandardCharsets.UTF_8);
        int length = cutLength(text);
        Wire.putU64(array, offset, FrameType.CLOSE);
        Wire.putU16(array, offset + 2, reason);
        Wire.putU16(array, offset + 4, length);
        System.arraycopy(text, 0, array, offset + CLOSE_BYTES, length);
        return CLOSE_BYTES + length;
    }

    /** Fills {@code length} bytes, at least 1, which have to be the last of the packet (spec: FRM-2). */
    public static int writePadding(byte[] array, int offset, int length) {
        assert length >= 1 : length;
        Arrays.fill(array, offset, offset + length, (byte) FrameType.PADDING);
        return length;
    }

    private static int writePath(byte[] array, int offset, int type, long data) {
        Wire.putU64(array, offset, type);
        Wire.putU64(array, offset + 8, data);
        return PATH_BYTES;
    }

    private static int cutLength(byte[] text) {
        if (text.length <= CLOSE_MESSAGE_BYTES_MAX) {
            return text.length;
        }
        int length = CLOSE_MESSAGE_BYTES_MAX;
        while ((text[length] & 0xc0) == 0x80) {
            length--;
        }
        return length;
    }
}
