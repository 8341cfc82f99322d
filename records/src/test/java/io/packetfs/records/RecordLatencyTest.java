package io.packetfs.records;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How long records take in virtual time, where it can be told exactly: 1,000 records of 1 KB per second, 40 ms of round trip, 2 % of loss.
 * The first second, in which the congestion window still grows, does not count.
 */
class RecordLatencyTest {
    private static final int WARM_UP = 1_000;
    private static final int RECORDS = 10_000;
    private static final int RECORD_BYTES = 1_024;
    private static final double LOSS = 0.02;
    private static final long PERIOD_NS = VirtualPair.MS;
    private static final long ONE_WAY_NS = 20 * VirtualPair.MS;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void onAnUnorderedLaneOnlyLostRecordsWaitAndNotLong(long seed) throws Exception {
        long[] latencies = latencies(seed, false);

        assertThat(percentile(latencies, 0.97)).isLessThanOrEqualTo(ONE_WAY_NS * 12 / 10);
        assertThat(percentile(latencies, 0.99)).isLessThanOrEqualTo(2 * ONE_WAY_NS * 19 / 10);
    }

    @Test
    void onAnOrderedLaneThoseBehindALostRecordWaitForIt() throws Exception {
        long[] latencies = latencies(1, true);

        assertThat(percentile(latencies, 0.5)).isGreaterThan(ONE_WAY_NS * 12 / 10);
    }

    /** Sorted; counted from when a record was to be sent. */
    private static long[] latencies(long seed, boolean ordered) throws GramException {
        VirtualPair pair = new VirtualPair(seed, VirtualPair.link(ONE_WAY_NS / VirtualPair.MS, LOSS));
        GramConnection connection = pair.connect();
        GramLane out = ordered ? connection.orderedLane(1) : connection.lane(1);
        long[] latencies = new long[WARM_UP + RECORDS];
        int[] count = new int[1];
        pair.accepted().lane(1).onRecord(record -> {
            ByteBuffer fields = ByteBuffer.wrap(record);
            long sentNs = fields.getLong();
            latencies[fields.getInt()] = pair.network.nowNs() - sentNs;
            count[0]++;
        });
        long startNs = pair.network.nowNs() + PERIOD_NS;
        for (int i = 0; i < latencies.length; i++) {
            long intendedNs = startNs + i * PERIOD_NS;
            pair.runFor(intendedNs - pair.network.nowNs());
            byte[] record = new byte[RECORD_BYTES];
            ByteBuffer.wrap(record).putLong(intendedNs).putInt(i);
            assertThat(out.tryOffer(record)).isTrue();
        }
        pair.runUntil(() -> count[0] == latencies.length, 10 * VirtualPair.SECOND);
        long[] counted = Arrays.copyOfRange(latencies, WARM_UP, latencies.length);
        Arrays.sort(counted);
        return counted;
    }

    private static long percentile(long[] sorted, double share) {
        return sorted[(int) (sorted.length * share)];
    }
}
