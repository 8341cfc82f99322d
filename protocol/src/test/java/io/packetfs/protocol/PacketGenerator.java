package io.packetfs.protocol;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Writes packets of random frames, and says what a reader has to find in them, in the words of {@link RecordingHandler}. */
final class PacketGenerator {
    /** A packet and what is in it. */
    static final class Packet {
        final byte[] array;
        final int length;
        final List<String> frames;

        private Packet(byte[] array, int length, List<String> frames) {
            this.array = array;
            this.length = length;
            this.frames = frames;
        }
    }

    private static final int ROOM = 16_384;
    private static final int FRAMES_MAX = 8;

    private final Random random;
    private final byte[] array = new byte[ROOM];
    private final List<String> frames = new ArrayList<>();

    private PacketGenerator(Random random) {
        this.random = random;
    }

    static Packet packet(Random random) {
        return new PacketGenerator(random).generate();
    }

    private Packet generate() {
        int length = 0;
        int count = 1 + random.nextInt(FRAMES_MAX);
        for (int i = 0; i < count; i++) {
            length += switch (random.nextInt(9)) {
                case 0 -> ping(length);
                case 1 -> ack(length);
                case 2 -> ackFrequency(length);
                case 3 -> credit(length);
                case 4 -> close(length);
                case 5 -> head(length);
                case 6 -> chunk(length);
                case 7 -> gram(length);
                default -> path(length);
            };
        }
        length += switch (random.nextInt(4)) {
            case 0 -> piece(length); // ends the packet
            case 1 -> 0;
            default -> FrameWriter.writePadding(array, length, 1 + random.nextInt(40));
        };
        return new Packet(array, length, frames);
    }

    private int ping(int at) {
        frames.add("PING");
        return FrameWriter.writePing(array, at);
    }

    private int ack(int at) {
        AckFrame ack = new AckFrame().ackDelayUs(random.nextInt(1 << 20));
        String ecn = "";
        if (random.nextBoolean()) {
            ack.ecn(number(), number(), number());
            ecn = " ecn " + ack.ect0() + " " + ack.ect1() + " " + ack.ce();
        }
        long last = number();
        do {
            long first = last - (number() >>> (2 + random.nextInt(60)));
            if (first < 0) {
                first = 0;
            }
            ack.ranges().add(first, last);
            last = first - 2 - (number() >>> (2 + random.nextInt(60)));
        } while (last >= 0 && ack.ranges().count() < 40);
        frames.add("ACK " + ack.ranges() + " delay " + ack.ackDelayUs() + ecn);
        return ack.write(array, at, ROOM);
    }

    private int ackFrequency(int at) {
        int packets = 1 + random.nextInt(0xffff);
        long maxDelayUs = random.nextLong(1L << 32);
        frames.add("ACK_FREQUENCY " + packets + " " + maxDelayUs);
        return FrameWriter.writeAckFrequency(array, at, packets, maxDelayUs);
    }

    private int credit(int at) {
        long bytesMax = number();
        long gramsMax = number();
        frames.add("CREDIT " + bytesMax + " " + gramsMax);
        return FrameWriter.writeCredit(array, at, bytesMax, gramsMax);
    }

    private int close(int at) {
        String message = "why".repeat(random.nextInt(80));
        int reason = random.nextInt(0x10000);
        frames.add("CLOSE " + ReasonCode.name(reason) + " '" + message + "'");
        return FrameWriter.writeClose(array, at, reason, message);
    }

    private int path(int at) {
        long data = random.nextLong();
        if (random.nextBoolean()) {
            frames.add("PATH_CHALLENGE " + Long.toHexString(data));
            return FrameWriter.writePathChallenge(array, at, data);
        }
        frames.add("PATH_RESPONSE " + Long.toHexString(data));
        return FrameWriter.writePathResponse(array, at, data);
    }

    private int head(int at) {
        int headLength = GramHeader.BYTES + 16 * random.nextInt(100);
        int position = 16 * random.nextInt(headLength / 16);
        int length = 16 * (1 + random.nextInt((headLength - position) / 16));
        long gramId = number();
        int slabLength = random.nextInt(GramLimits.SLAB_BYTES_LIMIT + 1);
        new HeadFrame()
                .wrap(array, at)
                .applyDefaults()
                .length(length)
                .position(position)
                .gramId(gramId)
                .headLength(headLength)
                .slabLength(slabLength);
        frames.add("HEAD " + gramId + " " + position + "+" + length + " of " + headLength + "/" + slabLength);
        return HeadFrame.BYTES + length;
    }

    private int chunk(int at) {
        int length = 1 + random.nextInt(200);
        int position = GramLimits.GRAIN_BYTES * random.nextInt(2_000);
        int slabLength =
                length % GramLimits.GRAIN_BYTES == 0 ? position + length + random.nextInt(1_000) : position + length;
        int blobId = random.nextInt(3);
        long blobOffset = blobId == 0 ? 0 : number();
        long gramId = number();
        int headLength = GramHeader.BYTES + 16 * random.nextInt(1_024);
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        ChunkFrame.write(array, at, length, position, gramId, blobOffset, blobId, headLength, slabLength);
        System.arraycopy(bytes, 0, array, at + ChunkFrame.BYTES, length);
        frames.add("CHUNK " + gramId + " " + position + "+" + length + " of " + headLength + "/" + slabLength + " to "
                + blobId + "@" + blobOffset + " " + HexFormat.of().formatHex(bytes));
        return ChunkFrame.BYTES + length;
    }

    private int piece(int at) {
        byte[] bytes = new byte[1 + random.nextInt(200)];
        random.nextBytes(bytes);
        int position = GramLimits.GRAIN_BYTES * random.nextInt(2_000_000);
        long gramId = RecordingHandler.PIECE_GRAM_ID_NEAR + random.nextInt();
        PieceFrame.write(array, at, position, gramId);
        System.arraycopy(bytes, 0, array, at + PieceFrame.BYTES, bytes.length);
        frames.add("PIECE " + gramId + " " + position + "+" + bytes.length + " "
                + HexFormat.of().formatHex(bytes));
        return PieceFrame.BYTES + bytes.length;
    }

    private int gram(int at) {
        int descriptorCount = random.nextInt(5);
        int slabLength = random.nextInt(500);
        int length = GramHeader.BYTES + DescriptorTable.bytes(descriptorCount) + slabLength;
        GramFrame gram = new GramFrame().wrap(array, at).applyDefaults().length(length);
        new GramHeader()
                .wrap(array, gram.payloadOffset())
                .applyDefaults()
                .gramId(number())
                .descriptorCount(descriptorCount)
                .slabLength(slabLength);
        frames.add("GRAM " + length);
        return GramFrame.BYTES + length;
    }

    /** A number as the wire allows it, small and large ones alike. */
    private long number() {
        return random.nextLong(Wire.NUMBER_END) >>> random.nextInt(62);
    }
}
