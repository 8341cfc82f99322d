package io.packetfs.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.protocol.PacketHeader;
import io.packetfs.protocol.Ticket;
import io.packetfs.protocol.TicketException;
import io.packetfs.protocol.TransportParameters;
import io.packetfs.protocol.Wire;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.protocol.crypto.Entropy;
import io.packetfs.protocol.crypto.Hkdf;
import io.packetfs.protocol.crypto.PacketOpener;
import io.packetfs.protocol.crypto.PacketSealer;
import io.packetfs.protocol.handshake.ResponderHandshake.Accepted;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandshakeTest {
    private static final List<InetSocketAddress> ADDRESSES =
            List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 4_433));
    private static final TransportParameters CLIENT = TransportParameters.defaults(0xc11e, 1_472, 1 << 20);
    private static final TransportParameters SERVER = TransportParameters.defaults(0x5e4e, 9_000, 1 << 24);

    private final Random random = new Random(7);
    private final Entropy entropy = random::nextBytes;
    private TicketSecrets secrets = TicketSecrets.generate(entropy, CipherSuite.AES_256_GCM, false);
    private InitiatorHandshake initiator = new InitiatorHandshake(secrets.ticket(ADDRESSES), CLIENT, entropy);
    private ResponderHandshake responder = new ResponderHandshake(secrets);

    private void useTicketOf(CipherSuite suite, boolean checksummed) {
        secrets = TicketSecrets.generate(entropy, suite, checksummed);
        initiator = new InitiatorHandshake(secrets.ticket(ADDRESSES), CLIENT, entropy);
        responder = new ResponderHandshake(secrets);
    }

    private Accepted accept(byte[] initial) {
        return responder.accept(initial, 0, initial.length, SERVER, entropy);
    }

    private HandshakeResult onReply(byte[] reply) {
        return initiator.onReply(reply, 0, reply.length);
    }

    @ParameterizedTest
    @CsvSource({"AES_256_GCM,false", "AES_256_GCM,true", "CHACHA20_POLY1305,false", "CHACHA20_POLY1305,true"})
    void bothSidesLearnParametersAndCanReadEachOther(CipherSuite suite, boolean checksummed) throws TicketException {
        secrets = TicketSecrets.generate(entropy, suite, checksummed);
        Ticket pasted = Ticket.parse(secrets.ticket(ADDRESSES).encode());
        initiator = new InitiatorHandshake(pasted, CLIENT, entropy);
        responder = new ResponderHandshake(secrets);

        Accepted accepted = accept(initiator.initial());
        HandshakeResult result = onReply(accepted.reply());

        assertThat(accepted.result().peer()).isEqualTo(CLIENT);
        assertThat(result.peer()).isEqualTo(SERVER);
        assertThat(result.sealer().overheadBytes()).isEqualTo(checksummed ? 4 : 16);
        assertThat(carries(result.sealer(), accepted.result().opener())).isTrue();
        assertThat(carries(accepted.result().sealer(), result.opener())).isTrue();
        if (!checksummed) {
            assertThat(carries(result.sealer(), result.opener()))
                    .as("one's own")
                    .isFalse();
        }
    }

    private long nextPacketNumber;

    private boolean carries(PacketSealer sealer, PacketOpener opener) {
        long packetNumber = nextPacketNumber++;
        byte[] packet = new byte[PacketHeader.BYTES + 5 + sealer.overheadBytes()];
        PacketHeader.write(packet, 0, 3, 0, 5 + sealer.overheadBytes(), 1, packetNumber);
        sealer.seal(packet, 0, PacketHeader.BYTES + 5, packetNumber);
        return opener.open(packet, 0, packet.length, packetNumber) == 5;
    }

    @Test
    void datagramsHaveTheSizesOfTheSpecification() {
        byte[] initial = initiator.initial();
        byte[] reply = accept(initial).reply();

        assertThat(initial).hasSize(1_200);
        assertThat(reply).hasSize(16 + 8 + 32 + 48 + 16);
        assertThat(PacketHeader.connectionId(PacketHeader.fields(reply, 0))).isEqualTo(0xc11e);
    }

    @Test
    void repeatsTheInitialByteForByte() {
        assertThat(initiator.initial()).isEqualTo(initiator.initial());
    }

    @Test
    void aRepeatedInitialIsKnownByItsEphemeralKey() {
        byte[] initial = initiator.initial();
        byte[] other = new InitiatorHandshake(secrets.ticket(ADDRESSES), CLIENT, entropy).initial();

        assertThat(responder.ephemeralOf(initial, 0, initial.length))
                .hasSize(32)
                .isEqualTo(responder.ephemeralOf(initial.clone(), 0, initial.length))
                .isNotEqualTo(responder.ephemeralOf(other, 0, other.length));
    }

    @Test
    void everyDamagedByteOfAnInitialIsMetWithSilence() {
        byte[] initial = initiator.initial();
        for (int i = 0; i < initial.length; i++) {
            byte[] damaged = initial.clone();
            damaged[i] ^= 1;
            assertThat(responder.ephemeralOf(damaged, 0, damaged.length))
                    .as("byte %d", i)
                    .isNull();
            assertThat(accept(damaged)).as("byte %d", i).isNull();
        }
    }

    @Test
    void everyCutInitialIsMetWithSilence() {
        byte[] initial = initiator.initial();
        for (int length = 0; length < initial.length; length++) {
            assertThat(responder.ephemeralOf(initial, 0, length)).isNull();
        }
    }

    @Test
    void aDamagedReplyIsIgnoredAndTheRightOneStillCounts() {
        byte[] reply = accept(initiator.initial()).reply();
        for (int i = 0; i < reply.length; i++) {
            byte[] damaged = reply.clone();
            damaged[i] ^= 1;
            assertThat(onReply(damaged)).as("byte %d", i).isNull();
            assertThat(initiator.onReply(reply, 0, i)).as("cut to %d", i).isNull();
        }

        assertThat(initiator.isFailed()).isFalse();
        assertThat(onReply(reply)).isNotNull();
        assertThat(onReply(reply)).as("a second time").isNull();
    }

    @Test
    void readsDatagramsInTheMiddleOfABuffer() {
        byte[] initial = initiator.initial();
        byte[] buffer = new byte[2_000];
        System.arraycopy(initial, 0, buffer, 77, initial.length);

        Accepted accepted = responder.accept(buffer, 77, 1_900, SERVER, entropy);
        System.arraycopy(accepted.reply(), 0, buffer, 33, accepted.reply().length);

        assertThat(initiator.onReply(buffer, 33, 1_000)).isNotNull();
    }

    @Test
    void aStrangerToTheTicketIsMetWithSilence() {
        Ticket ticket = secrets.ticket(ADDRESSES);
        byte[] wrongSecret = ticket.secret();
        wrongSecret[0] ^= 1;
        byte[] wrongKey = secrets("other").ticket(ADDRESSES).publicKey();
        List<Ticket> strangers = new ArrayList<>();
        strangers.add(new Ticket(0, ticket.ticketId(), ticket.publicKey(), wrongSecret, ADDRESSES));
        strangers.add(new Ticket(0, ticket.ticketId(), wrongKey, ticket.secret(), ADDRESSES));
        strangers.add(new Ticket(0, ticket.ticketId() + 1, ticket.publicKey(), ticket.secret(), ADDRESSES));

        for (Ticket stranger : strangers) {
            assertThat(accept(new InitiatorHandshake(stranger, CLIENT, entropy).initial()))
                    .isNull();
        }
    }

    private TicketSecrets secrets(String seed) {
        return TicketSecrets.generate(new Random(seed.hashCode())::nextBytes, CipherSuite.AES_256_GCM, false);
    }

    @Test
    void protectionCannotBeNegotiatedDown() {
        Ticket ticket = secrets.ticket(ADDRESSES);
        for (int flags = 1; flags < 4; flags++) {
            Ticket altered = new Ticket(flags, ticket.ticketId(), ticket.publicKey(), ticket.secret(), ADDRESSES);
            assertThat(accept(new InitiatorHandshake(altered, CLIENT, entropy).initial()))
                    .as("flags %d", flags)
                    .isNull();
        }
    }

    @Test
    void protectionIsBoundIntoTheNoiseMessageToo() {
        useTicketOf(CipherSuite.AES_256_GCM, true);
        TicketSecrets sealed = new TicketSecrets(
                secrets.ticketId(), secrets.privateKey(), secrets.secret(), CipherSuite.AES_256_GCM, false);
        byte[] initial = initiator.initial();

        initial[1] = 0;
        putMac(initial);
        responder = new ResponderHandshake(sealed);

        assertThat(responder.ephemeralOf(initial, 0, initial.length))
                .as("the MAC is right")
                .isNotNull();
        assertThat(accept(initial)).as("and the prologue differs").isNull();
    }

    @Test
    void aHolderOfTheTicketThatBreaksTheLayoutIsMetWithSilence() {
        byte[] initial = initiator.initial();
        int messageEnd = 16 + 8 + 96;

        assertThat(withMac(initial, messageEnd, 1)).as("filling bytes").isNull();
        assertThat(withMac(initial, 18, 1)).as("reserved").isNull();
        assertThat(withMac(initial, 23, 1)).as("reserved").isNull();
        assertThat(withMac(initial, 17, 0xff)).as("message length").isNull();
        assertThat(withMac(initial, 16, 47)).as("message too short").isNull();
        assertThat(withMac(initial, 16, 96)).as("unchanged").isNotNull();
    }

    private Accepted withMac(byte[] initial, int at, int value) {
        byte[] changed = initial.clone();
        changed[at] = (byte) value;
        putMac(changed);
        return accept(changed);
    }

    private void putMac(byte[] initial) {
        byte[] key = TicketKeys.macKey(secrets.secret());
        System.arraycopy(Hkdf.hmac(key, initial, 0, initial.length - 16), 0, initial, initial.length - 16, 16);
    }

    @Test
    void noiseOfAnyLengthIsMetWithSilenceThoughItsMacIsRight() {
        for (int i = 0; i < 2_000; i++) {
            byte[] noise = new byte[1_200 + random.nextInt(273)];
            random.nextBytes(noise);
            int flags = random.nextInt(10) == 0 ? random.nextInt(256) : 0;
            PacketHeader.write(
                    noise,
                    0,
                    PacketHeader.TYPE_INITIAL,
                    flags,
                    noise.length - PacketHeader.BYTES,
                    secrets.ticketId(),
                    0);
            Arrays.fill(noise, 18, 24, (byte) 0);
            int messageLength = random.nextInt(noise.length);
            Wire.putU16(noise, 16, messageLength);
            Arrays.fill(noise, Math.min(24 + messageLength, noise.length), noise.length, (byte) 0);
            putMac(noise);

            assertThat(accept(noise)).isNull();
        }
    }

    @Test
    void noiseIsNoReply() {
        for (int i = 0; i < 2_000; i++) {
            byte[] noise = new byte[24 + random.nextInt(200)];
            random.nextBytes(noise);
            PacketHeader.write(
                    noise, 0, PacketHeader.TYPE_REPLY, 0, noise.length - PacketHeader.BYTES, CLIENT.connectionId(), 0);
            Wire.putU64(noise, 16, noise.length - 24);

            assertThat(onReply(noise)).isNull();
        }

        assertThat(onReply(accept(initiator.initial()).reply())).isNotNull();
    }

    @Test
    void longerInitialsAreTakenUpToTheirLimit() {
        assertThat(accept(padded(1_472))).isNotNull();
        assertThat(accept(padded(1_473))).isNull();
        assertThat(accept(padded(1_199))).isNull();
    }

    private byte[] padded(int bytes) {
        byte[] initial = Arrays.copyOf(Arrays.copyOf(initiator.initial(), 1_100), bytes);
        Wire.putU16(initial, 2, bytes - PacketHeader.BYTES);
        putMac(initial);
        return initial;
    }

    @Test
    void anInitialSealedForOneConnectionGivesOthersOtherKeys() {
        byte[] initial = initiator.initial();
        Accepted first = accept(initial);
        Accepted second = accept(initial);

        assertThat(first.reply()).isNotEqualTo(second.reply());
        assertThat(carries(first.result().sealer(), onReply(second.reply()).opener()))
                .isFalse();
    }
}
