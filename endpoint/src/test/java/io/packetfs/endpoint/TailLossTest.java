package io.packetfs.endpoint;

import static io.packetfs.endpoint.EnginePair.MS;
import static io.packetfs.endpoint.EnginePair.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.sim.LinkEvent;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.PacketFilter;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Losses at the end, which no later packet reveals: what they cost is bounded in round trips. */
class TailLossTest {
    private static final long ROUND_TRIP_NS = 100 * MS;
    private static final LinkSettings PATH = LinkSettings.builder().delayMs(50).build();
    private static final int BYTES = 40_000;

    private final Transfer clean = new Transfer(1, BYTES, PATH);
    private final long upCount;
    private final long downCount;

    TailLossTest() {
        assertThat(clean.run(10 * SECOND)).isTrue();
        upCount = clean.pair.up().counters().datagrams(LinkEvent.SENT);
        downCount = clean.pair.down().counters().datagrams(LinkEvent.SENT);
    }

    @Test
    void theLastPacketLostCostsOneAndAHalfRoundTrips() {
        assertThat(costOfLosing(last(upCount, 1), new long[0])).isLessThanOrEqualTo(3 * ROUND_TRIP_NS / 2);
    }

    @Test
    void theLastTwoPacketsLostCostNoMoreThanOne() {
        assertThat(costOfLosing(last(upCount, 2), new long[0])).isLessThanOrEqualTo(3 * ROUND_TRIP_NS / 2);
    }

    @Test
    void theLastAckLostCostsOneAndAHalfRoundTrips() {
        assertThat(costOfLosing(new long[0], last(downCount, 1))).isLessThanOrEqualTo(3 * ROUND_TRIP_NS / 2);
    }

    @Test
    void theLastPacketAndItsRepairLostCostOneMoreDoubledTimeout() {
        long[] lost = LongStream.range(upCount - 1, upCount + 2).toArray();
        assertThat(costOfLosing(lost, new long[0])).isLessThanOrEqualTo(4 * ROUND_TRIP_NS);
    }

    @Test
    void aLongTailLostIsRepairedInFewRoundTrips() {
        assertThat(costOfLosing(last(upCount, 12), new long[0])).isLessThanOrEqualTo(7 * ROUND_TRIP_NS / 2);
    }

    /** How much later everything is acknowledged. */
    private long costOfLosing(long[] up, long[] down) {
        Transfer transfer = new Transfer(1, BYTES, PATH);
        transfer.pair.up().filter(PacketFilter.drop(up));
        transfer.pair.down().filter(PacketFilter.drop(down));
        assertThat(transfer.run(30 * SECOND)).isTrue();
        transfer.requireWhole();
        long cost = transfer.pair.network.nowNs() - clean.pair.network.nowNs();
        assertThat(cost).as("the loss was noticed").isPositive();
        return cost;
    }

    private static long[] last(long count, int lost) {
        return LongStream.range(count - lost, count).toArray();
    }
}
