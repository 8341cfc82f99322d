package io.packetfs.afxdp.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UdpFrameReaderTest {
    private static final byte[] PAYLOAD = new byte[100];

    private final UdpFrameReader reader = Frames.reader();

    @Test
    void acceptsWhatIsForItAndNamesTheSourceByOneObject() {
        byte[] frame = Frames.frame(true, PAYLOAD);

        assertThat(read(frame)).isEqualTo(FrameVerdict.ACCEPTED);
        Object source = reader.source(MemorySegment.ofArray(frame));
        assertThat(read(frame)).isEqualTo(FrameVerdict.ACCEPTED);
        assertThat(reader.source(MemorySegment.ofArray(frame))).isSameAs(source);
        assertThat(reader.counters().count(FrameVerdict.ACCEPTED)).isEqualTo(2);
        assertThat(reader.counters().rejected()).isZero();
    }

    @Test
    void aLinkLocalSourceHasTheInterfaceAsItsScope() {
        byte[] frame = damaged(
                false, buffer -> buffer.put(22, InetAddress.ofLiteral("fe80::1").getAddress()));

        assertThat(read(frame)).isEqualTo(FrameVerdict.ACCEPTED);
        Inet6Address source =
                (Inet6Address) reader.source(MemorySegment.ofArray(frame)).getAddress();
        assertThat(source.getScopeId()).isEqualTo(3);
    }

    @Test
    void paddingOfShortFramesIsNoPayload() {
        byte[] frame = Arrays.copyOf(Frames.frame(true, new byte[1]), 60);

        assertThat(read(frame)).isEqualTo(FrameVerdict.ACCEPTED);
        assertThat(reader.payloadBytes()).isEqualTo(1);
    }

    @Test
    void aDatagramShorterThanItsPacketEndsWhereItSays() {
        byte[] frame = damaged(true, buffer -> buffer.putShort(38, (short) 58));

        assertThat(read(frame)).isEqualTo(FrameVerdict.ACCEPTED);
        assertThat(reader.payloadBytes()).isEqualTo(50);
    }

    @Test
    void payloadMayGoOnInOtherBuffersButHeadersMayNot() {
        byte[] frame = Frames.frame(false, PAYLOAD);
        MemorySegment memory = MemorySegment.ofArray(frame);

        assertThat(reader.read(memory, 0, 62, frame.length)).isEqualTo(FrameVerdict.ACCEPTED);
        assertThat(reader.payloadBytes()).isEqualTo(PAYLOAD.length);
        assertThat(reader.read(memory, 0, 61, frame.length)).isEqualTo(FrameVerdict.TRUNCATED);
        assertThat(reader.read(memory, 0, 62, 161)).isEqualTo(FrameVerdict.TRUNCATED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyFrameThatEndsTooEarlyIsTruncated(boolean ipv4) {
        byte[] frame = Frames.frame(ipv4, PAYLOAD);
        for (int bytes = 0; bytes < frame.length; bytes++) {
            assertThat(read(Arrays.copyOf(frame, bytes))).isEqualTo(FrameVerdict.TRUNCATED);
        }
        assertThat(reader.counters().count(FrameVerdict.TRUNCATED)).isEqualTo(frame.length);
    }

    @Test
    void rejectsOtherProtocolsOfTheLink() {
        assertRejected(true, FrameVerdict.VLAN, buffer -> buffer.putShort(12, (short) 0x8100));
        assertRejected(true, FrameVerdict.VLAN, buffer -> buffer.putShort(12, (short) 0x88A8));
        assertRejected(true, FrameVerdict.NOT_IP, buffer -> buffer.putShort(12, (short) 0x0806));
        assertRejected(true, FrameVerdict.IP_VERSION, buffer -> buffer.putShort(12, (short) 0x86DD));
        assertRejected(false, FrameVerdict.IP_VERSION, buffer -> buffer.putShort(12, (short) 0x0800));
    }

    @Test
    void rejectsHeadersOfIpv4ThatAreNotPlain() {
        assertRejected(true, FrameVerdict.IP_VERSION, buffer -> buffer.put(14, (byte) 0x55));
        assertRejected(true, FrameVerdict.IP_LENGTH, buffer -> buffer.put(14, (byte) 0x44));
        assertRejected(true, FrameVerdict.IP_OPTIONS, buffer -> buffer.put(14, (byte) 0x46));
        assertRejected(true, FrameVerdict.IP_LENGTH, buffer -> buffer.putShort(16, (short) 19));
        assertRejected(true, FrameVerdict.TRUNCATED, buffer -> buffer.putShort(16, (short) 129));
        assertThat(read(withoutMending(true, buffer -> buffer.put(22, (byte) 63))))
                .isEqualTo(FrameVerdict.IP_CHECKSUM);
        assertRejected(true, FrameVerdict.FRAGMENT, buffer -> buffer.putShort(20, (short) 0x2000));
        assertRejected(true, FrameVerdict.FRAGMENT, buffer -> buffer.putShort(20, (short) 0x0001));
        assertRejected(true, FrameVerdict.NOT_UDP, buffer -> buffer.put(23, (byte) 6));
    }

    @Test
    void rejectsHeadersOfIpv6ThatAreNotPlain() {
        assertRejected(false, FrameVerdict.IP_VERSION, buffer -> buffer.put(14, (byte) 0x40));
        assertRejected(false, FrameVerdict.TRUNCATED, buffer -> buffer.putShort(18, (short) 109));
        assertRejected(false, FrameVerdict.FRAGMENT, buffer -> buffer.put(20, (byte) 44));
        assertRejected(false, FrameVerdict.NOT_UDP, buffer -> buffer.put(20, (byte) 0));
        assertRejected(false, FrameVerdict.NOT_UDP, buffer -> buffer.put(20, (byte) 58));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rejectsLengthsOfUdpThatCannotBe(boolean ipv4) {
        int udp = ipv4 ? 34 : 54;

        assertRejected(ipv4, FrameVerdict.UDP_LENGTH, buffer -> buffer.putShort(udp + 4, (short) 7));
        assertRejected(ipv4, FrameVerdict.UDP_LENGTH, buffer -> buffer.putShort(udp + 4, (short) 109));
        assertRejected(ipv4, FrameVerdict.UDP_LENGTH, buffer -> buffer.putShort(udp + 4, (short) 0));
        assertRejected(
                ipv4, FrameVerdict.TRUNCATED, buffer -> buffer.putShort(ipv4 ? 16 : 18, (short) (ipv4 ? 27 : 7)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rejectsWhatIsForOthers(boolean ipv4) {
        int destination = ipv4 ? 33 : 53;
        int udp = ipv4 ? 34 : 54;

        assertRejected(ipv4, FrameVerdict.FOREIGN_ADDRESS, buffer -> buffer.put(destination, (byte) 9));
        assertRejected(ipv4, FrameVerdict.FOREIGN_PORT, buffer -> buffer.putShort(udp + 2, (short) 4_243));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "0.1.2.3", "224.0.0.1", "240.0.0.1", "255.255.255.255"})
    void rejectsSourcesOfIpv4ThatNobodyHas(String address) {
        assertRejected(
                true,
                FrameVerdict.SOURCE,
                buffer -> buffer.put(26, InetAddress.ofLiteral(address).getAddress()));
    }

    @Test
    void rejectsSourcesOfIpv6ThatNobodyHas() {
        for (String address : List.of("::", "ff02::1")) {
            assertRejected(
                    false,
                    FrameVerdict.SOURCE,
                    buffer -> buffer.put(22, InetAddress.ofLiteral(address).getAddress()));
        }
        byte[] mapped = Frames.bytes("00000000000000000000ffffc0000201");
        assertRejected(false, FrameVerdict.SOURCE, buffer -> buffer.put(22, mapped));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rejectsASourceThatCannotBeAnswered(boolean ipv4) {
        assertRejected(ipv4, FrameVerdict.SOURCE, buffer -> buffer.putShort(ipv4 ? 34 : 54, (short) 0));
    }

    @Test
    void aChecksumOfUdpIsNotLookedAt() {
        byte[] frame = withoutMending(true, buffer -> buffer.putShort(40, (short) 0x1234));

        assertThat(read(frame)).isEqualTo(FrameVerdict.ACCEPTED);
    }

    @Test
    void otherAddressesMayBecomeItsOwn() {
        byte[] frame = damaged(true, buffer -> buffer.put(33, (byte) 9));
        reader.addresses(new LocalAddresses(List.of(InetAddress.ofLiteral("192.0.2.9"))));

        assertThat(read(frame)).isEqualTo(FrameVerdict.ACCEPTED);
        assertThat(read(Frames.frame(true, PAYLOAD))).isEqualTo(FrameVerdict.FOREIGN_ADDRESS);
    }

    @Test
    void thereIsALimitOfLocalAddresses() {
        List<InetAddress> many = Collections.nCopies(257, InetAddress.ofLiteral("192.0.2.9"));

        assertThatThrownBy(() -> new LocalAddresses(many)).hasMessageContaining("257 local addresses");
    }

    private void assertRejected(boolean ipv4, FrameVerdict verdict, Consumer<ByteBuffer> damage) {
        long before = reader.counters().count(verdict);

        assertThat(read(damaged(ipv4, damage))).isEqualTo(verdict);
        assertThat(reader.counters().count(verdict)).isEqualTo(before + 1);
    }

    private FrameVerdict read(byte[] frame) {
        return reader.read(MemorySegment.ofArray(frame), 0, frame.length, frame.length);
    }

    /** A frame with one thing changed, and the IPv4 header's checksum to match. */
    private static byte[] damaged(boolean ipv4, Consumer<ByteBuffer> damage) {
        byte[] frame = withoutMending(ipv4, damage);
        if (ipv4) {
            ByteBuffer buffer = ByteBuffer.wrap(frame).putShort(24, (short) 0);
            buffer.putShort(24, (short) Frames.plainChecksum(frame, 14, 34));
        }
        return frame;
    }

    private static byte[] withoutMending(boolean ipv4, Consumer<ByteBuffer> damage) {
        byte[] frame = Frames.frame(ipv4, PAYLOAD);
        damage.accept(ByteBuffer.wrap(frame));
        return frame;
    }
}
