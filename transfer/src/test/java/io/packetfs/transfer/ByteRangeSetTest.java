package io.packetfs.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.transfer.record.ByteRange;
import java.util.BitSet;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ByteRangeSetTest {
    private static final int SPACE = 64;

    @Test
    void mergesRangesThatTouch() {
        ByteRangeSet set = new ByteRangeSet();
        set.add(0, 10);
        set.add(20, 10);
        set.add(10, 10);

        assertThat(set.ranges()).containsExactly(new ByteRange(0, 30));
    }

    /** Each random operation on the set and on one bit per byte. */
    @Property(tries = 300)
    void answersAsANaiveSetDoes(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ByteRangeSet set = new ByteRangeSet();
        BitSet twin = new BitSet();
        for (int i = 0; i < 60; i++) {
            int offset = random.nextInt(SPACE);
            int length = 1 + random.nextInt(SPACE / 4);
            BitSet range = new BitSet();
            range.set(offset, offset + length);
            range.and(twin);
            int inside = range.cardinality();
            assertThat(set.contains(offset, length)).isEqualTo(inside == length);
            assertThat(set.overlaps(offset, length)).isEqualTo(inside > 0);
            assertThat(set.within(offset, length).stream()
                            .mapToLong(ByteRange::length)
                            .sum())
                    .isEqualTo(inside);
            if (random.nextBoolean()) {
                assertThat(set.add(offset, length)).isEqualTo(length - inside);
                twin.set(offset, offset + length);
            } else {
                assertThat(set.remove(offset, length)).isEqualTo(inside);
                twin.clear(offset, offset + length);
            }
            requireSame(set, twin);
        }
    }

    private static void requireSame(ByteRangeSet set, BitSet twin) {
        BitSet seen = new BitSet();
        long end = -1;
        for (ByteRange range : set.ranges()) {
            assertThat(range.offset()).isGreaterThan(end);
            end = range.end();
            seen.set((int) range.offset(), (int) range.end());
        }
        assertThat(seen).isEqualTo(twin);
        assertThat(set.bytes()).isEqualTo(twin.cardinality());
    }
}
