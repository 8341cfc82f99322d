package io.packetfs.endpoint;

import static io.packetfs.endpoint.EnginePair.MS;
import static io.packetfs.endpoint.EnginePair.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.ackwindow.FixedRate;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.PacketFilter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Who waits when a packet is lost: those whose bytes it carried, those behind them on an ordered lane, and nobody else. */
class DeliveryTimesTest {
    private static final int GRAMS = 100;

    /** Each gram fills a packet by itself. */
    private static final int GRAM_BYTES = 1_000;

    private static final long LOST_DATAGRAM = 40;

    /** Sending at a fixed rate, a loss changes nothing but the repair's place in the row. */
    private static final EndpointConfig STEADY = EndpointConfig.defaults(FixedRate.of(2_000_000));

    /** The repair takes its place in a train, so that others may go with the next one. */
    private static final long ON_TIME_NS = 5 * MS;

    @Test
    void onlyTheLostPacketsOwnGramIsLateOnAnUnorderedLane() {
        List<Long> delays = delays(i -> OutboundGram.staged(1, false, slab(i)));
        assertThat(late(delays)).hasSize(1);
        assertThat(delays.get(late(delays).getFirst())).isBetween(20 * MS, 40 * MS);
    }

    @Test
    void anOrderedLaneWaitsForTheLostGramAndTheOthersDoNot() {
        List<Long> delays = delays(i -> OutboundGram.staged(1 + i % 4, i % 4 == 2, slab(i)));
        List<Integer> late = late(delays);
        assertThat(late.size()).isGreaterThan(3);
        assertThat(late).allMatch(i -> i % 4 == 2);
        assertThat(delays.get(late.getFirst())).isBetween(20 * MS, 40 * MS);
    }

    @Test
    void behindALossOnAnOrderedLaneAllComeInOrderAtTheRepairsTime() {
        List<Long> delays = delays(i -> OutboundGram.staged(1, true, slab(i)));
        List<Integer> late = late(delays);
        assertThat(late.size()).isGreaterThan(10);
        for (int i = 1; i < late.size(); i++) {
            assertThat(late.get(i)).isEqualTo(late.get(i - 1) + 1);
            assertThat(delays.get(late.get(i))).isLessThanOrEqualTo(delays.get(late.get(i - 1)));
        }
    }

    /** How much later each gram is delivered when one packet is lost. */
    private static List<Long> delays(IntFunction<OutboundGram> grams) {
        long[] clean = deliveryTimes(grams, PacketFilter.NONE);
        long[] lossy = deliveryTimes(grams, PacketFilter.drop(LOST_DATAGRAM));
        List<Long> delays = new ArrayList<>();
        for (int i = 0; i < GRAMS; i++) {
            delays.add(lossy[i] - clean[i]);
        }
        return delays;
    }

    private static List<Integer> late(List<Long> delays) {
        List<Integer> late = new ArrayList<>();
        for (int i = 0; i < GRAMS; i++) {
            if (delays.get(i) > ON_TIME_NS) {
                late.add(i);
            }
        }
        return late;
    }

    private static long[] deliveryTimes(IntFunction<OutboundGram> grams, PacketFilter filter) {
        EnginePair pair = new EnginePair(3, STEADY, STEADY, CipherSuite.AES_256_GCM, false)
                .links(LinkSettings.builder().delayMs(10).build());
        pair.up().filter(filter);
        Recorder client = new Recorder();
        Recorder server = new Recorder();
        server.clock = pair.network::nowNs;
        for (int i = 0; i < GRAMS; i++) {
            client.send(grams.apply(i));
        }
        pair.connect(client, connection -> server);
        assertThat(pair.runUntil(client::isAllAcknowledged, 10 * SECOND)).isTrue();
        long[] times = new long[GRAMS];
        for (Recorder.Delivered gram : server.delivered) {
            times[ByteBuffer.wrap(gram.slab).getInt()] = gram.atNs;
        }
        return times;
    }

    private static byte[] slab(int index) {
        return ByteBuffer.allocate(GRAM_BYTES).putInt(index).array();
    }
}
