package io.packetfs.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.blob.HeapBlob;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.sim.LinkSettings;
import java.util.SplittableRandom;

/** A transfer of one blob, in grams of 1 MiB, over a pair of engines. */
final class Transfer {
    private static final int GRAM_BYTES = 1 << 20;

    final EnginePair pair;
    final byte[] blob;
    final byte[] landing;
    final Recorder client = new Recorder();
    final Recorder server;
    final Connection connection;

    Transfer(long seed, int bytes, LinkSettings path) {
        this(seed, bytes, path, Engines.config());
    }

    Transfer(long seed, int bytes, LinkSettings path, EndpointConfig config) {
        this(new EnginePair(seed, config, config, CipherSuite.AES_256_GCM, false).links(path), seed, bytes);
    }

    Transfer(EnginePair pair, long seed, int bytes) {
        this.pair = pair;
        blob = new byte[bytes];
        new SplittableRandom(seed).nextBytes(blob);
        landing = new byte[bytes];
        server = new Recorder(new HeapBlob(landing));
        HeapBlob source = new HeapBlob(blob);
        for (int offset = 0; offset < bytes; offset += GRAM_BYTES) {
            client.send(OutboundGram.placed(1, 1, source, offset, Math.min(GRAM_BYTES, bytes - offset)));
        }
        connection = pair.connect(client, c -> server);
    }

    /** Whether everything is acknowledged by {@code limitNs}. */
    boolean run(long limitNs) {
        return pair.runUntil(() -> client.isAllAcknowledged() || client.closed, limitNs) && !client.closed;
    }

    void requireWhole() {
        assertThat(landing).isEqualTo(blob);
        assertThat(server.placedBytes).isEqualTo(blob.length);
    }
}
