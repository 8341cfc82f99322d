package io.packetfs.protocol;

import static org.assertj.core.api.Assertions.assertThat;

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

        PacketHeader.write(bytes, 2, PacketHeader.TYPE_PROTECTED, 0, 0x0123, 0x89abcdef, 0x1122334455667788L);

        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo("0000" + "13002301" + "efcdab89" + "8877665544332211" + "0000");
    }

    @Test
    void showsTheFieldsOfAForeignHeaderAsTheyAre() {
        byte[] packet = HexFormat.of().parseHex("f7ffffff" + "ffffffff" + "ffffffffffffffff");

        long fields = PacketHeader.fields(packet, 0);

        assertThat(PacketHeader.version(fields)).isEqualTo(15);
        assertThat(PacketHeader.type(fields)).isEqualTo(7);
        assertThat(PacketHeader.flags(fields)).isEqualTo(255);
        assertThat(PacketHeader.payloadLength(fields)).isEqualTo(65_535);
        assertThat(PacketHeader.connectionId(fields)).isEqualTo(-1);
        assertThat(PacketHeader.packetNumber(packet, 0)).isNegative();
    }

    @Property
    void readsWhatItWrote(
            @ForAll @IntRange(min = PacketHeader.TYPE_INITIAL, max = PacketHeader.TYPE_PROTECTED) int type,
            @ForAll @IntRange(min = 0, max = 255) int flags,
            @ForAll @IntRange(min = 0, max = PacketHeader.PAYLOAD_BYTES_MAX) int payloadLength,
            @ForAll int connectionId,
            @ForAll @LongRange(min = 0, max = PacketHeader.PACKET_NUMBER_END - 1) long packetNumber,
            @ForAll @IntRange(min = 0, max = 9) int offset) {
        byte[] packet = new byte[PacketHeader.BYTES + 9];

        PacketHeader.write(packet, offset, type, flags, payloadLength, connectionId, packetNumber);

        long fields = PacketHeader.fields(packet, offset);
        assertThat(PacketHeader.version(fields)).isEqualTo(PacketHeader.VERSION);
        assertThat(PacketHeader.type(fields)).isEqualTo(type);
        assertThat(PacketHeader.flags(fields)).isEqualTo(flags);
        assertThat(PacketHeader.payloadLength(fields)).isEqualTo(payloadLength);
        assertThat(PacketHeader.connectionId(fields)).isEqualTo(connectionId);
        assertThat(PacketHeader.packetNumber(packet, offset)).isEqualTo(packetNumber);
    }
}
