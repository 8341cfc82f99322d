package io.packetfs.endpoint;

import static io.packetfs.endpoint.EnginePair.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.ackwindow.Bbr;
import io.packetfs.ackwindow.CongestionControllerSupplier;
import io.packetfs.ackwindow.Cubic;
import io.packetfs.blob.HeapBlob;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.sim.EcnMarking;
import io.packetfs.sim.LinkEvent;
import io.packetfs.sim.LinkSettings;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Congestion marks help where they are honest, and harm nothing where they are not. */
class EcnTrialsTest {
    private static final int BYTES = 12 << 20;

    /** What became of one transfer. */
    private record Outcome(long durationNs, long dropped, long marked, long bleached) {}

    @Test
    void marksInTimeSpareCubicTheDrops() {
        Outcome dropping = transfer(path(EcnMarking.NONE), Cubic.supplier());

        Outcome marking = transfer(path(EcnMarking.aboveQueueBytes(50_000)), Cubic.supplier());

        assertThat(dropping.dropped).isPositive();
        assertThat(marking.marked).isPositive();
        assertThat(marking.dropped).isLessThan(dropping.dropped / 2);
        assertThat(marking.durationNs).isLessThan(dropping.durationNs * 11 / 10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bbr", "cubic"})
    void aPathThatBleachesMarksIsLikeOneWithoutThem(String policy) {
        Outcome plain = transfer(path(EcnMarking.NONE), policy(policy));

        Outcome bleached = transfer(path(EcnMarking.BLEACHED), policy(policy));

        assertThat(bleached.bleached).isBetween(1L, 200L);
        assertThat(bleached.durationNs).isLessThan(plain.durationNs * 11 / 10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bbr", "cubic"})
    void aPathThatMarksEverythingIsReactedToButNotForLong(String policy) {
        Outcome plain = transfer(path(EcnMarking.NONE), policy(policy));

        Outcome marked = transfer(path(EcnMarking.ALL_CE), policy(policy));

        assertThat(marked.marked).isBetween(100L, 1_500L);
        assertThat(marked.durationNs).isLessThan(plain.durationNs * 3);
    }

    private static LinkSettings path(EcnMarking marking) {
        return LinkSettings.builder()
                .delayMs(10)
                .rateMegabitsPerSecond(50)
                .queueBytesMax(150_000)
                .ecnMarking(marking)
                .build();
    }

    private static Outcome transfer(LinkSettings path, CongestionControllerSupplier policy) {
        EndpointConfig config = EndpointConfig.defaults(policy);
        EnginePair pair = new EnginePair(9, config, config, CipherSuite.AES_256_GCM, false).links(path);
        byte[] blob = new byte[BYTES];
        new SplittableRandom(9).nextBytes(blob);
        byte[] landing = new byte[BYTES];
        Recorder client = new Recorder();
        for (int offset = 0; offset < BYTES; offset += 1 << 20) {
            client.send(OutboundGram.placed(1, 1, new HeapBlob(blob), offset, 1 << 20));
        }
        Recorder server = new Recorder(new HeapBlob(landing));
        pair.connect(client, connection -> server);

        assertThat(pair.runUntil(() -> client.isAllAcknowledged() || client.closed, 60 * SECOND))
                .isTrue();

        assertThat(landing).isEqualTo(blob);
        return new Outcome(
                pair.network.nowNs(),
                pair.up().counters().datagrams(LinkEvent.QUEUE_DROPPED),
                pair.up().counters().datagrams(LinkEvent.MARKED),
                pair.up().counters().datagrams(LinkEvent.BLEACHED));
    }

    private static CongestionControllerSupplier policy(String name) {
        return name.equals("bbr") ? Bbr.supplier() : Cubic.supplier();
    }
}
