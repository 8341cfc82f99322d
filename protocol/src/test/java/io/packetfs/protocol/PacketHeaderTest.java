package io.packetfs.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class PacketHeaderTest {
    @Test
    void laysTheFieldsOutAsTheSpecificationDrawsThem() {
        byte[] bytes = new byte[20];

        PacketHeader.write(
                MemorySegment.ofArray(bytes),
                2,
                PacketHeader.TYPE_PROTECTED,
                0,
                0x0123,
                0x89abcdef,
                0x1122334455667788L);

        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("0000" + "13002301" + "efcdab89" + "8877665544332211" + "0000");
    }

    @Test
    void showsTheFieldsOfAForeignHeaderAsTheyAre() {
        byte[] bytes = HexFormat.of().parseHex("f7ffffff" + "ffffffff" + "ffffffffffffffff");
        MemorySegment segment = MemorySegment.ofArray(bytes);

        assertThat(PacketHeader.version(segment, 0)).isEqualTo(15);
        assertThat(PacketHeader.type(segment, 0)).isEqualTo(7);
        assertThat(PacketHeader.flags(segment, 0)).isEqualTo(255);
        assertThat(PacketHeader.payloadLength(segment, 0)).isEqualTo(65_535);
        assertThat(PacketHeader.connectionId(segment, 0)).isEqualTo(-1);
        assertThat(PacketHeader.packetNumber(segment, 0)).isNegative();
    }

    @Property
    void readsWhatItWrote(
            @ForAll @IntRange(min = PacketHeader.TYPE_INITIAL, max = PacketHeader.TYPE_PROTECTED) int type,
            @ForAll @IntRange(min = 0, max = 255) int flags,
            @ForAll @IntRange(min = 0, max = PacketHeader.PAYLOAD_BYTES_MAX) int payloadLength,
            @ForAll int connectionId,
            @ForAll @LongRange(min = 0, max = PacketHeader.PACKET_NUMBER_END - 1) long packetNumber,
            @ForAll @IntRange(min = 0, max = 9) int offset) {
        MemorySegment segment = MemorySegment.ofArray(new byte[PacketHeader.BYTES + 9]);

        PacketHeader.write(segment, offset, type, flags, payloadLength, connectionId, packetNumber);

        assertThat(PacketHeader.version(segment, offset)).isEqualTo(PacketHeader.VERSION);
        assertThat(PacketHeader.type(segment, offset)).isEqualTo(type);
        assertThat(PacketHeader.flags(segment, offset)).isEqualTo(flags);
        assertThat(PacketHeader.payloadLength(segment, offset)).isEqualTo(payloadLength);
        assertThat(PacketHeader.connectionId(segment, offset)).isEqualTo(connectionId);
        assertThat(PacketHeader.packetNumber(segment, offset)).isEqualTo(packetNumber);
    }
}
