package io.packetfs.endpoint;

import static io.packetfs.endpoint.EnginePair.SECOND;
import static io.packetfs.endpoint.EnginePair.address;
import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.protocol.PacketHeader;
import io.packetfs.protocol.ReasonCode;
import io.packetfs.protocol.Ticket;
import io.packetfs.protocol.TransportParameters;
import io.packetfs.protocol.Wire;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.protocol.handshake.InitiatorHandshake;
import io.packetfs.protocol.handshake.TicketSecrets;
import io.packetfs.sim.Blackout;
import io.packetfs.sim.LinkEvent;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.PacketFilter;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What must hold when strangers, liars and a bad path meet the handshake. */
class HandshakeTrialsTest {
    private static final int INITIALS_IN_TEN_SECONDS = 8;

    private static final InetSocketAddress HERE = address(2, 4002);

    private final TicketSecrets secrets = TicketSecrets.generate(EnginePair.entropy(3), CipherSuite.AES_256_GCM, false);
    private final Ticket ticket = secrets.ticket(List.of(HERE));
    private final LoneEngine server = new LoneEngine(1, Engines.config());
    private int handshakes;

    @BeforeEach
    void listen() {
        server.endpoint.listen(secrets, connection -> new Recorder());
    }

    // who has no ticket

    @Test
    void aWrongTicketGetsNotOnePacketInAnswerAndTheInitiatorGivesUpAtItsTime() {
        Ticket good = new EnginePair(1).ticket;
        byte[] otherSecret = good.secret();
        otherSecret[0] ^= 1;
        byte[] otherKey = TicketSecrets.generate(EnginePair.entropy(9), CipherSuite.AES_256_GCM, false)
                .ticket(List.of(HERE))
                .publicKey();
        requireSilence(new Ticket(0, good.ticketId(), good.publicKey(), otherSecret, good.addresses()));
        requireSilence(new Ticket(0, good.ticketId(), otherKey, good.secret(), good.addresses()));
        requireSilence(new Ticket(0, good.ticketId() + 1, good.publicKey(), good.secret(), good.addresses()));
        requireSilence(
                new Ticket(Ticket.FLAG_CHACHA20, good.ticketId(), good.publicKey(), good.secret(), good.addresses()));
        requireSilence(new Ticket(
                Ticket.FLAG_CHECKSUMMED, good.ticketId(), good.publicKey(), good.secret(), good.addresses()));
    }

    private static void requireSilence(Ticket wrong) {
        EnginePair pair =
                new EnginePair(1).links(LinkSettings.builder().delayMs(10).build());
        Recorder client = new Recorder();
        pair.server.listen(pair.secrets, connection -> {
            throw new AssertionError("a stranger was let in");
        });
        pair.client.connect(pair.network.nowNs(), pair.serverPort.localAddress(), wrong, client);
        assertThat(pair.runUntil(() -> client.closed, 60 * SECOND)).isTrue();
        assertThat(client.closeReason).isEqualTo(ReasonCode.CONNECT_TIMEOUT);
        assertThat(pair.network.nowNs()).isEqualTo(10 * SECOND);
        pair.runFor(60 * SECOND);
        assertThat(pair.up().counters().datagrams(LinkEvent.DELIVERED)).isEqualTo(INITIALS_IN_TEN_SECONDS);
        assertThat(pair.down().counters().datagrams(LinkEvent.SENT)).isZero();
        assertThat(pair.server.stats().initialsRejected()).isEqualTo(INITIALS_IN_TEN_SECONDS);
        assertThat(pair.server.connectionCount()).isZero();
        assertThat(pair.client.connectionCount()).isZero();
    }

    @Test
    void whenNobodyIsThereTheInitiatorGivesUpAtItsTime() {
        EnginePair pair = new EnginePair(1);
        Recorder client = new Recorder();
        pair.client.connect(0, address(77, 7), pair.ticket, client);
        assertThat(pair.runUntil(() -> client.closed, 60 * SECOND)).isTrue();
        assertThat(client.closeReason).isEqualTo(ReasonCode.CONNECT_TIMEOUT);
        assertThat(client.closeMessage).contains("10.0.0.77");
        assertThat(pair.network.nowNs()).isEqualTo(10 * SECOND);
        assertThat(pair.client.connectionCount()).isZero();
        assertThat(pair.client.deadlineNs()).isEqualTo(Timed.NEVER);
    }

    @Test
    void forgedInitialsFromTenThousandAddressesMakeNoStateAndGetNoAnswer() {
        byte[] genuine = initial();
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 10_000; i++) {
            server.receive(stranger(i), forgery(i % 6, genuine, random));
        }
        assertThat(server.takeSent()).isEmpty();
        assertThat(server.endpoint.connectionCount()).isZero();
        assertThat(server.endpoint.deadlineNs()).isEqualTo(Timed.NEVER);
        EndpointStats stats = server.endpoint.stats();
        assertThat(stats.initialsRejected()
                        + stats.foreign()
                        + stats.truncated()
                        + stats.unknownConnection()
                        + stats.repliesRejected())
                .isEqualTo(10_000);
        server.receive(stranger(1), genuine);
        assertThat(server.takeSent()).hasSize(1);
    }

    private static byte[] forgery(int kind, byte[] genuine, SplittableRandom random) {
        byte[] forged = genuine.clone();
        switch (kind) {
            case 0 -> {
                random.nextBytes(forged);
                forged[3] |= (byte) 0x80; // else the rest might be read as further datagrams
            }
            case 1 -> {
                byte[] noise = new byte[genuine.length - PacketHeader.BYTES];
                random.nextBytes(noise);
                System.arraycopy(noise, 0, forged, PacketHeader.BYTES, noise.length);
            }
            case 2 -> forged[forged.length - 1 - random.nextInt(16)] ^= (byte) (1 << random.nextInt(8));
            case 3 -> {
                forged = Arrays.copyOf(genuine, 1 + random.nextInt(genuine.length - 1));
            }
            case 4 -> {
                // cut short, and its length says so
                int bytes = PacketHeader.BYTES + random.nextInt(genuine.length - PacketHeader.BYTES);
                forged = Arrays.copyOf(genuine, bytes);
                forged[2] = (byte) (bytes - PacketHeader.BYTES);
                forged[3] = (byte) ((bytes - PacketHeader.BYTES) >>> 8);
            }
            default -> forged[1] = (byte) (1 + random.nextInt(7)); // another suite or protection
        }
        return forged;
    }

    // who has an INITIAL that somebody else made

    @Test
    void aReplayedInitialMakesNoStateAndIsAnsweredOnlyWhereItFirstCameFrom() {
        byte[] genuine = initial();
        InetSocketAddress first = stranger(0);
        server.receive(first, genuine);
        Map<InetSocketAddress, Integer> sentBytes = new HashMap<>();
        for (int i = 0; i < 1_000; i++) {
            server.receive(stranger(i % 500), genuine);
        }
        server.takeSent().forEach(sent -> sentBytes.merge(sent.destination, sent.bytes.length, Integer::sum));
        assertThat(server.endpoint.connectionCount()).isEqualTo(1);
        assertThat(server.endpoint.stats().initialsReplayed()).isEqualTo(1_000);
        // a REPLY that others can ask for would prove nothing about who has it
        assertThat(sentBytes.keySet()).containsExactly(first);
        assertThat(sentBytes.get(first)).isLessThanOrEqualTo(3 * genuine.length);
        server.advance(61 * SECOND);
        assertThat(server.takeSent()).isEmpty();
        assertThat(server.endpoint.connectionCount()).isZero();
    }

    @Test
    void aReplayDoesNotKeepAnUnprovenConnectionForEver() {
        byte[] genuine = initial();
        server.receive(stranger(0), genuine);
        for (int i = 0; i < 11; i++) {
            server.advance(5 * SECOND);
            server.receive(stranger(0), genuine);
            assertThat(server.endpoint.connectionCount())
                    .as("after %d s", (i + 1) * 5)
                    .isEqualTo(1);
        }
        server.advance(5 * SECOND);
        assertThat(server.endpoint.connectionCount()).isZero();
        server.takeSent();
        server.receive(stranger(0), genuine);
        assertThat(server.takeSent()).isEmpty();
        assertThat(server.endpoint.connectionCount()).isZero();
    }

    @Test
    void aReplayFromElsewhereDoesNotProlongAnUnprovenConnection() {
        byte[] genuine = initial();
        server.receive(stranger(0), genuine);
        server.advance(29 * SECOND);
        server.receive(stranger(1), genuine);
        server.advance(2 * SECOND);
        assertThat(server.endpoint.connectionCount()).isZero();
    }

    @Test
    void aConnectionComesAboutWhenThePathGoesDarkRightBehindItsInitial() {
        EnginePair pair =
                new EnginePair(1).links(LinkSettings.builder().delayMs(5).build());
        pair.up()
                .settings(LinkSettings.builder()
                        .delayMs(5)
                        .blackout(Blackout.between(EnginePair.MS, 12 * SECOND))
                        .build());
        Recorder client = new Recorder();
        Recorder responder = new Recorder();
        pair.connect(client, connection -> responder);

        assertThat(pair.runUntil(() -> responder.connection != null, 20 * SECOND))
                .isTrue();
        assertThat(client.closed).isFalse();
    }

    // what a ticket's holder can make it keep

    @Test
    void unprovenConnectionsAreBoundedAndExpire() {
        for (int i = 0; i < 100; i++) {
            server.receive(stranger(i), initial());
        }
        assertThat(server.takeSent()).hasSize(64);
        assertThat(server.endpoint.connectionCount()).isEqualTo(64);
        assertThat(server.endpoint.stats().initialsCrowdedOut()).isEqualTo(36);
        server.advance(30 * SECOND);
        assertThat(server.endpoint.connectionCount()).isZero();
        assertThat(server.endpoint.unprovenCount()).isZero();
        server.receive(stranger(200), initial());
        assertThat(server.takeSent()).hasSize(1);
    }

    @Test
    void answersThatThePortDoesNotTakeAreBoundedAndCounted() {
        byte[] genuine = initial();
        for (int i = 0; i < 300; i++) {
            server.receiveWithoutSending(stranger(0), genuine);
        }
        assertThat(server.takeSent()).hasSize(256);
        assertThat(server.endpoint.stats().rawDropped()).isEqualTo(44);
    }

    @Test
    void theMemoryOfRepliesIsBoundedAndForgetsTheOldestFirst() {
        ReplyMemory memory = new ReplyMemory();
        for (int i = 0; i < 3 * ReplyMemory.ENTRIES_MAX; i++) {
            memory.remember(key(i), new ReplyMemory.Answer(new byte[0], i, stranger(i)));
        }
        assertThat(memory.size()).isEqualTo(ReplyMemory.ENTRIES_MAX);
        assertThat(memory.answer(key(2 * ReplyMemory.ENTRIES_MAX - 1))).isNull();
        assertThat(memory.answer(key(2 * ReplyMemory.ENTRIES_MAX)).connectionId())
                .isEqualTo(2 * ReplyMemory.ENTRIES_MAX);
    }

    @Test
    void aConnectionThatIsClosedWhileItIsBeingAcceptedLeavesNothing() {
        LoneEngine other = new LoneEngine(2, Engines.config());
        other.endpoint.listen(secrets, connection -> {
            connection.close(ReasonCode.NO_ERROR, "not today");
            return new Recorder();
        });
        other.receive(stranger(0), initial());
        assertThat(other.takeSent()).isEmpty();
        assertThat(other.endpoint.connectionCount()).isZero();
        assertThat(other.endpoint.unprovenCount()).isZero();
    }

    // a bad path

    @Test
    void connectsWhicheverOfTheFirstFourDatagramsOfEachDirectionAreLost() {
        for (int losses = 0; losses < 256; losses++) {
            EndpointConfig patient = Engines.patient(30 * SECOND);
            EnginePair pair = new EnginePair(1, patient, patient, CipherSuite.AES_256_GCM, false)
                    .links(LinkSettings.builder().delayMs(10).build());
            pair.up().filter(PacketFilter.drop(bits(losses & 15)));
            pair.down().filter(PacketFilter.drop(bits(losses >>> 4)));
            Recorder client = new Recorder().send(OutboundGram.staged(1, false, new byte[] {1, 2, 3}));
            Recorder answering = new Recorder();
            pair.connect(client, connection -> answering);
            assertThat(pair.runUntil(client::isAllAcknowledged, 12 * SECOND))
                    .as("losses %s: %s", Integer.toBinaryString(losses), client)
                    .isTrue();
            assertThat(answering.delivered).hasSize(1);
        }
    }

    @Test
    void theInitiatorRepeatsItselfEightTimesAndThenStartsOverWithANewKey() {
        LoneEngine client = new LoneEngine(7, Engines.patient(60 * SECOND));
        Recorder application = new Recorder();
        client.endpoint.connect(0, HERE, ticket, application);
        client.advance(12 * SECOND);
        List<byte[]> initials =
                client.takeSent().stream().map(sent -> sent.bytes).toList();
        assertThat(initials).hasSize(9);
        assertThat(initials.subList(1, 8)).allMatch(initial -> Arrays.equals(initial, initials.getFirst()));
        assertThat(initials.getLast()).isNotEqualTo(initials.getFirst());
        server.receive(stranger(0), initials.getFirst());
        client.receive(HERE, server.takeSent().getFirst().bytes);
        assertThat(application.connection)
                .as("by an answer to what it has given up")
                .isNull();
        server.receive(stranger(0), initials.getLast());
        client.receive(HERE, server.takeSent().getFirst().bytes);
        assertThat(application.connection).isNotNull();
    }

    @Test
    void anInitialThatIsDamagedAnywhereIsNotAnswered() {
        byte[] genuine = initial();
        for (int bit = 0; bit < genuine.length * 8; bit += 5) {
            byte[] damaged = genuine.clone();
            damaged[bit >>> 3] ^= (byte) (1 << (bit & 7));
            server.receive(stranger(0), damaged);
            assertThat(server.takeSent()).as("bit %d", bit).isEmpty();
        }
        assertThat(server.endpoint.connectionCount()).isZero();
        server.receive(stranger(0), genuine);
        assertThat(server.takeSent()).hasSize(1);
    }

    @Test
    void aReplyThatIsDamagedAnywhereConnectsNobodyAndSpoilsNothing() {
        LoneEngine client = new LoneEngine(7, Engines.config());
        Recorder application = new Recorder();
        client.endpoint.connect(0, HERE, ticket, application);
        server.receive(stranger(0), client.takeSent().getFirst().bytes);
        byte[] reply = server.takeSent().getFirst().bytes;
        for (int bit = 0; bit < reply.length * 8; bit++) {
            byte[] damaged = reply.clone();
            damaged[bit >>> 3] ^= (byte) (1 << (bit & 7));
            client.receive(HERE, damaged);
            client.receive(HERE, Arrays.copyOf(reply, bit >>> 3));
        }
        assertThat(application.connection).isNull();
        assertThat(client.takeSent()).isEmpty();
        client.receive(HERE, reply);
        assertThat(application.connection).isNotNull();
    }

    private byte[] initial() {
        TransportParameters parameters = TransportParameters.defaults(77, 1_472, 1 << 20);
        return new InitiatorHandshake(ticket, parameters, EnginePair.entropy(1_000 + handshakes++)).initial();
    }

    private static long[] bits(int set) {
        return LongStream.range(0, 4).filter(i -> (set >>> i & 1) != 0).toArray();
    }

    private static byte[] key(int number) {
        byte[] key = new byte[32];
        Wire.putU32(key, 0, number);
        return key;
    }

    private static InetSocketAddress stranger(int number) {
        return address(100 + number % 100, 1_024 + number);
    }
}
