package io.packetfs.protocol;

/** Byte 0 of a frame (spec: FRM-1). */
public final class FrameType {
    public static final int PADDING = 0x00;
    public static final int PING = 0x01;
    public static final int ACK = 0x02;
    public static final int ACK_FREQUENCY = 0x03;
    public static final int CREDIT = 0x04;
    public static final int CLOSE = 0x05;
    public static final int PATH_CHALLENGE = 0x06;
    public static final int PATH_RESPONSE = 0x07;
    public static final int HEAD = 0x10;
    public static final int CHUNK = 0x11;
    public static final int GRAM = 0x12;
    public static final int PIECE = 0x15;

    private FrameType() {}
}
