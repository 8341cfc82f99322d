package io.packetfs.protocol;

import static io.packetfs.protocol.ReasonCode.LIMIT_EXCEEDED;
import static io.packetfs.protocol.ReasonCode.NO_ERROR;
import static io.packetfs.protocol.ReasonCode.PROTOCOL_VIOLATION;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
    private static final int ROOM = 4_096;

    private final byte[] packet = new byte[ROOM];
    private final RecordingHandler handler = new RecordingHandler();
    private final FrameReader reader = new FrameReader();

    private int read(int length) {
        return reader.read(packet, 0, length, handler);
    }

    @Test
    void handsOverSmallFramesInTheirOrder() {
        int length = FrameWriter.writePing(packet, 0);
        length += FrameWriter.writeAckFrequency(packet, length, 10, 25_000);
        length += FrameWriter.writeCredit(packet, length, 1L << 40, 4_096);
        length += FrameWriter.writeClose(packet, length, ReasonCode.LOCAL_IO, "disk full");
        length += FrameWriter.writePadding(packet, length, 5);

        assertThat(read(length)).isEqualTo(NO_ERROR);
        assertThat(handler.frames)
                .containsExactly(
                        "PING", "ACK_FREQUENCY 10 25000", "CREDIT 1099511627776 4096", "CLOSE LOCAL_IO 'disk full'");
    }

    @Test
    void handsOverTheFramesThatCarryGrams() {
        new HeadFrame()
                .wrap(packet, 0)
                .applyDefaults()
                .length(16)
                .position(48)
                .gramId(9)
                .headLength(64)
                .slabLength(100);
        int chunkAt = HeadFrame.BYTES + 16;
        ChunkFrame.write(packet, chunkAt, 4, 96, 9, 1L << 33, 2, 64, 100);
        System.arraycopy(new byte[] {1, 2, 3, 4}, 0, packet, chunkAt + ChunkFrame.BYTES, 4);
        int gramAt = chunkAt + ChunkFrame.BYTES + 4;
        new GramFrame().wrap(packet, gramAt).applyDefaults().length(GramHeader.BYTES + 7);
        new GramHeader().wrap(packet, gramAt + GramFrame.BYTES).applyDefaults().slabLength(7);

        assertThat(read(gramAt + GramFrame.BYTES + GramHeader.BYTES + 7)).isEqualTo(NO_ERROR);
        assertThat(handler.frames)
                .containsExactly(
                        "HEAD 9 48+16 of 64/100", "CHUNK 9 96+4 of 64/100 to 2@8589934592 01020304", "GRAM 55");
    }

    @Test
    void rejectsAPacketWithoutAFrame() {
        assertThat(read(0)).isEqualTo(PROTOCOL_VIOLATION);
    }

    @Test
    void rejectsUnknownTypesAndThoseSetAside() {
        for (int type = 0; type < 256; type++) {
            Arrays.fill(packet, (byte) 0);
            Wire.putU8(packet, 0, type);
            boolean known = type <= 0x05 || (type >= 0x10 && type <= 0x12) || type == 0x15;
            int reason = read(1);

            boolean oneByteFrame = type == FrameType.PADDING || type == FrameType.PING;
            assertThat(reason).as("type %d", type).isEqualTo(known && oneByteFrame ? NO_ERROR : PROTOCOL_VIOLATION);
        }
    }

    @Test
    void rejectsPaddingThatIsNotZeroToTheEnd() {
        FrameWriter.writePadding(packet, 0, 10);
        FrameWriter.writePing(packet, 9);

        assertThat(read(10)).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(handler.frames).isEmpty();
    }

    @Test
    void stopsAtTheFirstErrorWithTheFramesBeforeItHandedOver() {
        FrameWriter.writePing(packet, 0);
        Wire.putU8(packet, 1, 0x7f);
        FrameWriter.writePing(packet, 2);

        assertThat(read(3)).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(handler.frames).containsExactly("PING");
    }

    @Test
    void stopsWhenTheHandlerObjects() {
        FrameWriter.writePing(packet, 0);
        FrameWriter.writePing(packet, 1);
        handler.answerWith(ReasonCode.LANDING_VIOLATION);

        assertThat(read(2)).isEqualTo(ReasonCode.LANDING_VIOLATION);
        assertThat(handler.frames).hasSize(1);
    }

    @Test
    void rejectsAChunkThatBreaksARule() {
        assertThat(chunk(c -> {})).isEqualTo(NO_ERROR);
        assertThat(chunk(c -> c.length = 0)).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(chunk(c -> c.length = 12)).as("ragged, and not the end").isEqualTo(PROTOCOL_VIOLATION);
        assertThat(chunk(c -> c.slabPosition = 4)).as("position").isEqualTo(PROTOCOL_VIOLATION);
        assertThat(chunk(c -> c.slabPosition = 1 << 20)).as("behind the end").isEqualTo(PROTOCOL_VIOLATION);
        assertThat(chunk(c -> c.slabPosition = -16)).as("wraps").isEqualTo(PROTOCOL_VIOLATION);
        assertThat(chunk(c -> c.gramId = Wire.NUMBER_END)).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(chunk(c -> c.blobOffset = -1)).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(chunk(c -> c.blobOffset = Long.MAX_VALUE - 15)).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(chunk(c -> c.blobOffset = Long.MAX_VALUE - 16)).isEqualTo(NO_ERROR);
        assertThat(chunk(c -> c.blobId = 0)).as("staged, with a place").isEqualTo(PROTOCOL_VIOLATION);
        assertThat(chunk(ChunkFields::stage)).as("staged").isEqualTo(NO_ERROR);
        assertThat(chunk(c -> c.headLength = 32)).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(chunk(c -> c.headLength = 72)).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(chunk(c -> c.slabLength = (1 << 24) + 1)).isEqualTo(LIMIT_EXCEEDED);
        assertThat(chunk(c -> c.slabLength = -1)).isEqualTo(LIMIT_EXCEEDED);
    }

    @Test
    void readsAPieceToTheEndOfThePacket() {
        FrameWriter.writePing(packet, 0);
        PieceFrame.write(packet, 1, 1 << 20, (7L << 40) + 5);
        packet[9] = 1;
        packet[10] = 2;

        assertThat(read(11)).isEqualTo(NO_ERROR);
        PieceFrame piece = new PieceFrame().read(packet, 1, 11);
        assertThat(piece.slabPosition()).isEqualTo(1 << 20);
        assertThat(piece.length()).isEqualTo(2);
        assertThat(piece.gramId((7L << 40) + 100)).isEqualTo((7L << 40) + 5);
        assertThat(piece.gramId((7L << 40) - 100)).isEqualTo((7L << 40) + 5);
        assertThat(piece.gramId((8L << 40))).isEqualTo((8L << 40) + 5);
        assertThat(handler.frames).hasSize(2);
    }

    @Test
    void rejectsAPieceThatBreaksARule() {
        PieceFrame.write(packet, 0, GramLimits.SLAB_BYTES_LIMIT - 8, 5);
        assertThat(read(PieceFrame.BYTES + 8))
                .as("the last of the longest slab")
                .isEqualTo(NO_ERROR);
        assertThat(read(PieceFrame.BYTES + 9)).as("behind it").isEqualTo(PROTOCOL_VIOLATION);
        assertThat(read(PieceFrame.BYTES)).as("no bytes").isEqualTo(PROTOCOL_VIOLATION);
        assertThat(read(PieceFrame.BYTES - 1)).as("cut").isEqualTo(PROTOCOL_VIOLATION);
    }

    private int chunk(Consumer<ChunkFields> damage) {
        Arrays.fill(packet, (byte) 0);
        ChunkFields chunk = new ChunkFields();
        damage.accept(chunk);
        chunk.write(packet, 0);
        return read(ChunkFrame.BYTES + chunk.length);
    }

    /** The fields of a chunk that keeps all rules, to be damaged before it is written. */
    private static final class ChunkFields {
        private int length = 16;
        private int slabPosition = 32;
        private long gramId = 1;
        private long blobOffset = 4_096;
        private int blobId = 7;
        private int headLength = 64;
        private int slabLength = 1 << 20;

        void stage() {
            blobId = 0;
            blobOffset = 0;
        }

        void write(byte[] array, int offset) {
            ChunkFrame.write(array, offset, length, slabPosition, gramId, blobOffset, blobId, headLength, slabLength);
        }
    }

    @Test
    void rejectsAHeadThatBreaksARule() {
        assertThat(head(h -> {})).isEqualTo(NO_ERROR);
        assertThat(head(h -> h.length(0))).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(head(h -> h.length(20))).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(head(h -> h.position(4))).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(head(h -> h.position(64))).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(head(h -> h.position(-16))).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(head(h -> h.headLength(40))).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(head(h -> h.headLength(65_536))).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(head(h -> h.headLength(65_520))).isEqualTo(NO_ERROR);
        assertThat(head(h -> h.headLength(-16))).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(head(h -> h.gramId(-1))).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(head(h -> h.slabLength((1 << 24) + 1))).isEqualTo(LIMIT_EXCEEDED);
    }

    private int head(Consumer<HeadFrame> damage) {
        Arrays.fill(packet, (byte) 0);
        HeadFrame head = new HeadFrame()
                .wrap(packet, 0)
                .applyDefaults()
                .length(32)
                .position(32)
                .gramId(1)
                .headLength(64)
                .slabLength(1 << 20);
        damage.accept(head);
        return read(HeadFrame.BYTES + head.length());
    }

    @Test
    void rejectsAGramWhoseLengthsDoNotAddUp() {
        assertThat(gram(100, 2, 20)).isEqualTo(NO_ERROR);
        assertThat(gram(100, 2, 21)).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(gram(100, 3, 20)).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(gram(100, 0, -28)).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(gram(47, 0, 0)).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(gram(48, 0, 0)).isEqualTo(NO_ERROR);
    }

    @Test
    void rejectsAGramWhoseLengthsAddUpOnlyWhenTheyWrap() {
        gram(48, 0, 16);
        Wire.putU32(packet, GramFrame.BYTES + GramHeader.TABLE_LENGTH_OFFSET, -16);

        assertThat(read(GramFrame.BYTES + 48)).isEqualTo(PROTOCOL_VIOLATION);
    }

    private int gram(int length, int descriptorCount, int slabLength) {
        Arrays.fill(packet, (byte) 0);
        new GramFrame().wrap(packet, 0).applyDefaults().length(length);
        new GramHeader()
                .wrap(packet, GramFrame.BYTES)
                .applyDefaults()
                .descriptorCount(descriptorCount)
                .slabLength(slabLength);
        return read(GramFrame.BYTES + length);
    }

    @Test
    void rejectsSmallFramesThatBreakARule() {
        assertThat(small("03 00 0100 00000000")).isEqualTo(NO_ERROR);
        assertThat(small("03 00 0000 00000000")).as("zero packets").isEqualTo(PROTOCOL_VIOLATION);
        assertThat(small("03 01 0100 00000000")).as("reserved").isEqualTo(PROTOCOL_VIOLATION);
        assertThat(small("04 00 0000 00000000 0000000000000000 ffffffffffffff3f"))
                .isEqualTo(NO_ERROR);
        assertThat(small("04 01 0000 00000000 0000000000000000 0000000000000000"))
                .isEqualTo(PROTOCOL_VIOLATION);
        assertThat(small("04 00 0001 00000000 0000000000000000 0000000000000000"))
                .isEqualTo(PROTOCOL_VIOLATION);
        assertThat(small("04 00 0000 00000001 0000000000000000 0000000000000000"))
                .isEqualTo(PROTOCOL_VIOLATION);
        assertThat(small("04 00 0000 00000000 0000000000000040 0000000000000000"))
                .isEqualTo(PROTOCOL_VIOLATION);
        assertThat(small("04 00 0000 00000000 0000000000000000 00000000000000ff"))
                .isEqualTo(PROTOCOL_VIOLATION);
        assertThat(small("05 00 0000 0000 0000")).isEqualTo(NO_ERROR);
        assertThat(small("05 00 0000 0100 0000")).as("message cut").isEqualTo(PROTOCOL_VIOLATION);
        assertThat(small("05 01 0000 0000 0000")).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(small("05 00 0000 0000 0001")).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(small("05 00 0000 0101 0000" + "20".repeat(257)))
                .as("message too long")
                .isEqualTo(PROTOCOL_VIOLATION);
    }

    private int small(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        return reader.read(bytes, 0, bytes.length, handler);
    }

    @Test
    void showsNeitherControlCharactersNorMalformedTextOfAPeer() {
        byte[] bytes = HexFormat.of().parseHex("05000100060000001b5b33316dff");

        reader.read(bytes, 0, bytes.length, handler);

        assertThat(handler.frames).containsExactly("CLOSE INTERNAL '\uFFFD[31m\uFFFD'");
    }

    @Test
    void cutsALongCloseMessageBetweenTwoCharacters() {
        String message = "x" + "\u00e9".repeat(200);

        int length = FrameWriter.writeClose(packet, 0, ReasonCode.INTERNAL, message);

        assertThat(length).isEqualTo(FrameWriter.CLOSE_BYTES + 255);
        assertThat(read(length)).isEqualTo(NO_ERROR);
        assertThat(handler.frames).containsExactly("CLOSE INTERNAL 'x" + "\u00e9".repeat(127) + "'");
    }
}
