package io.packetfs.interop.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.protocol.PacketHeader;
import io.packetfs.protocol.Ticket;
import io.packetfs.protocol.TransportParameters;
import io.packetfs.protocol.crypto.AeadPacketOpener;
import io.packetfs.protocol.crypto.AeadPacketSealer;
import io.packetfs.protocol.crypto.ChecksumPacketOpener;
import io.packetfs.protocol.crypto.ChecksumPacketSealer;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.protocol.crypto.Entropy;
import io.packetfs.protocol.crypto.PacketOpener;
import io.packetfs.protocol.crypto.PacketSealer;
import io.packetfs.protocol.handshake.HandshakeResult;
import io.packetfs.protocol.handshake.InitiatorHandshake;
import io.packetfs.protocol.handshake.ResponderHandshake;
import io.packetfs.protocol.handshake.ResponderHandshake.Accepted;
import io.packetfs.protocol.handshake.TicketSecrets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the golden vectors of handshake and packet protection. */
class CryptoVectorsTest {
    private static final int GENERATION_SHIFT = 22;
    private static final GoldenVector FIRST = handshakes().getFirst();

    private static List<GoldenVector> ofKind(String kind) {
        return GoldenVector.load("handshake.txt").stream()
                .filter(vector -> vector.value("kind").equals(kind))
                .toList();
    }

    static List<GoldenVector> handshakes() {
        return ofKind("handshake");
    }

    static List<GoldenVector> acceptedInitials() {
        return ofKind("initial-accept");
    }

    static List<GoldenVector> rejectedInitials() {
        return ofKind("initial-reject");
    }

    static List<GoldenVector> rejectedReplies() {
        return ofKind("reply-reject");
    }

    static List<GoldenVector> failingReplies() {
        return ofKind("reply-fail");
    }

    static List<GoldenVector> packets() {
        return GoldenVector.load("protection.txt").stream()
                .filter(vector -> !vector.has("reject"))
                .toList();
    }

    static List<GoldenVector> rejectedPackets() {
        return GoldenVector.load("protection.txt").stream()
                .filter(vector -> vector.has("reject"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("handshakes")
    void speaksTheHandshake(GoldenVector vector) {
        InitiatorHandshake initiator = initiator(vector);
        assertThat(initiator.initial()).isEqualTo(vector.bytes("initial"));

        Accepted accepted = accept(vector, vector.bytes("initial"));
        assertThat(accepted.reply()).isEqualTo(vector.bytes("reply"));
        assertThat(accepted.result().peer()).isEqualTo(parameters(vector, "initiator_parameters"));

        HandshakeResult result = onReply(initiator, vector.bytes("reply"));
        assertThat(result.peer()).isEqualTo(parameters(vector, "responder_parameters"));
        PacketSealer initiatorSealer = sealer(protection(vector), vector.bytes("initiator_secret"));
        PacketSealer responderSealer = sealer(protection(vector), vector.bytes("responder_secret"));
        assertThat(seal(result.sealer())).isEqualTo(seal(initiatorSealer));
        assertThat(seal(accepted.result().sealer())).isEqualTo(seal(responderSealer));
        assertThat(opens(result.opener(), seal(responderSealer, 1))).isTrue();
        assertThat(opens(accepted.result().opener(), seal(initiatorSealer, 1))).isTrue();
    }

    @ParameterizedTest
    @MethodSource("acceptedInitials")
    void answersInitials(GoldenVector vector) {
        assertThat(accept(FIRST, vector.bytes("hex"))).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("rejectedInitials")
    void meetsInitialsWithSilence(GoldenVector vector) {
        assertThat(accept(FIRST, vector.bytes("hex"))).isNull();
    }

    @ParameterizedTest
    @MethodSource("rejectedReplies")
    void ignoresReplies(GoldenVector vector) {
        InitiatorHandshake initiator = initiator(FIRST);

        assertThat(onReply(initiator, vector.bytes("hex"))).isNull();
        assertThat(initiator.isFailed()).isFalse();
        assertThat(onReply(initiator, FIRST.bytes("reply"))).as("the right one").isNotNull();
    }

    @ParameterizedTest
    @MethodSource("failingReplies")
    void givesUpOnReplies(GoldenVector vector) {
        InitiatorHandshake initiator = initiator(FIRST);

        assertThat(onReply(initiator, vector.bytes("hex"))).isNull();
        assertThat(initiator.isFailed()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("packets")
    void sealsAndOpensPackets(GoldenVector vector) {
        long number = Long.parseLong(vector.value("number"));
        byte[] plain = vector.bytes("plain");
        byte[] expected = vector.bytes("packet");
        byte[] sealed = Arrays.copyOf(plain, expected.length);

        sealer(vector.value("suite"), vector.bytes("secret")).seal(sealed, 0, plain.length, number);
        assertThat(HexFormat.of().formatHex(sealed)).isEqualTo(HexFormat.of().formatHex(expected));

        PacketOpener opener = openerAfter(vector, Math.max(0, (number >> GENERATION_SHIFT) - 1));
        assertThat(opener.open(sealed, 0, sealed.length, number)).isEqualTo(plain.length - PacketHeader.BYTES);
        int from = opener.framesOffset(0);
        assertThat(Arrays.copyOfRange(opener.frames(sealed), from, from + plain.length - PacketHeader.BYTES))
                .isEqualTo(Arrays.copyOfRange(plain, PacketHeader.BYTES, plain.length));
    }

    @ParameterizedTest
    @MethodSource("rejectedPackets")
    void opensNoOtherPackets(GoldenVector vector) {
        long after = vector.has("after") ? Long.parseLong(vector.value("after")) : 0;
        byte[] packet = vector.bytes("packet");

        PacketOpener opener = openerAfter(vector, after >> GENERATION_SHIFT);

        assertThat(opener.open(packet, 0, packet.length, Long.parseLong(vector.value("number"))))
                .isEqualTo(PacketOpener.INVALID);
    }

    /** An opener that has opened a packet of each generation from 1 to the given one. */
    private static PacketOpener openerAfter(GoldenVector vector, long generation) {
        PacketSealer sealer = sealer(vector.value("suite"), vector.bytes("secret"));
        PacketOpener opener = opener(vector.value("suite"), vector.bytes("secret"));
        for (long g = 1; g <= generation; g++) {
            assertThat(opens(opener, seal(sealer, g << GENERATION_SHIFT))).isTrue();
        }
        return opener;
    }

    private static byte[] seal(PacketSealer sealer) {
        return seal(sealer, 0);
    }

    /** A packet of one PING. */
    private static byte[] seal(PacketSealer sealer, long number) {
        byte[] packet = new byte[PacketHeader.BYTES + 1 + sealer.overheadBytes()];
        PacketHeader.write(packet, 0, PacketHeader.TYPE_PROTECTED, 0, 1 + sealer.overheadBytes(), 1, number);
        packet[PacketHeader.BYTES] = 1;
        sealer.seal(packet, 0, PacketHeader.BYTES + 1, number);
        return packet;
    }

    private static boolean opens(PacketOpener opener, byte[] packet) {
        long number = PacketHeader.packetNumber(packet, 0);
        return opener.open(packet, 0, packet.length, number) == 1;
    }

    private static PacketSealer sealer(String protection, byte[] secret) {
        return protection.equals("CHECKSUM")
                ? new ChecksumPacketSealer()
                : new AeadPacketSealer(CipherSuite.valueOf(protection), secret);
    }

    private static PacketOpener opener(String protection, byte[] secret) {
        return protection.equals("CHECKSUM")
                ? new ChecksumPacketOpener()
                : new AeadPacketOpener(CipherSuite.valueOf(protection), secret);
    }

    private static String protection(GoldenVector vector) {
        return isChecksummed(vector) ? "CHECKSUM" : vector.value("suite");
    }

    private static boolean isChecksummed(GoldenVector vector) {
        return Boolean.parseBoolean(vector.value("checksummed"));
    }

    private static TicketSecrets secrets(GoldenVector vector) {
        return new TicketSecrets(
                HexFormat.fromHexDigits(vector.value("ticket_id")),
                vector.bytes("static_private"),
                vector.bytes("secret"),
                CipherSuite.valueOf(vector.value("suite")),
                isChecksummed(vector));
    }

    private static InitiatorHandshake initiator(GoldenVector vector) {
        Ticket ticket = secrets(vector).ticket(List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 4_433)));
        return new InitiatorHandshake(
                ticket, parameters(vector, "initiator_parameters"), drawing(vector.bytes("initiator_ephemeral")));
    }

    private static Accepted accept(GoldenVector vector, byte[] initial) {
        return new ResponderHandshake(secrets(vector))
                .accept(
                        initial,
                        0,
                        initial.length,
                        parameters(vector, "responder_parameters"),
                        drawing(vector.bytes("responder_ephemeral")));
    }

    private static HandshakeResult onReply(InitiatorHandshake initiator, byte[] reply) {
        return initiator.onReply(reply, 0, reply.length);
    }

    private static TransportParameters parameters(GoldenVector vector, String field) {
        return TransportParameters.decode(vector.bytes(field));
    }

    /** Gives a known key to whoever asks for one. */
    private static Entropy drawing(byte[] key) {
        return bytes -> System.arraycopy(key, 0, bytes, 0, bytes.length);
    }
}
