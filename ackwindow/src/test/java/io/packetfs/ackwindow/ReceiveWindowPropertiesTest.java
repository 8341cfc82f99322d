package io.packetfs.ackwindow;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.protocol.AckRanges;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** {@link ReceiveWindow} against sets that remember everything. */
class ReceiveWindowPropertiesTest {
    private static final int NO_ECN = -1;

    @Property(tries = 200)
    void reportsWhatArrivedAndTellsNewFromSeen(
            @ForAll long seed,
            @ForAll @DoubleRange(min = 0, max = 0.5) double loss,
            @ForAll @IntRange(max = 400) int depth) {
        SplittableRandom random = new SplittableRandom(seed);
        ReceiveWindow window = new ReceiveWindow(25_000_000);
        TreeSet<Long> arrived = new TreeSet<>();
        for (long next = 0; next < 2_000; next++) {
            long number = Math.max(0, next - random.nextInt(depth + 1));
            if (random.nextDouble() < loss) {
                continue;
            }
            assertThat(window.isNew(number)).isEqualTo(!arrived.contains(number));
            if (arrived.add(number)) {
                window.onPacket(next * 1_000, number, true, NO_ECN);
            }
        }

        List<long[]> expected = highestRanges(arrived, AckRanges.COUNT_MAX);
        assertThat(window.packets()).isEqualTo(arrived.size());
        if (window.rangesDropped() == 0) {
            assertThat(reported(window)).usingRecursiveComparison().isEqualTo(expected);
        } else {
            // A number below the lowest range that had to leave may be missing, never one that did not arrive.
            assertThat(arrived).containsAll(numbers(reported(window)));
        }
    }

    @Property(tries = 200)
    void packetsTakenInARowAreTakenAsOneByOne(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 300) int rowMax,
            @ForAll @IntRange(max = 400) int depth) {
        SplittableRandom random = new SplittableRandom(seed);
        ReceiveWindow rows = new ReceiveWindow(25_000_000);
        ReceiveWindow single = new ReceiveWindow(25_000_000);
        for (int step = 1; step <= 400; step++) {
            long nowNs = step * 40_000L;
            int ecn = random.nextInt(5) - 1;
            if (random.nextBoolean()) {
                int count = 1 + random.nextInt(rowMax);
                rows.onNextPackets(nowNs, count, ecn);
                for (int i = 0; i < count; i++) {
                    single.onPacket(nowNs, single.largest() + 1, true, ecn);
                }
            } else {
                long number = Math.max(0, single.largest() + 20 - random.nextInt(depth + 1));
                boolean isNew = single.isNew(number);
                assertThat(rows.isNew(number)).isEqualTo(isNew);
                if (isNew) {
                    boolean isEliciting = random.nextInt(4) > 0;
                    rows.onPacket(nowNs, number, isEliciting, ecn);
                    single.onPacket(nowNs, number, isEliciting, ecn);
                }
            }
            assertThat(rows.isAckDue(nowNs)).isEqualTo(single.isAckDue(nowNs));
            assertThat(rows.ackDeadlineNs()).isEqualTo(single.ackDeadlineNs());
            assertThat(rows.ackDelayNs(nowNs + 7)).isEqualTo(single.ackDelayNs(nowNs + 7));
            assertThat(reported(rows)).usingRecursiveComparison().isEqualTo(reported(single));
            if (random.nextInt(3) == 0) {
                rows.onAckSent(nowNs, step);
                single.onAckSent(nowNs, step);
            }
            if (random.nextInt(10) == 0) {
                rows.onAckAcknowledged(single.largest());
                single.onAckAcknowledged(single.largest());
            }
        }
        assertThat(rows.packets()).isEqualTo(single.packets());
        assertThat(rows.duplicates()).isEqualTo(single.duplicates());
        assertThat(List.of(rows.ect0(), rows.ect1(), rows.ce()))
                .isEqualTo(List.of(single.ect0(), single.ect1(), single.ce()));
        for (long number = Math.max(0, single.largest() - 8_000); number <= single.largest() + 70; number++) {
            assertThat(rows.isNew(number)).isEqualTo(single.isNew(number));
        }
    }

    @Property(tries = 200)
    void everythingIsReportedUntilAReportOfItWasRead(
            @ForAll long seed,
            @ForAll @DoubleRange(min = 0, max = 0.3) double loss,
            @ForAll @IntRange(max = 60) int depth) {
        SplittableRandom random = new SplittableRandom(seed);
        ReceiveWindow window = new ReceiveWindow(25_000_000);
        Set<Long> arrived = new HashSet<>();
        Set<Long> knownToSender = new HashSet<>();
        List<List<long[]>> reports = new ArrayList<>();
        for (long next = 0; next < 1_500; next++) {
            long number = Math.max(0, next - random.nextInt(depth + 1));
            if (random.nextDouble() >= loss && arrived.add(number)) {
                window.onPacket(next * 1_000, number, true, NO_ECN);
            }
            if (!arrived.isEmpty() && random.nextInt(3) == 0) {
                reports.add(reported(window));
                window.onAckSent(next * 1_000, reports.size());
            }
            if (!reports.isEmpty() && random.nextInt(4) == 0) {
                // Any report may be the one that got through, old or new.
                List<long[]> read = reports.get(Math.max(0, reports.size() - 1 - random.nextInt(20)));
                knownToSender.addAll(numbers(read));
                window.onAckAcknowledged(read.getFirst()[1]);
            }
            if (next % 50 == 0 && window.rangesDropped() == 0) {
                Set<Long> visible = new HashSet<>(knownToSender);
                visible.addAll(numbers(reported(window)));
                assertThat(visible).as("after %d, seed %d", next, seed).isEqualTo(arrived);
            }
        }
    }

    private static List<long[]> reported(ReceiveWindow window) {
        AckRanges ranges = new AckRanges();
        window.fill(ranges);
        List<long[]> result = new ArrayList<>();
        for (int i = 0; i < ranges.count(); i++) {
            result.add(new long[] {ranges.first(i), ranges.last(i)});
        }
        return result;
    }

    private static Set<Long> numbers(List<long[]> ranges) {
        Set<Long> result = new HashSet<>();
        for (long[] range : ranges) {
            for (long number = range[0]; number <= range[1]; number++) {
                result.add(number);
            }
        }
        return result;
    }

    private static List<long[]> highestRanges(NavigableSet<Long> numbers, int countMax) {
        List<long[]> result = new ArrayList<>();
        for (long number : numbers.descendingSet()) {
            if (!result.isEmpty() && result.getLast()[0] == number + 1) {
                result.getLast()[0] = number;
            } else if (result.size() < countMax) {
                result.add(new long[] {number, number});
            } else {
                break;
            }
        }
        return result;
    }
}
