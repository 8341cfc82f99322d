package io.packetfs.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.endpoint.Frames.Gram;
import io.packetfs.protocol.ReasonCode;
import io.packetfs.protocol.crypto.CipherSuite;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An application that ends its connection from within a callback hears nothing more, and nothing of it is touched any more. */
class EndingFromWithinTest {
    private static final int LANDING_BYTES = 1_024;

    /** Ends the connection at the first of the events it is told to. */
    private static final class Quitter implements ConnectionListener {
        final List<String> heard = new ArrayList<>();
        private final String endsOn;
        private final GuardedLanding landing = new GuardedLanding(LANDING_BYTES);

        Quitter(String endsOn) {
            this.endsOn = endsOn;
        }

        private void hear(Connection connection, String event) {
            heard.add(event);
            if (event.equals(endsOn)) {
                connection.close(ReasonCode.APPLICATION, "enough");
            }
        }

        @Override
        public void onConnected(Connection connection) {
            connection.registerLanding(1, landing);
            hear(connection, "connected");
        }

        @Override
        public void onGramDelivered(Connection connection, DeliveredGram gram) {
            hear(connection, "delivered");
        }

        @Override
        public void onGramAcknowledged(Connection connection, OutboundGram gram) {
            hear(connection, "acknowledged");
        }

        @Override
        public void onWritable(Connection connection) {
            hear(connection, "writable");
        }

        @Override
        public void onClosed(Connection connection, int reason, String message, boolean byPeer) {
            heard.add("closed");
        }
    }

    @Test
    void nothingBehindADeliveryThatEndsTheConnectionHasAnEffect() {
        Quitter quitter = new Quitter("delivered");
        HostilePeer peer = new HostilePeer(Engines.tight(), quitter);
        peer.send(new Frames()
                .whole(Gram.staged(0, 10))
                .whole(Gram.staged(1, 10))
                .chunk(Gram.placed(2, 0, 160), 0, 160, 1, 0));
        assertThat(quitter.heard).containsExactly("connected", "delivered", "closed");
        assertThat(quitter.landing.writes).isZero();
        assertThat(peer.closeReason).isEqualTo(ReasonCode.APPLICATION);
    }

    @Test
    void gramsBehindADeliveryThatEndsTheConnectionAreNotAcknowledged() {
        Recorder sender = new Recorder();
        Quitter quitter = new Quitter("delivered");
        EnginePair pair = new EnginePair(1, Engines.config(), Engines.config(), CipherSuite.AES_256_GCM, false);
        pair.connect(sender, accepted -> quitter);
        sender.send(OutboundGram.staged(1, false, new byte[10]));
        sender.send(OutboundGram.staged(1, false, new byte[10]));

        assertThat(pair.runUntil(() -> sender.closed, EnginePair.SECOND)).isTrue();

        assertThat(quitter.heard).containsExactly("connected", "delivered", "closed");
        assertThat(sender.acknowledged).isEmpty();
    }

    @Test
    void gramsThatWaitedForTheirTurnAreNotDeliveredAfterTheEnd() {
        Quitter quitter = new Quitter("delivered");
        HostilePeer peer = new HostilePeer(Engines.tight(), quitter);
        peer.send(new Frames()
                .whole(Gram.staged(0, 10).ordered(1, 2))
                .whole(Gram.staged(1, 10).ordered(1, 1))
                .whole(Gram.staged(2, 10).ordered(1, 0)));
        assertThat(quitter.heard).containsExactly("connected", "delivered", "closed");
    }

    @Test
    void theFirstPacketIsNotReadWhenTheApplicationEndsTheConnectionAtOnce() {
        Quitter quitter = new Quitter("connected");
        HostilePeer peer = new HostilePeer(Engines.tight(), quitter, new Frames().whole(Gram.staged(0, 10)));
        assertThat(quitter.heard).containsExactly("connected", "closed");
        assertThat(peer.closeReason).isEqualTo(ReasonCode.APPLICATION);
    }

    @Test
    void oneAcknowledgementOfManyGramsTellsNothingAfterTheEnd() {
        Quitter quitter = new Quitter("acknowledged");
        EnginePair pair = new EnginePair(1, Engines.config(), Engines.config(), CipherSuite.AES_256_GCM, false);
        Connection connection = pair.connect(quitter, accepted -> new Recorder());
        pair.runUntil(() -> connection.state() == ConnectionState.CONNECTED, EnginePair.SECOND);
        for (int i = 0; i < 5; i++) {
            assertThat(connection.trySend(OutboundGram.staged(1, false, new byte[10])))
                    .isTrue();
        }
        pair.runFor(EnginePair.SECOND);
        assertThat(quitter.heard).containsExactly("connected", "acknowledged", "closed");
    }
}
