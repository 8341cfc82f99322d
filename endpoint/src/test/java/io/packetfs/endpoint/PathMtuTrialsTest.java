package io.packetfs.endpoint;

import static io.packetfs.endpoint.EnginePair.MS;
import static io.packetfs.endpoint.EnginePair.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.ackwindow.Bbr;
import io.packetfs.blob.HeapBlob;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.sim.LinkSettings;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What must hold when a path does not carry what it carried before. */
class PathMtuTrialsTest {
    private static final int BYTES = 12 << 20;

    private final byte[] blob = new byte[BYTES];
    private final byte[] landing = new byte[BYTES];
    private final Recorder client = new Recorder();
    private final Recorder server = new Recorder(new HeapBlob(landing));
    private final EndpointConfig config = EndpointConfig.defaults(Bbr.supplier());
    private final EnginePair pair = new EnginePair(5, config, config, CipherSuite.AES_256_GCM, false);
    private Connection connection;

    @Test
    void usesWhatThePathCarries() {
        start(path(1_400, 0));

        assertThat(finish(10 * SECOND)).isTrue();

        assertThat(connection.stats().datagramBytes()).isBetween(1_384, 1_400);
        assertThat(landing).isEqualTo(blob);
    }

    @Test
    void goesOnWithSmallPacketsWhenLargeOnesBeginToVanish() {
        start(path(1_472, 0));
        pair.runUntil(() -> false, 500 * MS);
        assertThat(connection.stats().datagramBytes()).isEqualTo(1_472);

        pair.links(path(1_300, 0));
        assertThat(finish(10 * SECOND)).isTrue();

        assertThat(connection.stats().datagramBytes()).isEqualTo(EndpointConfig.DATAGRAM_BYTES_MIN);
        assertThat(landing).isEqualTo(blob);
        // 12 MiB take two seconds at 50 Mbit/s; one more is for noticing.
        assertThat(pair.network.nowNs()).isLessThan(3_500 * MS);
    }

    @Test
    void heavyLossIsNotTakenForASmallerPath() {
        start(path(1_472, 0.2));

        assertThat(finish(30 * SECOND)).isTrue();

        assertThat(connection.stats().datagramBytes()).isEqualTo(1_472);
    }

    @Test
    void aDarkPathIsNotTakenForASmallerOne() {
        start(path(1_472, 0));
        pair.runUntil(() -> false, 500 * MS);

        pair.links(path(1_472, 1.0));
        pair.runUntil(() -> false, 3 * SECOND);
        pair.links(path(1_472, 0));
        assertThat(finish(20 * SECOND)).isTrue();

        assertThat(connection.stats().datagramBytes()).isEqualTo(1_472);
        assertThat(landing).isEqualTo(blob);
    }

    private void start(LinkSettings path) {
        pair.links(path);
        new SplittableRandom(5).nextBytes(blob);
        for (int offset = 0; offset < BYTES; offset += 1 << 20) {
            client.send(OutboundGram.placed(1, 1, new HeapBlob(blob), offset, 1 << 20));
        }
        connection = pair.connect(client, accepted -> server);
    }

    private boolean finish(long limitNs) {
        return pair.runUntil(() -> client.isAllAcknowledged() || client.closed, limitNs) && !client.closed;
    }

    private static LinkSettings path(int payloadBytesMax, double loss) {
        return LinkSettings.builder()
                .delayMs(10)
                .rateMegabitsPerSecond(50)
                .queueBytesMax(150_000)
                .payloadBytesMax(payloadBytesMax)
                .lossProbability(loss)
                .build();
    }
}
