package io.packetfs.endpoint;

import static io.packetfs.endpoint.EnginePair.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.protocol.ReasonCode;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.sim.Blackout;
import io.packetfs.sim.LinkSettings;
import org.junit.jupiter.api.Test;

class IdleTimeoutTest {
    private static final LinkSettings PATH = LinkSettings.builder().delayMs(10).build();

    private final Recorder client = new Recorder();
    private final Recorder server = new Recorder();

    @Test
    void theSmallerTimeoutHoldsForBothSides() {
        EnginePair pair = pair(Engines.tight(), withIdleTimeout(Engines.tight(), 5_000));
        assertThat(pair.runUntil(() -> client.closed && server.closed, 60 * SECOND))
                .isTrue();
        assertThat(client.closeReason).isEqualTo(ReasonCode.IDLE_TIMEOUT);
        assertThat(server.closeReason).isEqualTo(ReasonCode.IDLE_TIMEOUT);
        assertThat(pair.network.nowNs()).isBetween(5 * SECOND, 6 * SECOND);
    }

    @Test
    void oneSideThatKeepsAliveIsEnoughForBoth() {
        EnginePair pair =
                pair(Engines.tight(Engines.TIGHT_CREDIT_BYTES, true), withIdleTimeout(Engines.tight(), 3_000));
        pair.runFor(100 * SECOND);
        assertThat(client.closed || server.closed).isFalse();
        pair.links(
                PATH.toBuilder().blackout(Blackout.since(pair.network.nowNs())).build());
        pair.runFor(4 * SECOND);
        assertThat(client.closed && server.closed).isTrue();
    }

    private static EndpointConfig withIdleTimeout(EndpointConfig config, int ms) {
        return config.toBuilder().idleTimeoutMs(ms).build();
    }

    private EnginePair pair(EndpointConfig clientConfig, EndpointConfig serverConfig) {
        EnginePair pair = new EnginePair(1, clientConfig, serverConfig, CipherSuite.AES_256_GCM, false).links(PATH);
        pair.connect(client, connection -> server);
        return pair;
    }
}
