package io.packetfs.protocol;

import static io.packetfs.protocol.ReasonCode.GRAM_INCONSISTENT;
import static io.packetfs.protocol.ReasonCode.LIMIT_EXCEEDED;
import static io.packetfs.protocol.ReasonCode.NO_ERROR;
import static io.packetfs.protocol.ReasonCode.PROTOCOL_VIOLATION;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class GramValidatorTest {
    private static final int START = 4;
    private static final int TABLE = START + GramHeader.BYTES;
    private static final int HEAD_LENGTH = GramHeader.BYTES + 2 * DescriptorTable.ENTRY_BYTES;

    private final byte[] array = new byte[64 << 10];
    private final GramHeader header = new GramHeader().wrap(array, START);

    /** A placed gram of two descriptors, damaged as told. */
    private int placed(Consumer<GramHeader> damage) {
        header.applyDefaults()
                .gramId(3)
                .lane(1)
                .descriptorCount(2)
                .slabLength(300)
                .blobId(5)
                .digest(-2);
        DescriptorTable.put(array, TABLE, 0, 1L << 35, 100);
        DescriptorTable.put(array, TABLE, 1, 0, 200);
        damage.accept(header);
        return GramValidator.validateHead(array, START, HEAD_LENGTH, GramLimits.DEFAULTS, new DescriptorList());
    }

    @Test
    void acceptsAPlacedGramAndShowsItsFields() {
        assertThat(placed(h -> {})).isEqualTo(NO_ERROR);
        assertThat(header.headLength()).isEqualTo(HEAD_LENGTH);
        assertThat(header.digest()).isEqualTo(-2);
        assertThat(header.hasDigest()).isTrue();
        assertThat(DescriptorTable.blobOffset(array, header.tableOffset(), 0)).isEqualTo(1L << 35);
        assertThat(DescriptorTable.length(array, header.tableOffset(), 1)).isEqualTo(200);
    }

    @Test
    void acceptsAStagedGramWithoutDescriptors() {
        header.applyDefaults().gramId(0).lane(GramHeader.LANE_MAX).slabLength(1);

        assertThat(GramValidator.validateHead(
                        array, START, GramHeader.BYTES, GramLimits.DEFAULTS, new DescriptorList()))
                .isEqualTo(NO_ERROR);
    }

    @Test
    void rejectsAHeadThatIsNotAsLongAsItSays() {
        assertThat(placed(h -> {})).isEqualTo(NO_ERROR);

        assertThat(GramValidator.validateHead(
                        array, START, HEAD_LENGTH - 16, GramLimits.DEFAULTS, new DescriptorList()))
                .isEqualTo(GRAM_INCONSISTENT);
        assertThat(GramValidator.validateHead(
                        array, START, HEAD_LENGTH + 16, GramLimits.DEFAULTS, new DescriptorList()))
                .isEqualTo(GRAM_INCONSISTENT);
        assertThat(GramValidator.validateHead(array, START, 47, GramLimits.DEFAULTS, new DescriptorList()))
                .isEqualTo(PROTOCOL_VIOLATION);
    }

    @Test
    void rejectsATableLengthThatIsNotSixteenTimesTheCount() {
        assertThat(placed(h -> Wire.putU32(array, START + GramHeader.TABLE_LENGTH_OFFSET, 48)))
                .isEqualTo(PROTOCOL_VIOLATION);
        assertThat(placed(h -> Wire.putU32(array, START + GramHeader.TABLE_LENGTH_OFFSET, -16)))
                .isEqualTo(PROTOCOL_VIOLATION);
    }

    @Test
    void rejectsFieldsOutsideTheirRange() {
        assertThat(placed(h -> h.gramId(Wire.NUMBER_END))).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(placed(h -> h.lane(256))).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(placed(h -> h.lane(-1))).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(placed(h -> h.mode(3))).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(placed(h -> h.flags(h.flags() | 4))).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(placed(h -> Wire.putU16(array, START + GramHeader.RESERVED_16_OFFSET, 1)))
                .isEqualTo(PROTOCOL_VIOLATION);
        assertThat(placed(h -> Wire.putU32(array, START + GramHeader.RESERVED_32_OFFSET, 1 << 31)))
                .isEqualTo(PROTOCOL_VIOLATION);
    }

    @Test
    void rejectsADigestThatItsFlagDoesNotAnnounce() {
        assertThat(placed(h -> h.flags(0))).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(placed(h -> Wire.putU64(array, START + GramHeader.DIGEST_OFFSET, 1L << 32)))
                .isEqualTo(PROTOCOL_VIOLATION);
        assertThat(placed(h -> Wire.putU64(array, START + GramHeader.DIGEST_OFFSET, -1L)))
                .isEqualTo(PROTOCOL_VIOLATION);
    }

    @Test
    void rejectsASequenceOnAnUnorderedLane() {
        assertThat(placed(h -> h.laneSequence(1))).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(placed(h -> h.flags(h.flags() | GramHeader.FLAG_ORDERED).laneSequence(1)))
                .isEqualTo(NO_ERROR);
        assertThat(placed(h -> h.flags(h.flags() | GramHeader.FLAG_ORDERED).laneSequence(-1)))
                .isEqualTo(PROTOCOL_VIOLATION);
    }

    @Test
    void rejectsAPlacedGramWithoutDescriptors() {
        header.applyDefaults().blobId(1).slabLength(10);

        assertThat(GramValidator.validateHead(
                        array, START, GramHeader.BYTES, GramLimits.DEFAULTS, new DescriptorList()))
                .isEqualTo(PROTOCOL_VIOLATION);
    }

    @Test
    void rejectsDescriptorsOutsideTheirRange() {
        assertThat(placed(h -> DescriptorTable.put(array, TABLE, 0, 0, 0))).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(placed(h -> DescriptorTable.put(array, TABLE, 0, -1, 100))).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(placed(h -> DescriptorTable.put(array, TABLE, 0, Long.MAX_VALUE - 99, 100)))
                .isEqualTo(PROTOCOL_VIOLATION);
        assertThat(placed(h -> DescriptorTable.put(array, TABLE, 0, Long.MAX_VALUE - 100, 100)))
                .isEqualTo(NO_ERROR);
        assertThat(placed(h -> Wire.putU32(array, TABLE + DescriptorTable.RESERVED_OFFSET, 1)))
                .isEqualTo(PROTOCOL_VIOLATION);
        assertThat(placed(h -> DescriptorTable.put(array, TABLE, 0, 0, (256 << 10) + 1)))
                .isEqualTo(LIMIT_EXCEEDED);
        assertThat(placed(h -> DescriptorTable.put(array, TABLE, 0, 0, -1))).isEqualTo(LIMIT_EXCEEDED);
    }

    @Test
    void rejectsDescriptorsThatDoNotAddUpToTheSlab() {
        assertThat(placed(h -> h.slabLength(299))).isEqualTo(PROTOCOL_VIOLATION);
        assertThat(placed(h -> h.slabLength(301))).isEqualTo(PROTOCOL_VIOLATION);
    }

    @Test
    void rejectsWhatExceedsTheReceiversLimits() {
        assertThat(placed(h -> h.slabLength((1 << 20) + 1))).isEqualTo(LIMIT_EXCEEDED);
        assertThat(placed(h -> h.slabLength(-1))).isEqualTo(LIMIT_EXCEEDED);

        GramLimits oneDescriptor = new GramLimits(1 << 20, 1, 256 << 10);
        assertThat(placed(h -> {})).isEqualTo(NO_ERROR);
        assertThat(GramValidator.validateHead(array, START, HEAD_LENGTH, oneDescriptor, new DescriptorList()))
                .isEqualTo(LIMIT_EXCEEDED);
    }

    @Test
    void knowsTheLongestHeadOfItsLimits() {
        assertThat(GramLimits.DEFAULTS.headBytesMax()).isEqualTo(48 + 16 * 1_024);
        assertThat(new GramLimits(1 << 20, 4_095, 1).headBytesMax()).isEqualTo(65_535);
    }
}
