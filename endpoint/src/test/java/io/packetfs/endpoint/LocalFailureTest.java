package io.packetfs.endpoint;

import static io.packetfs.endpoint.EnginePair.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.protocol.ReasonCode;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.sim.LinkSettings;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** When a file fails, at whichever operation, both sides end and say why, and no exception leaves the engine. */
class LocalFailureTest {
    private static final int NEVER = Integer.MAX_VALUE;
    private static final int BYTES = 20_000;

    private final byte[] blob = new byte[BYTES];

    /** One transfer, in a large and in small grams, over a path that loses a packet so that there is a repair. */
    private final class Run {
        final EnginePair pair = new EnginePair(4, Engines.config(), Engines.config(), CipherSuite.AES_256_GCM, false)
                .links(LinkSettings.builder().delayMs(10).lossProbability(0.05).build());
        final FailingBlob source;
        final FailingBlob landing;
        final Recorder client = new Recorder();
        final Recorder server;

        Run(int sourceFailsAt, int landingFailsAt) {
            source = FailingBlob.source(blob, sourceFailsAt);
            landing = FailingBlob.landing(new byte[BYTES], landingFailsAt);
            server = new Recorder(landing);
            client.send(OutboundGram.placed(1, 1, source, 0, BYTES - 2_000));
            client.send(OutboundGram.placed(1, 1, source, BYTES - 2_000, 1_700));
            client.send(OutboundGram.placed(1, 1, source, BYTES - 300, 300));
            pair.connect(client, connection -> server);
            pair.runUntil(() -> (client.closed && server.closed) || client.isAllAcknowledged(), 60 * SECOND);
        }

        void requireFailure(Recorder failed, Recorder other) {
            assertThat(ReasonCode.name(failed.closeReason)).isEqualTo("LOCAL_IO");
            assertThat(failed.closedByPeer).isFalse();
            assertThat(failed.closeMessage).startsWith("photos.tar: ").endsWith("no space left");
            assertThat(ReasonCode.name(other.closeReason)).isEqualTo("LOCAL_IO");
            assertThat(other.closedByPeer).isTrue();
            assertThat(other.closeMessage).isEqualTo(failed.closeMessage);
            pair.runFor(60 * SECOND);
            assertThat(pair.client.connectionCount()).isZero();
            assertThat(pair.server.connectionCount()).isZero();
        }
    }

    LocalFailureTest() {
        new SplittableRandom(1).nextBytes(blob);
    }

    @Test
    void aSourceThatFailsEndsBothSidesWhicheverReadFails() {
        int operations = clean().source.operations;
        assertThat(operations).isGreaterThan(20);
        for (int failsAt = 0; failsAt < operations; failsAt++) {
            Run run = new Run(failsAt, NEVER);
            run.requireFailure(run.client, run.server);
        }
    }

    @Test
    void aLandingThatFailsEndsBothSidesWhicheverWriteFails() {
        int operations = clean().landing.operations;
        assertThat(operations).isGreaterThan(15);
        for (int failsAt = 0; failsAt < operations; failsAt++) {
            Run run = new Run(NEVER, failsAt);
            run.requireFailure(run.server, run.client);
        }
    }

    private Run clean() {
        Run run = new Run(NEVER, NEVER);
        assertThat(run.client.isAllAcknowledged()).isTrue();
        return run;
    }
}
