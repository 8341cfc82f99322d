package io.packetfs.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BottleneckQueueTest {
    private static final long NO_LIMIT = Long.MAX_VALUE;

    private final BottleneckQueue queue = new BottleneckQueue();

    @Test
    void packetsLeaveBackToBackAtTheRate() {
        // 1000 bytes at 8 Mbit/s are 1 ms.
        assertThat(queue.departNs(0, 1_000, 8_000_000, NO_LIMIT)).isEqualTo(1_000_000);
        assertThat(queue.departNs(0, 1_000, 8_000_000, NO_LIMIT)).isEqualTo(2_000_000);
        assertThat(queue.departNs(500_000, 500, 8_000_000, NO_LIMIT)).isEqualTo(2_500_000);
        assertThat(queue.departNs(9_000_000, 1_000, 8_000_000, NO_LIMIT)).isEqualTo(10_000_000);
    }

    @Test
    void partsOfNanosecondsAreNotLost() {
        // One byte at 7 bit/ns takes 8/7 ns: seven of them 8 ns, not 7.
        long departNs = 0;
        for (int i = 0; i < 7_000; i++) {
            departNs = queue.departNs(0, 1, 7_000_000_000L, NO_LIMIT);
        }

        assertThat(departNs).isEqualTo(8_000);
    }

    @Test
    void dropsTheTailWhenTheQueueIsFullAndTakesAgainWhenItHasDrained() {
        assertThat(queue.departNs(0, 1_000, 8_000_000, 2_500)).isEqualTo(1_000_000);
        assertThat(queue.departNs(0, 1_000, 8_000_000, 2_500)).isEqualTo(2_000_000);
        assertThat(queue.departNs(0, 1_000, 8_000_000, 2_500)).isEqualTo(BottleneckQueue.FULL);
        assertThat(queue.departNs(0, 500, 8_000_000, 2_500)).isEqualTo(2_500_000);
        assertThat(queue.departNs(999_999, 1, 8_000_000, 2_500)).isEqualTo(BottleneckQueue.FULL);
        assertThat(queue.departNs(1_000_000, 1_000, 8_000_000, 2_500)).isEqualTo(3_500_000);
        assertThat(queue.queuedBytes()).isEqualTo(2_500);
    }

    @Test
    void anIdleLinkTakesAPacketLargerThanItsQueue() {
        assertThat(queue.departNs(0, 1_500, 12_000_000, 0)).isEqualTo(1_000_000);
        assertThat(queue.departNs(0, 1_500, 12_000_000, 0)).isEqualTo(BottleneckQueue.FULL);
        assertThat(queue.departNs(1_000_000, 1_500, 12_000_000, 0)).isEqualTo(2_000_000);
    }

    @Test
    void withoutALimitPacketsLeaveAtOnceBehindWhatIsQueued() {
        assertThat(queue.departNs(5, 1_000, 0, 0)).isEqualTo(5);
        assertThat(queue.departNs(5, 1_000, 8_000_000, NO_LIMIT)).isEqualTo(1_000_005);
        assertThat(queue.departNs(6, 1_000, 0, 0)).isEqualTo(1_000_005);
        assertThat(queue.departNs(2_000_000, 1_000, 0, 0)).isEqualTo(2_000_000);
    }

    /** Departures in exact fractions, and a queue counted anew from all packets ever taken. */
    @Property
    void answersAsTheNaiveTwinDoes(
            @ForAll @LongRange(min = 1, max = 20_000_000_000L) long rate,
            @ForAll @IntRange(max = 100_000) int bytesMax,
            @ForAll @Size(max = 200) List<@IntRange(min = 1, max = 65_563) Integer> packets,
            @ForAll @Size(min = 200, max = 200) List<@LongRange(max = 100_000) Long> gapsNs) {
        BottleneckQueue tested = new BottleneckQueue();
        List<Long> departures = new ArrayList<>();
        List<Integer> lengths = new ArrayList<>();
        BigInteger busyUntil = BigInteger.ZERO; // in ns * rate
        BigInteger scale = BigInteger.valueOf(rate);
        long nowNs = 0;
        for (int i = 0; i < packets.size(); i++) {
            nowNs += gapsNs.get(i);
            int bytes = packets.get(i);
            long queued = bytes;
            boolean idle = true;
            for (int k = 0; k < departures.size(); k++) {
                if (departures.get(k) > nowNs) {
                    queued += lengths.get(k);
                    idle = false;
                }
            }
            long departNs = tested.departNs(nowNs, bytes, rate, bytesMax);
            if (!idle && queued > bytesMax) {
                assertThat(departNs).isEqualTo(BottleneckQueue.FULL);
                continue;
            }
            BigInteger start = idle ? BigInteger.valueOf(nowNs).multiply(scale) : busyUntil;
            busyUntil = start.add(BigInteger.valueOf(bytes * 8L).multiply(BigInteger.valueOf(1_000_000_000L)));
            assertThat(departNs).isEqualTo(busyUntil.divide(scale).longValueExact());
            departures.add(departNs);
            lengths.add(bytes);
        }
    }
}
