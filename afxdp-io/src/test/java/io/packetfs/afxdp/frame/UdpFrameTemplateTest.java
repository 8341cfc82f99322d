package io.packetfs.afxdp.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The vectors were computed apart from this code, by the formulas of the RFCs. */
class UdpFrameTemplateTest {
    private static final byte[] PAYLOAD = "packets".getBytes(StandardCharsets.US_ASCII);

    @Test
    void writesIpv4AsInTheVectors() {
        UdpFrameTemplate template = new UdpFrameTemplate(Frames.flow(true));

        assertThat(Frames.frame(template, PAYLOAD, 0))
                .isEqualTo(Frames.bytes("02000000000b02000000000a080045000023000040004011b6c6c0000201c0000202"
                        + "c3501092000ffba77061636b657473"));
        assertThat(Frames.frame(template, PAYLOAD, 2))
                .as("the second, marked ECT(0)")
                .isEqualTo(Frames.bytes("02000000000b02000000000a080045020023000140004011b6c3c0000201c0000202"
                        + "c3501092000ffba77061636b657473"));
    }

    @Test
    void writesIpv6AsInTheVector() {
        assertThat(Frames.frame(new UdpFrameTemplate(Frames.flow(false)), PAYLOAD, 1))
                .isEqualTo(Frames.bytes("02000000000b02000000000a86dd60100000000f1140"
                        + "20010db800000000000000000000000120010db8000000000000000000000002"
                        + "c3501092000f24377061636b657473"));
    }

    @Test
    void aChecksumOfZeroIsWrittenAsAllOnes() {
        byte[] ipv4 = Frames.frame(true, Frames.bytes("a7f3"));
        byte[] ipv6 = Frames.frame(false, Frames.bytes("d082"));

        assertThat(ByteBuffer.wrap(ipv4).getShort(40)).isEqualTo((short) 0xFFFF);
        assertThat(ByteBuffer.wrap(ipv6).getShort(60)).isEqualTo((short) 0xFFFF);
    }

    @Test
    void idsRunOnAndStartAgainBehindTheirLast() {
        UdpFrameTemplate template = new UdpFrameTemplate(Frames.flow(true));
        for (int i = 0; i < 0x1_0000; i++) {
            Frames.frame(template, PAYLOAD, 0);
        }

        byte[] frame = Frames.frame(template, PAYLOAD, 0);

        assertThat(ByteBuffer.wrap(frame).getShort(18)).isZero();
        assertThat(Frames.plainChecksum(frame, 14, 34)).isZero();
    }

    @Test
    void refusesWhatNoFieldCanSay() {
        UdpFrameTemplate template = new UdpFrameTemplate(Frames.flow(true));
        MemorySegment memory = MemorySegment.ofArray(new byte[100]);

        assertThatThrownBy(() -> template.write(memory, 0, 65_508, 0, 0)).hasMessageContaining("65508 bytes");
        assertThatThrownBy(() -> template.write(memory, 0, 10, 0, 4)).hasMessageContaining("ECN field 4");
        assertThatThrownBy(() -> template.write(memory, 80, 10, 0, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void refusesEndsThatDoNotFitTogether() {
        InetSocketAddress anywhere = new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 1);

        assertThatThrownBy(() -> new Flow(Frames.LINK, Frames.NEXT_HOP, Frames.source(true), Frames.destination(false)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Flow(Frames.LINK, Frames.NEXT_HOP, anywhere, Frames.destination(true)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MacAddress(1L << 48)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property(tries = 300)
    void everyFrameIsWholeAndReadsAsWritten(
            @ForAll boolean ipv4, @ForAll @Size(max = 2_000) byte[] payload, @ForAll @IntRange(max = 3) int ecn) {
        byte[] frame = Frames.frame(new UdpFrameTemplate(Frames.flow(ipv4)), payload, ecn);

        UdpFrameReader reader = Frames.reader();
        MemorySegment memory = MemorySegment.ofArray(frame);
        assertThat(reader.read(memory, 0, frame.length, frame.length)).isEqualTo(FrameVerdict.ACCEPTED);
        assertThat(reader.payloadBytes()).isEqualTo(payload.length);
        assertThat(Arrays.copyOfRange(frame, (int) reader.payloadOffset(), frame.length))
                .isEqualTo(payload);
        assertThat(reader.ecn()).isEqualTo(ecn);
        assertThat(reader.source(memory)).isEqualTo(Frames.source(ipv4));
        assertThat(udpChecksum(frame, ipv4)).isZero();
    }

    /** Over pseudo header and datagram with the checksum in it: 0 if it is right. */
    private static int udpChecksum(byte[] frame, boolean ipv4) {
        int addresses = ipv4 ? 26 : 22;
        int udp = ipv4 ? 34 : 54;
        ByteBuffer buffer = ByteBuffer.allocate(frame.length + 40);
        buffer.put(frame, addresses, udp - addresses).putShort((short) 17).putShort((short) (frame.length - udp));
        buffer.put(frame, udp, frame.length - udp);
        return Frames.plainChecksum(buffer.array(), 0, buffer.position());
    }
}
