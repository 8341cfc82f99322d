package io.packetfs.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.protocol.ReasonCode;
import io.packetfs.sim.LinkSettings;
import org.junit.jupiter.api.Test;

/** A peer hears of the end, though nobody acknowledges a CLOSE. spec: END-1 */
class FarewellTest {
    private static final LinkSettings CLEAN = LinkSettings.builder().delayMs(20).build();
    private static final LinkSettings DARK =
            CLEAN.toBuilder().lossProbability(1).build();

    private final EnginePair pair = new EnginePair(1).links(CLEAN);
    private final Recorder client = new Recorder();
    private final Recorder server = new Recorder();
    private final Connection connection = connected();

    private Connection connected() {
        Connection opened = pair.connect(client, accepted -> server);
        assertThat(pair.runUntil(() -> server.connection != null, EnginePair.SECOND))
                .isTrue();
        pair.runFor(EnginePair.SECOND);
        return opened;
    }

    @Test
    void aCloseThatIsLostIsSaidAgainUnasked() {
        pair.up().settings(DARK);
        connection.close(ReasonCode.APPLICATION, "done");
        pair.runFor(EnginePair.MS);
        pair.up().settings(CLEAN);

        assertThat(pair.runUntil(() -> server.closed, pair.network.nowNs() + EnginePair.SECOND))
                .isTrue();
        assertThat(server.closeReason).isEqualTo(ReasonCode.APPLICATION);
        assertThat(connection.state()).isNotEqualTo(ConnectionState.CONNECTED);
    }

    @Test
    void anAgentThatComesLateStillSaysIt() {
        connection.close(ReasonCode.APPLICATION, "done");
        pair.network.advanceTo(pair.network.nowNs() + 5 * EnginePair.SECOND);

        assertThat(pair.runUntil(() -> server.closed, pair.network.nowNs() + EnginePair.SECOND))
                .isTrue();
    }

    @Test
    void whatHasComeIsAcknowledgedWithIt() {
        client.closesOnDelivery = true;
        server.connection.trySend(OutboundGram.staged(0, false, new byte[100]));

        assertThat(pair.runUntil(() -> server.closed, pair.network.nowNs() + EnginePair.SECOND))
                .isTrue();
        assertThat(server.acknowledged).hasSize(1);
    }

    @Test
    void afterThreeProbeTimeoutsNothingIsLeftOfIt() {
        pair.up().settings(DARK);
        long packetsBefore = connection.stats().packetsSent();
        connection.close(ReasonCode.APPLICATION, "done");
        pair.runFor(EnginePair.SECOND);

        assertThat(connection.state()).isEqualTo(ConnectionState.CLOSED);
        assertThat(pair.client.connectionCount()).isZero();
        assertThat(connection.stats().packetsSent() - packetsBefore).isEqualTo(3);
    }
}
