package io.packetfs.endpoint;

import static io.packetfs.endpoint.EnginePair.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packetfs.blob.HeapBlob;
import io.packetfs.protocol.crypto.CipherSuite;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A sender keeps within what its peer takes, or says that it cannot, before anything goes out. */
class PeerLimitsTest {
    private final EnginePair pair =
            new EnginePair(1, Engines.config(), Engines.tight(), CipherSuite.AES_256_GCM, false);
    private final Recorder client = new Recorder();

    @Test
    void descriptorsAreCutToWhatThePeerTakes() {
        byte[] blob = new byte[Engines.TIGHT_SLAB_BYTES_MAX];
        new SplittableRandom(1).nextBytes(blob);
        byte[] landing = new byte[blob.length];
        Recorder server = new Recorder(new HeapBlob(landing));
        client.send(OutboundGram.placed(1, 1, new HeapBlob(blob), 0, blob.length));
        pair.connect(client, connection -> server);
        assertThat(pair.runUntil(client::isAllAcknowledged, 10 * SECOND))
                .as("%s", client)
                .isTrue();
        assertThat(landing).isEqualTo(blob);
    }

    @Test
    void aSlabThatThePeerDoesNotTakeIsRefusedHere() {
        connect();
        OutboundGram large = OutboundGram.staged(1, false, new byte[Engines.TIGHT_SLAB_BYTES_MAX + 1]);
        assertThatThrownBy(() -> client.connection.trySend(large))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("65537 bytes");
        requireStillUsable();
    }

    @Test
    void aLaneDoesNotChangeItsOrder() {
        connect();
        assertThat(client.connection.trySend(OutboundGram.staged(1, false, new byte[1])))
                .isTrue();
        assertThatThrownBy(() -> client.connection.trySend(OutboundGram.staged(1, true, new byte[1])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("lane 1 is unordered");
        client.toSend++;
        requireStillUsable();
    }

    private void connect() {
        pair.connect(client, connection -> new Recorder());
        pair.runUntil(() -> client.connection != null, SECOND);
    }

    private void requireStillUsable() {
        client.send(OutboundGram.staged(1, false, new byte[1]));
        assertThat(pair.runUntil(client::isAllAcknowledged, pair.network.nowNs() + SECOND))
                .isTrue();
        assertThat(client.closed).isFalse();
    }
}
