package io.packetfs.endpoint;

import static io.packetfs.endpoint.EnginePair.MS;
import static io.packetfs.endpoint.EnginePair.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.ackwindow.Bbr;
import io.packetfs.ackwindow.CongestionControllerSupplier;
import io.packetfs.ackwindow.FixedRate;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.sim.LinkCounters;
import io.packetfs.sim.LinkEvent;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.PacketFilter.Verdict;
import io.packetfs.sim.SimPort;
import java.net.InetSocketAddress;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold when a peer's address changes in the middle of a transfer, and when somebody pretends that it did. */
class PathChangeTrialsTest {
    private static final InetSocketAddress STRANGER = EnginePair.address(99, 9_999);
    private static final int SEEDS = 30;

    private static final LinkSettings TEN_MS = LinkSettings.builder()
            .delayMs(10)
            .rateMegabitsPerSecond(20)
            .queueBytesMax(100_000)
            .build();

    private static final LinkSettings LOSSY =
            TEN_MS.toBuilder().lossProbability(0.03).jitterNs(3 * MS).build();

    private static Transfer transfer(long seed, int bytes, LinkSettings path) {
        return transfer(seed, bytes, path, Bbr.supplier());
    }

    /** A transfer at 15 Mbit/s, however early a stranger's copies of its packets come. */
    private static Transfer steadyTransfer(long seed, int bytes, LinkSettings path) {
        return transfer(seed, bytes, path, FixedRate.of(15_000_000 / 8));
    }

    private static Transfer transfer(long seed, int bytes, LinkSettings path, CongestionControllerSupplier congestion) {
        EndpointConfig config = EndpointConfig.defaults(congestion);
        return new Transfer(
                new EnginePair(seed, config, config, CipherSuite.AES_256_GCM, false).links(path), seed, bytes);
    }

    /** Gives a port another address at times that follow from the seed, until the transfer is over. */
    private static final class Wanderer {
        private final SplittableRandom random;
        private final Transfer transfer;
        private final SimPort[] ports;
        private int changes;

        Wanderer(long seed, Transfer transfer, SimPort... ports) {
            random = new SplittableRandom(seed);
            this.transfer = transfer;
            this.ports = ports;
        }

        boolean run(long limitNs) {
            while (transfer.pair.network.nowNs() < limitNs) {
                if (transfer.run(transfer.pair.network.nowNs() + random.nextLong(SECOND, 4 * SECOND))) {
                    return true;
                }
                if (transfer.client.closed) {
                    return false;
                }
                SimPort port = ports[changes % ports.length];
                int host = random.nextBoolean() ? hostOf(port) : 10 + random.nextInt(200);
                port.rebind(EnginePair.address(host, 10_000 + changes));
                changes++;
            }
            return false;
        }

        private static int hostOf(SimPort port) {
            return port.externalAddress().getAddress().getAddress()[3] & 0xff;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sender", "receiver", "both"})
    void theTransferGoesOnWhileAddressesChangeEveryFewSeconds(String who) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Transfer transfer = transfer(seed, 16 << 20, seed % 2 == 0 ? LOSSY : TEN_MS);
            SimPort[] ports = switch (who) {
                case "sender" -> new SimPort[] {transfer.pair.clientPort};
                case "receiver" -> new SimPort[] {transfer.pair.serverPort};
                default -> new SimPort[] {transfer.pair.clientPort, transfer.pair.serverPort};
            };
            Wanderer wanderer = new Wanderer(seed, transfer, ports);

            assertThat(wanderer.run(60 * SECOND))
                    .as("seed %d: %s", seed, transfer.client)
                    .isTrue();

            transfer.requireWhole();
            PathStats sender = transfer.connection.pathStats();
            PathStats receiver = transfer.server.connection.pathStats();
            assertThat(wanderer.changes).isPositive();
            assertThat(sender.changes() + receiver.changes())
                    .as("seed %d: %s %s", seed, sender, receiver)
                    .isBetween(1L, 1L + wanderer.changes);
            assertThat(sender.returns() + receiver.returns()).isZero();
            // 16 MiB take seven seconds; a change costs a round trip, or three probe timeouts if it is the receiver's
            assertThat(transfer.pair.network.nowNs())
                    .as("seed %d, %d changes", seed, wanderer.changes)
                    .isLessThan((9L + wanderer.changes) * SECOND);
        }
    }

    @Test
    void theSameSeedChangesAddressesInTheSameWay() {
        long[] hashes = new long[2];
        for (int i = 0; i < 2; i++) {
            Transfer transfer = transfer(7, 8 << 20, LOSSY);
            assertThat(new Wanderer(7, transfer, transfer.pair.clientPort, transfer.pair.serverPort).run(60 * SECOND))
                    .isTrue();
            hashes[i] = transfer.pair.network.packetLogHash();
        }
        assertThat(hashes[0]).isEqualTo(hashes[1]);
    }

    @Test
    void anotherPortKeepsWhatWasLearnedOfThePath() {
        Transfer transfer = transfer(1, 32 << 20, TEN_MS);
        transfer.pair.runFor(3 * SECOND);
        ConnectionStats before = transfer.connection.stats();

        move(transfer, EnginePair.address(2, 5_555));

        ConnectionStats after = transfer.connection.stats();
        assertThat(after.datagramBytes()).isEqualTo(before.datagramBytes()).isEqualTo(1_472);
        assertThat(after.congestionWindowBytes()).isGreaterThan(before.congestionWindowBytes() / 2);
        assertThat(after.rttNsMin()).isEqualTo(before.rttNsMin());
    }

    @Test
    void anotherHostIsAnotherPathOfWhichNothingIsKnown() {
        Transfer transfer = transfer(1, 32 << 20, TEN_MS);
        transfer.pair.runFor(3 * SECOND);
        assertThat(transfer.connection.stats().congestionWindowBytes()).isGreaterThan(40_000);

        move(transfer, EnginePair.address(33, 5_555));

        ConnectionStats after = transfer.connection.stats();
        assertThat(after.datagramBytes()).isEqualTo(EndpointConfig.DATAGRAM_BYTES_MIN);
        assertThat(after.congestionWindowBytes()).isLessThanOrEqualTo(10 * 1_472);
        assertThat(after.rttNsSmoothed()).isBetween(20 * MS, 25 * MS);
        assertThat(transfer.run(60 * SECOND)).isTrue();
        assertThat(transfer.connection.stats().datagramBytes()).isEqualTo(1_472);
    }

    /** The receiver moves, and time passes until its sender has noticed. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoWaitsForAnAnswerIsFoundSoonAtAnotherAddress(boolean awaits) {
        Recorder client = new Recorder();
        Recorder server = new Recorder();
        EndpointConfig config = EndpointConfig.defaults(Bbr.supplier());
        EnginePair pair = new EnginePair(3, config, config, CipherSuite.AES_256_GCM, false).links(TEN_MS);
        pair.connect(client, connection -> server);
        client.send(OutboundGram.staged(1, false, new byte[100]));
        pair.runUntil(() -> pair.network.nowNs() > 3 * SECOND, 4 * SECOND); // until all is quiet
        client.connection.awaitsPeer(awaits);
        long movedNs = pair.network.nowNs();

        pair.clientPort.rebind(EnginePair.address(50, 5_000));
        server.send(OutboundGram.staged(1, false, new byte[100]));

        assertThat(pair.runUntil(() -> !client.delivered.isEmpty(), 30 * SECOND))
                .isTrue();
        long answeredNs = pair.network.nowNs() - movedNs;
        if (awaits) {
            assertThat(answeredNs).isLessThan(SECOND);
        } else {
            // by its keep-alive
            assertThat(answeredNs).isBetween(5 * SECOND, 12 * SECOND);
        }
    }

    private static void move(Transfer transfer, InetSocketAddress address) {
        transfer.pair.serverPort.rebind(address);
        assertThat(transfer.pair.runUntil(
                        () -> transfer.connection.pathStats().changes() == 1,
                        transfer.pair.network.nowNs() + 5 * SECOND))
                .isTrue();
        assertThat(transfer.connection.peer()).isEqualTo(address);
    }

    // somebody pretends

    @Test
    void whoCopiesPacketsGainsNothing() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Transfer transfer = steadyTransfer(seed, 6 << 20, LOSSY);
            transfer.pair.up().filter(datagram -> {
                if (transfer.pair.server.connectionCount() > 0) {
                    transfer.pair.network.inject(STRANGER, datagram.destination(), datagram.copy(), 0, 0);
                }
                return Verdict.PASS;
            });

            assertThat(transfer.run(30 * SECOND)).as("seed %d", seed).isTrue();

            transfer.requireWhole();
            PathStats stats = transfer.server.connection.pathStats();
            assertThat(stats.changes()).as("%s", stats).isZero();
            assertThat(transfer.server.connection.peer()).isEqualTo(transfer.pair.clientPort.localAddress());
            LinkCounters toStranger = toStranger(transfer);
            assertThat(toStranger.datagrams(LinkEvent.SENT)).isEqualTo(stats.challengesSent() / 2);
            // one trial of at most five challenges in a second or more
            assertThat(stats.trials()).isLessThanOrEqualTo(1 + transfer.pair.network.nowNs() / SECOND);
            assertThat(stats.packetsIgnored()).isGreaterThan(100);
        }
    }

    @Test
    void whoCopiesPacketsAndForwardsChallengesDoesNotKeepTheConnection() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Transfer transfer = steadyTransfer(seed, 6 << 20, TEN_MS);
            EnginePair pair = transfer.pair;
            pair.up().filter(datagram -> {
                if (pair.server.connectionCount() > 0) {
                    pair.network.inject(STRANGER, datagram.destination(), datagram.copy(), 0, 0);
                }
                return Verdict.PASS;
            });
            // what is sent to the stranger reaches the peer before anything that is sent to the peer itself
            pair.network
                    .link(pair.serverPort.localAddress().getAddress(), STRANGER.getAddress())
                    .filter(datagram -> {
                        pair.network.inject(
                                pair.serverPort.localAddress(), pair.clientPort.localAddress(), datagram.copy(), 0, 0);
                        return Verdict.DROP;
                    });

            assertThat(transfer.run(30 * SECOND)).as("seed %d", seed).isTrue();

            transfer.requireWhole();
            PathStats stats = transfer.server.connection.pathStats();
            assertThat(stats.changes()).isPositive();
            assertThat(stats.returns()).isEqualTo(stats.changes());
            assertThat(transfer.server.connection.peer()).isEqualTo(pair.clientPort.localAddress());
            assertThat(pair.network.nowNs()).isLessThan(5 * SECOND);
        }
    }

    @Test
    void anOldPacketFromElsewhereChangesNothing() {
        Transfer transfer = transfer(3, 2 << 20, TEN_MS);
        transfer.pair.up().filter(datagram -> {
            transfer.pair.network.inject(STRANGER, datagram.destination(), datagram.copy(), 50 * MS, 0);
            return Verdict.PASS;
        });

        assertThat(transfer.run(30 * SECOND)).isTrue();

        assertThat(transfer.server.connection.pathStats().packetsElsewhere()).isZero();
        assertThat(toStranger(transfer).datagrams(LinkEvent.SENT)).isZero();
    }

    private static LinkCounters toStranger(Transfer transfer) {
        return transfer.pair
                .network
                .link(transfer.pair.serverPort.localAddress().getAddress(), STRANGER.getAddress())
                .counters();
    }
}
