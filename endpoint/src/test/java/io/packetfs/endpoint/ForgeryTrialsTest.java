package io.packetfs.endpoint;

import static io.packetfs.endpoint.EnginePair.MS;
import static io.packetfs.endpoint.EnginePair.SECOND;
import static io.packetfs.endpoint.Frames.Gram.staged;
import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.protocol.PacketHeader;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.sim.Corruption;
import io.packetfs.sim.LinkCounters;
import io.packetfs.sim.LinkEvent;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.PacketFilter.Verdict;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold when packets are damaged, and when somebody on the path damages, copies, cuts and joins them on purpose. */
class ForgeryTrialsTest {
    private static final InetSocketAddress STRANGER = EnginePair.address(99, 9_999);

    private static final LinkSettings TEN_MS =
            LinkSettings.builder().delayMs(10).rateMegabitsPerSecond(50).build();

    private final Recorder application = new Recorder();

    // by chance

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nothingWrongIsDeliveredThroughALinkThatDamagesDatagrams(boolean checksummed) {
        for (long seed = 1; seed <= 8; seed++) {
            EndpointConfig patient = Engines.patient(60 * SECOND);
            EnginePair pair = new EnginePair(seed, patient, patient, CipherSuite.AES_256_GCM, checksummed)
                    .links(TEN_MS.toBuilder().corruption(Corruption.ofBits(0.3)).build());
            Transfer transfer = new Transfer(pair, seed, 1_500_000);
            assertThat(pair.runUntil(() -> transfer.server.connection != null, 60 * SECOND))
                    .isTrue();
            pair.links(TEN_MS.toBuilder()
                    .corruption(new Corruption(0.02, 3, (int) (1 + seed * 7)))
                    .build());
            assertThat(transfer.run(pair.network.nowNs() + 120 * SECOND))
                    .as("seed %d: %s", seed, transfer.client)
                    .isTrue();
            transfer.requireWhole();
            pair.runFor(SECOND);
            long damaged =
                    corrupted(pair.up().counters()) + corrupted(pair.down().counters());
            assertThat(damaged).isGreaterThan(50);
            assertThat(rejected(pair.client, transfer.connection) + rejected(pair.server, transfer.server.connection))
                    .isGreaterThanOrEqualTo(damaged);
        }
    }

    private static long corrupted(LinkCounters counters) {
        return counters.datagrams(LinkEvent.CORRUPTED);
    }

    private static long rejected(Endpoint endpoint, Connection connection) {
        EndpointStats stats = endpoint.stats();
        ConnectionStats packets = connection.stats();
        return stats.truncated()
                + stats.foreign()
                + stats.unknownConnection()
                + stats.initialsRejected()
                + stats.repliesRejected()
                + packets.packetsDiscarded()
                + packets.packetsDuplicate();
    }

    // by somebody on the path

    @Test
    void everyDatagramTwiceIsReadOnce() {
        Transfer transfer = new Transfer(1, 300_000, TEN_MS);
        transfer.pair.up().filter(datagram -> Verdict.DUPLICATE);
        transfer.pair.down().filter(datagram -> Verdict.DUPLICATE);
        assertThat(transfer.run(10 * SECOND)).isTrue();
        transfer.pair.runFor(SECOND);
        transfer.requireWhole();
        ConnectionStats server = transfer.server.connection.stats();
        ConnectionStats client = transfer.connection.stats();
        assertThat(server.packetsReceived()).isEqualTo(client.packetsSent());
        assertThat(server.packetsDuplicate()).isEqualTo(client.packetsSent());
        assertThat(client.packetsDuplicate()).isEqualTo(server.packetsSent());
        assertThat(server.framesDuplicate()).isZero();
        assertThat(client.packetsLost()).isZero();
    }

    @Test
    void datagramsReplayedMuchLaterAreCountedAndNotAnswered() {
        Transfer transfer = new Transfer(2, 300_000, TEN_MS);
        List<byte[]> recorded = new ArrayList<>();
        transfer.pair.up().filter(datagram -> {
            recorded.add(datagram.copy());
            return Verdict.PASS;
        });
        assertThat(transfer.run(10 * SECOND)).isTrue();
        transfer.pair.runFor(SECOND);
        long answers = transfer.pair.down().counters().datagrams(LinkEvent.SENT);
        ConnectionStats before = transfer.server.connection.stats();
        int replayed = 0;
        for (byte[] datagram : List.copyOf(recorded)) {
            transfer.pair.network.inject(
                    replayed++ % 2 == 0 ? STRANGER : transfer.pair.clientPort.localAddress(),
                    transfer.pair.serverPort.localAddress(),
                    datagram,
                    0,
                    0);
        }
        transfer.pair.runFor(SECOND);
        ConnectionStats after = transfer.server.connection.stats();
        assertThat(transfer.pair.down().counters().datagrams(LinkEvent.SENT)).isEqualTo(answers);
        assertThat(after.packetsReceived()).isEqualTo(before.packetsReceived());
        assertThat(after.packetsDuplicate() - before.packetsDuplicate()).isEqualTo(replayed - 1);
        assertThat(transfer.pair.server.stats().initialsReplayed()).isEqualTo(1);
        transfer.requireWhole();
    }

    @Test
    void aCopyFromAnotherAddressThatComesFirstDoesNotRedirectTheTraffic() {
        Transfer transfer = new Transfer(3, 300_000, TEN_MS);
        EnginePair pair = transfer.pair;
        pair.up().filter(datagram -> {
            boolean established = pair.server.connectionCount() > 0;
            if (established) {
                pair.network.inject(STRANGER, datagram.destination(), datagram.copy(), 0, 0);
            }
            return Verdict.PASS;
        });
        assertThat(transfer.run(10 * SECOND)).isTrue();
        transfer.requireWhole();
        assertThat(transfer.server.connection.stats().packetsDuplicate()).isGreaterThan(100);
        assertThat(transfer.server.connection.peer()).isEqualTo(pair.clientPort.localAddress());
        PathStats paths = transfer.server.connection.pathStats();
        assertThat(paths.changes()).isZero();
        assertThat(paths.refusals()).isPositive();
        // it is asked whether it is the peer, and sent nothing else
        assertThat(pair.network
                        .link(pair.serverPort.localAddress().getAddress(), STRANGER.getAddress())
                        .counters()
                        .datagrams(LinkEvent.SENT))
                .isBetween(1L, paths.trials() * PathTrial.CHALLENGES_MAX);
    }

    @Test
    void theTransferGoesOnWhileForgeriesOfEveryDatagramComeBeforeIt() {
        Transfer transfer = new Transfer(4, 300_000, TEN_MS);
        EnginePair pair = transfer.pair;
        byte[][] previous = {new byte[] {0}};
        pair.up().filter(datagram -> {
            byte[] genuine = datagram.copy();
            inject(pair, Arrays.copyOf(genuine, 1 + (int) (datagram.index() * 37 % genuine.length)));
            byte[] spliced = genuine.clone();
            int cut = (int) (datagram.index() * 53 % Math.min(genuine.length, previous[0].length));
            System.arraycopy(previous[0], cut, spliced, cut, Math.min(genuine.length, previous[0].length) - cut);
            if (!Arrays.equals(spliced, genuine)) {
                inject(pair, spliced);
            }
            previous[0] = genuine;
            return Verdict.PASS;
        });
        assertThat(transfer.run(20 * SECOND)).isTrue();
        transfer.requireWhole();
        assertThat(transfer.client.closed || transfer.server.closed).isFalse();
        assertThat(transfer.server.connection.stats().packetsDiscarded()).isGreaterThan(100);
        assertThat(pair.server.stats().truncated()).isGreaterThan(100);
        assertThat(transfer.connection.stats().packetsLost()).isZero();
    }

    private static void inject(EnginePair pair, byte[] datagram) {
        pair.network.inject(pair.clientPort.localAddress(), pair.serverPort.localAddress(), datagram, 9 * MS, 0);
    }

    // one packet, taken apart

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPacketCutShortAnywhereIsRejectedAndCounted(boolean checksummed) {
        HostilePeer peer = peer(checksummed);
        byte[] genuine = peer.seal(1, new Frames().whole(staged(0, 200)));
        EndpointStats stats = peer.victim.endpoint.stats();
        for (int bytes = 1; bytes < genuine.length; bytes++) {
            byte[] cut = Arrays.copyOf(genuine, bytes);
            long truncated = stats.truncated();
            peer.deliver(cut);
            assertThat(stats.truncated() - truncated).as("%d bytes", bytes).isEqualTo(1);
            if (bytes >= PacketHeader.BYTES) {
                // and again, with a length that fits
                cut[2] = (byte) (bytes - PacketHeader.BYTES);
                cut[3] = (byte) ((bytes - PacketHeader.BYTES) >>> 8);
                long discarded = peer.connection.stats().packetsDiscarded();
                peer.deliver(cut);
                assertThat(peer.connection.stats().packetsDiscarded() - discarded)
                        .as("%d bytes", bytes)
                        .isEqualTo(1);
            }
        }
        requireTaken(peer, genuine);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPacketWithAnyBitInvertedIsRejectedAndCounted(boolean checksummed) {
        HostilePeer peer = peer(checksummed);
        byte[] genuine = peer.seal(1, new Frames().whole(staged(0, 60)));
        for (int bit = 0; bit < genuine.length * 8; bit++) {
            byte[] damaged = genuine.clone();
            damaged[bit >>> 3] ^= (byte) (1 << (bit & 7));
            long before = rejected(peer.victim.endpoint, peer.connection);
            peer.deliver(damaged);
            assertThat(rejected(peer.victim.endpoint, peer.connection))
                    .as("bit %d", bit)
                    .isGreaterThan(before);
            assertThat(application.delivered).isEmpty();
        }
        requireTaken(peer, genuine);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPacketJoinedFromTwoIsRejectedAndCounted(boolean checksummed) {
        HostilePeer peer = peer(checksummed);
        byte[] one = peer.seal(1, new Frames().whole(staged(0, 200)));
        byte[] other = peer.seal(2, new Frames().whole(staged(1, 200)));
        for (int cut = 9; cut < one.length; cut++) {
            // byte 8, the number's lowest, is the first in which they differ
            byte[] joined = one.clone();
            System.arraycopy(other, cut, joined, cut, other.length - cut);
            if (!Arrays.equals(joined, one)) {
                long before = peer.connection.stats().packetsDiscarded();
                peer.deliver(joined);
                assertThat(peer.connection.stats().packetsDiscarded() - before)
                        .as("cut at %d", cut)
                        .isEqualTo(1);
            }
        }
        requireTaken(peer, one);
        peer.deliver(other);
        assertThat(application.delivered).hasSize(2);
    }

    /** What was forged has not used up the packet's number. */
    private void requireTaken(HostilePeer peer, byte[] genuine) {
        assertThat(application.delivered).isEmpty();
        assertThat(peer.isClosed()).isFalse();
        peer.deliver(genuine);
        assertThat(application.delivered).hasSize(1);
    }

    private HostilePeer peer(boolean checksummed) {
        return new HostilePeer(Engines.tight(), application, new Frames().ping(), checksummed);
    }
}
