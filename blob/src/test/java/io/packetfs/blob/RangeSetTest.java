package io.packetfs.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class RangeSetTest {
    private static final int SIZE = 64;

    record Change(boolean adds, int start, int end) {}

    @Property
    void behavesAsASetOfPositions(@ForAll("changes") List<Change> changes, @ForAll("change") Change asked) {
        RangeSet ranges = new RangeSet();
        BitSet twin = new BitSet(SIZE);
        for (Change change : changes) {
            if (change.adds) {
                ranges.add(change.start, change.end);
            } else {
                ranges.remove(change.start, change.end);
            }
            twin.set(change.start, change.end, change.adds);

            assertThat(positions(ranges)).isEqualTo(twin);
        }
        if (asked.start < asked.end) {
            assertThat(ranges.contains(asked.start, asked.end)).isEqualTo(twin.nextClearBit(asked.start) >= asked.end);
        }
        assertThat(ranges.isEmpty()).isEqualTo(twin.isEmpty());
    }

    @Test
    void rangesThatTouchBecomeOne() {
        RangeSet ranges = new RangeSet();

        ranges.add(0, 16);
        ranges.add(32, 48);
        ranges.add(16, 32);

        assertThat(ranges.count()).isOne();
        assertThat(ranges.contains(0, 48)).isTrue();
    }

    @Test
    void saysWhenItIsCrowded() {
        RangeSet ranges = new RangeSet();
        for (int i = 0; i < RangeSet.RANGE_COUNT_MAX; i++) {
            assertThat(ranges.isCrowded()).isFalse();
            ranges.add(10 * i, 10 * i + 1);
        }

        assertThat(ranges.isCrowded()).isTrue();
    }

    @Provide
    Arbitrary<List<Change>> changes() {
        return change().list().ofMaxSize(30);
    }

    @Provide
    Arbitrary<Change> change() {
        Arbitrary<Integer> position = Arbitraries.integers().between(0, SIZE);
        return Combinators.combine(Arbitraries.of(true, true, false), position, position)
                .as((adds, a, b) -> new Change(adds, Math.min(a, b), Math.max(a, b)));
    }

    /** The positions of all ranges, which have to ascend without touching each other. */
    private static BitSet positions(RangeSet ranges) {
        BitSet positions = new BitSet(SIZE);
        for (int i = 0; i < ranges.count(); i++) {
            assertThat(ranges.start(i)).as(ranges.toString()).isLessThan(ranges.end(i));
            if (i > 0) {
                assertThat(ranges.start(i)).as(ranges.toString()).isGreaterThan(ranges.end(i - 1));
            }
            positions.set(ranges.start(i), ranges.end(i));
        }
        return positions;
    }
}
