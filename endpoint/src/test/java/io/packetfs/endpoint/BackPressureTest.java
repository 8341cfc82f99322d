package io.packetfs.endpoint;

import static io.packetfs.endpoint.EnginePair.MS;
import static io.packetfs.endpoint.EnginePair.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.protocol.ReasonCode;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.sim.LinkSettings;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A receiver that does not keep up holds its sender back, and nothing else happens. */
class BackPressureTest {
    private static final LinkSettings PATH =
            LinkSettings.builder().delayMs(10).rateMegabitsPerSecond(100).build();

    private static final int GRAM_BYTES = 20_000;
    private static final int GRAMS = 100;

    private final Recorder client = new Recorder();
    private final Recorder server = new Recorder();

    @Test
    void aReceiverThatStopsReadingHoldsTheSenderBackAndNothingIsLost() {
        EnginePair pair = pair(Engines.tight(Engines.TIGHT_CREDIT_BYTES, true));
        server.keepsCredit = true;
        sendGrams();
        pair.connect(client, connection -> server);
        pair.runFor(5 * SECOND);
        int held = server.delivered.size();
        assertThat(held).isBetween(1, Engines.TIGHT_CREDIT_BYTES / GRAM_BYTES);
        assertThat(server.keptBytes).isLessThanOrEqualTo(Engines.TIGHT_CREDIT_BYTES);
        assertThat(Engines.TIGHT_CREDIT_BYTES - server.keptBytes).isLessThan(GRAM_BYTES + 100);
        assertThat(client.connection.stats().creditBlocked()).isPositive();

        pair.runFor(100 * SECOND); // more than three idle timeouts
        assertThat(server.delivered).hasSize(held);
        assertThat(client.closed || server.closed).isFalse();

        server.readOn();
        assertThat(pair.runUntil(client::isAllAcknowledged, pair.network.nowNs() + 10 * SECOND))
                .isTrue();
        assertThat(server.delivered).hasSize(GRAMS);
    }

    @Test
    void whatIsHeldBackCostsNoPacketsButThoseThatKeepTheConnectionAlive() {
        EnginePair pair = pair(Engines.tight(Engines.TIGHT_CREDIT_BYTES, true));
        server.keepsCredit = true;
        sendGrams();
        pair.connect(client, connection -> server);
        pair.runFor(5 * SECOND);
        long before = client.connection.stats().packetsSent();
        pair.runFor(100 * SECOND);
        assertThat(client.connection.stats().packetsSent() - before).isBetween(5L, 40L);
    }

    @Test
    void withoutKeepAliveAHeldConnectionEndsAtItsIdleTimeout() {
        EnginePair pair = pair(Engines.tight());
        server.keepsCredit = true;
        sendGrams();
        pair.connect(client, connection -> server);
        assertThat(pair.runUntil(() -> client.closed && server.closed, 60 * SECOND))
                .isTrue();
        assertThat(client.closeReason).isEqualTo(ReasonCode.IDLE_TIMEOUT);
        assertThat(pair.network.nowNs()).isBetween(30 * SECOND, 32 * SECOND);
    }

    @Test
    void creditThatReturnsInSmallPartsIsEnoughToGoOn() {
        EnginePair pair = pair(Engines.tight(Engines.TIGHT_CREDIT_BYTES, true));
        server.keepsCredit = true;
        sendGrams();
        pair.connect(client, connection -> server);
        while (server.delivered.size() < GRAMS) {
            int before = server.delivered.size();
            pair.runFor(100 * MS);
            int part = Math.min(server.keptBytes, 5_000);
            server.keptBytes -= part;
            server.connection.returnCredit(part);
            assertThat(server.keptBytes).isLessThanOrEqualTo(Engines.TIGHT_CREDIT_BYTES);
            assertThat(server.delivered.size() - before).isLessThanOrEqualTo(Engines.TIGHT_CREDIT_BYTES / GRAM_BYTES);
            assertThat(pair.network.nowNs()).isLessThan(100 * SECOND);
        }
    }

    @Test
    void aGramThatWaitsForCreditDoesNotHoldUpSmallerOnesOfOtherLanes() {
        EnginePair pair = pair(Engines.tight(Engines.TIGHT_CREDIT_BYTES, true));
        server.keepsCredit = true;
        for (int i = 0; i < 5; i++) {
            client.send(OutboundGram.staged(1, false, new byte[60_000])); // the fifth does not fit
        }
        pair.connect(client, connection -> server);
        pair.runFor(SECOND);
        assertThat(server.delivered).hasSize(4);
        client.send(OutboundGram.staged(2, true, new byte[100]));
        pair.runFor(SECOND);
        assertThat(server.delivered).hasSize(5);
        assertThat(server.delivered.stream().filter(gram -> gram.lane == 2)).hasSize(1);
    }

    @Test
    void theSmallestCreditCarriesGramsOfEverySizeInAnyOrder() {
        int smallest = Engines.TIGHT_LIMITS.slabBytesMax() + Engines.TIGHT_LIMITS.headBytesMax();
        EndpointConfig config = Engines.tight(smallest, true);
        for (long seed = 0; seed < 10; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            EnginePair pair = pair(config);
            Recorder sender = new Recorder();
            for (int i = 0; i < 40; i++) {
                boolean large = random.nextBoolean();
                int bytes = large ? Engines.TIGHT_SLAB_BYTES_MAX : random.nextInt(Engines.TIGHT_SLAB_BYTES_MAX / 2);
                sender.send(OutboundGram.staged(1, false, new byte[bytes]));
            }
            Recorder receiver = new Recorder();
            pair.connect(sender, connection -> receiver);
            assertThat(pair.runUntil(sender::isAllAcknowledged, 60 * SECOND))
                    .as("seed %d: %s", seed, sender)
                    .isTrue();
            assertThat(receiver.delivered).hasSize(40);
        }
    }

    private void sendGrams() {
        for (int i = 0; i < GRAMS; i++) {
            client.send(OutboundGram.staged(1, false, new byte[GRAM_BYTES]));
        }
    }

    private static EnginePair pair(EndpointConfig config) {
        return new EnginePair(5, config, config, CipherSuite.AES_256_GCM, false).links(PATH);
    }
}
