package io.packetfs.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.protocol.PacketGenerator.Packet;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.Size;

/** Whatever a peer sends, the reader answers with a reason, stays inside, and hands over only what keeps the rules. */
class FrameReaderPropertiesTest {
    private static final long[] EDGES = {
        0,
        1,
        15,
        16,
        17,
        47,
        48,
        0x7f,
        0x80,
        0xff,
        0x7fff,
        0x8000,
        0xffff,
        0x7fff_ffffL,
        0x8000_0000L,
        0xffff_fff0L,
        0xffff_ffffL,
        Wire.NUMBER_END - 1,
        Wire.NUMBER_END,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        -16,
        -1
    };

    private final FrameReader reader = new FrameReader();

    @Property(shrinking = ShrinkingMode.OFF)
    void readsWhatWasWritten(@ForAll long seed) {
        Packet packet = PacketGenerator.packet(new Random(seed));
        RecordingHandler handler = new RecordingHandler();

        int reason = reader.read(packet.array, 0, packet.length, handler);

        assertThat(ReasonCode.name(reason)).isEqualTo("NO_ERROR");
        assertThat(handler.frames).isEqualTo(packet.frames);
    }

    @Property(tries = 20_000)
    void survivesRandomBytes(@ForAll @Size(max = 300) byte[] bytes) {
        readInside(bytes);
    }

    @Property(tries = 20_000, shrinking = ShrinkingMode.OFF)
    void survivesRandomFieldsBehindEachType(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] bytes = new byte[1 + random.nextInt(120)];
        random.nextBytes(bytes);
        int[] types = {0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x10, 0x11, 0x12, 0x15};
        bytes[0] = (byte) types[random.nextInt(types.length)];
        if (bytes.length > 1 && random.nextInt(4) > 0) {
            bytes[1] = 0;
        }

        readInside(bytes);
    }

    @Property(tries = 20_000, shrinking = ShrinkingMode.OFF)
    void survivesDamagedPackets(@ForAll long seed) {
        Random random = new Random(seed);
        Packet packet = PacketGenerator.packet(random);
        byte[] bytes = Arrays.copyOf(packet.array, packet.length);

        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            bytes = damaged(bytes, random);
        }

        readInside(bytes);
    }

    private static byte[] damaged(byte[] bytes, Random random) {
        int at = random.nextInt(bytes.length);
        return switch (random.nextInt(6)) {
            case 0 -> Arrays.copyOf(bytes, Math.max(1, at)); // cut
            case 1 -> Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(50)); // trailing zeros
            case 2 -> Arrays.copyOfRange(bytes, at, bytes.length); // begun in the middle
            case 3 -> overlaid(bytes, at, bytes, random.nextInt(bytes.length)); // a piece over another
            case 4 -> overlaid(bytes, at, edge(random), 0);
            default -> overlaid(bytes, at, new byte[] {(byte) random.nextInt(256)}, 0);
        };
    }

    /** A value at the edge of some range, in 1, 2, 4 or 8 bytes. */
    private static byte[] edge(Random random) {
        byte[] value = new byte[Long.BYTES];
        Wire.putU64(value, 0, EDGES[random.nextInt(EDGES.length)]);
        return Arrays.copyOf(value, 1 << random.nextInt(4));
    }

    private static byte[] overlaid(byte[] bytes, int at, byte[] piece, int from) {
        byte[] result = bytes.clone();
        int length = Math.min(piece.length - from, bytes.length - at);
        System.arraycopy(piece, from, result, at, length);
        return result;
    }

    /** Reads the bytes alone in an array, then twice between foreign ones, which must make no difference. */
    private void readInside(byte[] bytes) {
        RecordingHandler alone = new RecordingHandler();
        int reason = reader.read(bytes, 0, bytes.length, alone);
        assertThat(reason).isIn(ReasonCode.NO_ERROR, ReasonCode.PROTOCOL_VIOLATION, ReasonCode.LIMIT_EXCEEDED);

        for (int foreign : List.of(0x00, 0xff)) {
            byte[] between = new byte[bytes.length + 200];
            Arrays.fill(between, (byte) foreign);
            System.arraycopy(bytes, 0, between, 100, bytes.length);
            RecordingHandler inside = new RecordingHandler();
            assertThat(reader.read(between, 100, bytes.length, inside)).isEqualTo(reason);
            assertThat(inside.frames).isEqualTo(alone.frames);
        }

        RuleKeeper rules = new RuleKeeper(bytes.length);
        assertThat(reader.read(bytes, 0, bytes.length, rules)).isEqualTo(reason);
    }

    /** Asserts of each frame what the code behind the reader relies on. */
    private static final class RuleKeeper implements FrameHandler {
        private final int packetLength;

        RuleKeeper(int packetLength) {
            this.packetLength = packetLength;
        }

        @Override
        public int onPing() {
            return ReasonCode.NO_ERROR;
        }

        @Override
        public int onAck(AckFrame ack) {
            AckRanges ranges = ack.ranges();
            assertThat(ranges.count()).isBetween(1, AckRanges.COUNT_MAX);
            long above = Wire.NUMBER_END + 1;
            for (int i = 0; i < ranges.count(); i++) {
                assertThat(ranges.last(i)).isBetween(ranges.first(i), above - 2);
                above = ranges.first(i);
            }
            assertThat(above).isNotNegative();
            assertThat(ack.ackDelayUs()).isBetween(0L, 0xffff_ffffL);
            assertThat(ack.ect0()).isBetween(0L, Wire.NUMBER_END - 1);
            assertThat(ack.ect1()).isBetween(0L, Wire.NUMBER_END - 1);
            assertThat(ack.ce()).isBetween(0L, Wire.NUMBER_END - 1);
            return ReasonCode.NO_ERROR;
        }

        @Override
        public int onAckFrequency(int packets, long maxDelayUs) {
            assertThat(packets).isBetween(1, 0xffff);
            assertThat(maxDelayUs).isBetween(0L, 0xffff_ffffL);
            return ReasonCode.NO_ERROR;
        }

        @Override
        public int onCredit(long bytesMax, long gramsMax) {
            assertThat(bytesMax).isBetween(0L, Wire.NUMBER_END - 1);
            assertThat(gramsMax).isBetween(0L, Wire.NUMBER_END - 1);
            return ReasonCode.NO_ERROR;
        }

        @Override
        public int onClose(int reason, String message) {
            assertThat(reason).isBetween(0, 0xffff);
            assertThat(message.chars()).noneMatch(Character::isISOControl);
            return ReasonCode.NO_ERROR;
        }

        @Override
        public int onPathChallenge(long data) {
            return ReasonCode.NO_ERROR;
        }

        @Override
        public int onPathResponse(long data) {
            return ReasonCode.NO_ERROR;
        }

        @Override
        public int onHead(HeadFrame head) {
            insidePacket(head.payloadOffset(), head.length());
            insideWhole(head.position(), head.length(), head.headLength());
            assertThat(head.headLength()).isBetween(GramHeader.BYTES, GramHeader.HEAD_BYTES_MAX);
            assertThat(head.slabLength()).isBetween(0, GramLimits.SLAB_BYTES_LIMIT);
            assertThat(head.gramId()).isBetween(0L, Wire.NUMBER_END - 1);
            return ReasonCode.NO_ERROR;
        }

        @Override
        public int onChunk(ChunkFrame chunk) {
            insidePacket(chunk.payloadOffset(), chunk.length());
            insideWhole(chunk.slabPosition(), chunk.length(), chunk.slabLength());
            assertThat(chunk.slabLength()).isLessThanOrEqualTo(GramLimits.SLAB_BYTES_LIMIT);
            assertThat(chunk.headLength()).isBetween(GramHeader.BYTES, GramHeader.HEAD_BYTES_MAX);
            assertThat(chunk.gramId()).isBetween(0L, Wire.NUMBER_END - 1);
            assertThat(chunk.blobOffset()).isBetween(0L, Long.MAX_VALUE - chunk.length());
            assertThat(chunk.blobId() != 0 || chunk.blobOffset() == 0).isTrue();
            return ReasonCode.NO_ERROR;
        }

        @Override
        public int onPiece(PieceFrame piece) {
            insidePacket(piece.payloadOffset(), piece.length());
            assertThat(piece.payloadOffset() + piece.length()).isEqualTo(packetLength);
            assertThat(piece.slabPosition()).isBetween(0, GramLimits.SLAB_BYTES_LIMIT - piece.length());
            assertThat(piece.slabPosition() % GramLimits.GRAIN_BYTES).isZero();
            assertThat(piece.gramId(1L << 40)).isBetween((1L << 40) - (1L << 31), (1L << 40) + (1L << 31) - 1);
            return ReasonCode.NO_ERROR;
        }

        @Override
        public int onGram(GramFrame gram) {
            insidePacket(gram.payloadOffset(), gram.length());
            GramHeader header = new GramHeader().wrap(gram.array(), gram.payloadOffset());
            assertThat(header.tableLength()).isNotNegative();
            assertThat(header.slabLength()).isNotNegative();
            assertThat(header.headLength() + header.slabLength()).isEqualTo(gram.length());
            int reason = GramValidator.validateHead(
                    gram.array(), gram.payloadOffset(), header.headLength(), GramLimits.DEFAULTS, new DescriptorList());
            assertThat(reason).isIn(ReasonCode.NO_ERROR, ReasonCode.PROTOCOL_VIOLATION, ReasonCode.LIMIT_EXCEEDED);
            return ReasonCode.NO_ERROR;
        }

        private void insidePacket(long offset, int length) {
            assertThat(length).isPositive();
            assertThat(offset + length).isLessThanOrEqualTo(packetLength);
        }

        private static void insideWhole(int position, int length, int whole) {
            assertThat(position).isNotNegative();
            assertThat(position % GramLimits.GRAIN_BYTES).isZero();
            assertThat(position + length).isLessThanOrEqualTo(whole);
            assertThat(length % GramLimits.GRAIN_BYTES == 0 || position + length == whole)
                    .isTrue();
        }
    }
}
