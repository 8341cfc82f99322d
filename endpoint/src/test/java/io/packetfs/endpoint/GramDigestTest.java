package io.packetfs.endpoint;

import static io.packetfs.endpoint.EnginePair.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.ackwindow.Bbr;
import io.packetfs.blob.HeapBlob;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.sim.LinkSettings;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is known of a gram's payload where it has arrived. */
class GramDigestTest {
    private static final int BYTES = 300_000;

    @ParameterizedTest(name = "placed {0}, with a digest {1}")
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void theDigestIsThatOfThePayloadWhetherTheGramCameWithOneOrNot(boolean placed, boolean digested) {
        byte[] payload = new byte[BYTES];
        new SplittableRandom(3).nextBytes(payload);
        OutboundGram gram = placed
                ? OutboundGram.placed(1, 1, new HeapBlob(payload), 0, BYTES)
                : OutboundGram.staged(1, false, payload);
        HeapBlob landing = new HeapBlob(BYTES);
        Recorder client = new Recorder();
        Recorder server = new Recorder(landing);
        client.send(digested ? gram : gram.withoutDigest());

        EndpointConfig config = EndpointConfig.defaults(Bbr.supplier());
        EnginePair pair = new EnginePair(5, config, config, CipherSuite.AES_256_GCM, false)
                .links(LinkSettings.builder().delayMs(10).lossProbability(0.02).build());
        pair.connect(client, connection -> server);
        assertThat(pair.runUntil(client::isAllAcknowledged, 10 * SECOND)).isTrue();

        CRC32C crc = new CRC32C();
        crc.update(payload);
        assertThat(server.delivered).hasSize(1);
        assertThat(server.delivered.getFirst().digest).isEqualTo((int) crc.getValue());
        assertThat(gram.digest()).isEqualTo(digested ? (int) crc.getValue() : 0);
        assertThat(placed ? landing.array() : server.delivered.getFirst().slab).isEqualTo(payload);
    }
}
