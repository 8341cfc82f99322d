package io.packetfs.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class AckFrameTest {
    private final byte[] packet = new byte[AckFrame.BYTES_MAX];
    private final AckFrame ack = new AckFrame();
    private final AckFrame readBack = new AckFrame();

    @Test
    void writesOneRangeInSeventeenBytes() {
        ack.ackDelayUs(1_000).ranges().add(5, 9);

        int length = ack.write(packet, 0, AckFrame.BYTES_MAX);

        assertThat(HexFormat.of().formatHex(packet, 0, length))
                .isEqualTo("02000100" + "e8030000" + "0900000000000000" + "04");
        assertThat(ack.encodedBytes()).isEqualTo(17);
    }

    @Test
    void readsRangesAndEcnCounts() {
        ack.ackDelayUs(77).ecn(1, 2, 3);
        ack.ranges().add(1L << 40, (1L << 40) + 100);
        ack.ranges().add(10, 20);
        ack.ranges().add(0, 8);

        int length = ack.write(packet, 0, AckFrame.BYTES_MAX);

        assertThat(readBack.read(packet, 0, length)).isEqualTo(length).isEqualTo(ack.encodedBytes());
        assertThat(readBack.ranges()).hasToString(ack.ranges().toString());
        assertThat(readBack.ackDelayUs()).isEqualTo(77);
        assertThat(readBack.hasEcn()).isTrue();
        assertThat(readBack.ect0()).isEqualTo(1);
        assertThat(readBack.ect1()).isEqualTo(2);
        assertThat(readBack.ce()).isEqualTo(3);
    }

    @Test
    void leavesTheLowestRangesOutWhenRoomIsShort() {
        for (int i = 0; i < AckRanges.COUNT_MAX; i++) {
            ack.ranges().add(100_000 - 10L * i, 100_001 - 10L * i);
        }

        int length = ack.write(packet, 0, 22);

        assertThat(length).isEqualTo(21);
        assertThat(readBack.read(packet, 0, length)).isEqualTo(length);
        assertThat(readBack.ranges()).hasToString("[100000..100001, 99990..99991, 99980..99981]");
    }

    @Test
    void writesNothingWhenNotEvenOneRangeFits() {
        ack.ranges().add(0, 100);

        assertThat(ack.write(packet, 0, 17)).isZero();
        assertThat(ack.write(packet, 0, 18)).isEqualTo(18);
    }

    @Test
    void neverExceedsItsLargestSize() {
        ack.ecn(1, 1, 1);
        long last = Wire.NUMBER_END - 1;
        long step = Wire.NUMBER_END / AckRanges.COUNT_MAX;
        for (int i = 0; i < AckRanges.COUNT_MAX; i++) {
            ack.ranges().add(last - step / 2, last);
            last -= step;
        }

        assertThat(ack.encodedBytes()).isLessThanOrEqualTo(AckFrame.BYTES_MAX);
        assertThat(ack.write(packet, 0, AckFrame.BYTES_MAX)).isEqualTo(ack.encodedBytes());
    }

    @Test
    void cutsADelayThatDoesNotFit() {
        ack.ackDelayUs(1L << 40).ranges().add(0, 0);

        int length = ack.write(packet, 0, AckFrame.BYTES_MAX);

        assertThat(readBack.read(packet, 0, length)).isEqualTo(length);
        assertThat(readBack.ackDelayUs()).isEqualTo(0xffff_ffffL);
    }

    @Test
    void rejectsWhatBreaksARule() {
        assertThat(read("02 00 0100 00000000 0900000000000000 09"))
                .as("down to 0")
                .isEqualTo(17);
        assertThat(read("02 00 0100 00000000 0900000000000000 0a"))
                .as("below 0")
                .isEqualTo(-1);
        assertThat(read("02 00 0200 00000000 0900000000000000 04 0300"))
                .as("a gap down to 0")
                .isEqualTo(19);
        assertThat(read("02 00 0200 00000000 0900000000000000 04 0400"))
                .as("a gap below 0")
                .isEqualTo(-1);
        assertThat(read("02 00 0000 00000000 0900000000000000 00"))
                .as("no range")
                .isEqualTo(-1);
        assertThat(read("02 00 0101 00000000 0900000000000000 00" + "0000".repeat(256)))
                .as("257 ranges")
                .isEqualTo(-1);
        assertThat(read("02 02 0100 00000000 0900000000000000 00"))
                .as("reserved flag")
                .isEqualTo(-1);
        assertThat(read("02 00 0100 00000000 0000000000000040 00"))
                .as("largest too large")
                .isEqualTo(-1);
        assertThat(read("02 00 0100 00000000 ffffffffffffffff 00"))
                .as("largest negative")
                .isEqualTo(-1);
        assertThat(read("02 00 0100 00000000 0900000000000000 40"))
                .as("cut in a range")
                .isEqualTo(-1);
        assertThat(read("02 00 0200 00000000 0900000000000000 00 00"))
                .as("a range is missing")
                .isEqualTo(-1);
        assertThat(read("02 01 0100 00000000 0900000000000000 00"))
                .as("ECN counts are missing")
                .isEqualTo(-1);
        assertThat(read("02 01 0100 00000000 0900000000000000 " + "ff".repeat(24) + "00"))
                .as("ECN")
                .isEqualTo(-1);
        assertThat(read("02 00 0100")).as("short").isEqualTo(-1);
    }

    private int read(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        return readBack.read(bytes, 0, bytes.length);
    }
}
