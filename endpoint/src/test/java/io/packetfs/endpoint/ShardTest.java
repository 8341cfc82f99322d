package io.packetfs.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.packetfs.blob.HeapBlob;
import io.packetfs.endpoint.agent.ShardExchange;
import io.packetfs.protocol.Shards;
import io.packetfs.sim.LinkSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntSupplier;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several endpoints behind one address, in virtual time. */
class ShardTest {
    private static final int CLIENTS = 6;
    private static final int BYTES = 3 << 20;
    private static final int GRAM_BYTES = 1 << 18;
    private static final LinkSettings LOSSY = LinkSettings.builder()
            .delayMs(5)
            .rateMegabitsPerSecond(200)
            .lossProbability(0.02)
            .build();

    private final byte[] blob = new byte[BYTES];
    private final List<Recorder> clients = new ArrayList<>();
    private final List<Recorder> accepted = new ArrayList<>();
    private final List<HeapBlob> landings = new ArrayList<>();
    private final List<Connection> connections = new ArrayList<>();
    private ShardedServer server;

    /** Clients from different addresses, each with a blob. */
    private void start(long seed, int shards, LinkSettings path) {
        server = new ShardedServer(seed, shards, path);
        server.listen(connection -> {
            HeapBlob landing = new HeapBlob(BYTES);
            Recorder recorder = new Recorder(landing);
            landings.add(landing);
            accepted.add(recorder);
            connections.add(connection);
            return recorder;
        });
        new SplittableRandom(seed).nextBytes(blob);
    }

    private void connectAll() {
        for (int i = 0; i < CLIENTS; i++) {
            Recorder client = new Recorder();
            for (int offset = 0; offset < BYTES; offset += GRAM_BYTES) {
                client.send(OutboundGram.placed(1, 1, new HeapBlob(blob), offset, GRAM_BYTES));
            }
            clients.add(client);
            server.connect(i, client);
        }
    }

    private boolean allAcknowledged() {
        return clients.stream().allMatch(Recorder::isAllAcknowledged);
    }

    private void requireWhole() {
        assertThat(landings).hasSize(CLIENTS);
        for (HeapBlob landing : landings) {
            assertThat(landing.array()).isEqualTo(blob);
        }
    }

    private long sum(ToLongFunction<EndpointStats> counter) {
        return server.shards.stream().map(Endpoint::stats).mapToLong(counter).sum();
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,2", "3,4"})
    void everyTransferIsWholeWhicheverShardItsDatagramsComeTo(long seed, int shards) {
        start(seed, shards, LOSSY);
        SplittableRandom random = new SplittableRandom(seed);
        server.kernel = () -> random.nextInt(shards);
        connectAll();

        assertThat(server.runUntil(this::allAcknowledged, 20 * EnginePair.SECOND))
                .as("%s", clients)
                .isTrue();

        requireWhole();
        assertThat(sum(EndpointStats::unknownConnection)).isZero();
        assertThat(sum(EndpointStats::passedDropped)).isZero();
        assertThat(sum(EndpointStats::passedOn)).isEqualTo(sum(EndpointStats::passedIn));
        if (shards == 1) {
            assertThat(sum(EndpointStats::passedOn)).isZero();
        } else {
            assertThat(sum(EndpointStats::passedOn)).isGreaterThan(sum(EndpointStats::datagrams) / (shards + 1));
        }
    }

    @Test
    void aConnectionLivesInTheShardThatItsIdNames() {
        start(4, 4, LOSSY);
        server.kernel = counter(4);
        connectAll();
        server.runUntil(this::allAcknowledged, 20 * EnginePair.SECOND);

        int[] expected = new int[4];
        for (Connection connection : connections) {
            expected[Shards.ofConnectionId(connection.connectionId(), 4)]++;
        }
        for (int shard = 0; shard < 4; shard++) {
            assertThat(server.shards.get(shard).connectionCount()).isEqualTo(expected[shard]);
        }
        assertThat(connections).hasSize(CLIENTS);
    }

    @Test
    void aPeerWhoseAddressChangesStaysInItsShardThoughTheKernelSendsItElsewhere() {
        start(5, 2, LOSSY);
        int[] socket = {0};
        server.kernel = () -> socket[0];
        connectAll();
        server.runUntil(
                () -> accepted.size() == CLIENTS
                        && accepted.stream().allMatch(recorder -> recorder.placedBytes > BYTES / 3),
                20 * EnginePair.SECOND);

        socket[0] = 1;
        for (int i = 0; i < CLIENTS; i++) {
            server.rebind(i, 40 + i);
        }

        assertThat(server.runUntil(this::allAcknowledged, 20 * EnginePair.SECOND))
                .as("%s", clients)
                .isTrue();
        requireWhole();
        assertThat(connections)
                .allSatisfy(connection ->
                        assertThat(connection.pathStats().changes()).isEqualTo(1));
    }

    @ParameterizedTest
    @ValueSource(longs = {6, 7, 8})
    void aReplayThatComesInByAnotherShardMakesNoSecondConnection(long seed) {
        start(
                seed,
                4,
                LinkSettings.builder()
                        .delayNs(EnginePair.MS)
                        .duplicateProbability(1)
                        .build());
        server.kernel = counter(4);
        connectAll();

        assertThat(server.runUntil(this::allAcknowledged, 20 * EnginePair.SECOND))
                .isTrue();

        assertThat(accepted).hasSize(CLIENTS);
        assertThat(sum(EndpointStats::initialsReplayed)).isGreaterThanOrEqualTo(CLIENTS);
    }

    @Test
    void whatAShardCannotReadFastEnoughIsLostAndCounted() {
        ShardExchange exchange = new ShardExchange(2);
        Shard first = exchange.shard(0);
        byte[] datagram = new byte[100];

        for (int i = 0; i < ShardExchange.PASSED_MAX; i++) {
            assertThat(first.exchange().pass(1, EnginePair.address(1, 1), datagram, 0, 100, 0))
                    .isTrue();
        }

        assertThat(first.exchange().pass(1, EnginePair.address(1, 1), datagram, 0, 100, 0))
                .isFalse();
        assertThat(exchange.shard(1).exchange().pass(0, EnginePair.address(1, 1), datagram, 0, 100, 0))
                .as("the other way")
                .isTrue();
    }

    @Test
    void shardsAreNumberedWithinAPowerOfTwo() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ShardExchange(3));
        assertThatIllegalArgumentException().isThrownBy(() -> new ShardExchange(2).shard(2));
        assertThatIllegalArgumentException().isThrownBy(() -> new ShardExchange(2).shard(-1));
    }

    private static IntSupplier counter(int shards) {
        int[] next = {0};
        return () -> next[0]++ % shards;
    }
}
