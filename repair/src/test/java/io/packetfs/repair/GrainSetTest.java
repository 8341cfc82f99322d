package io.packetfs.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.protocol.GramLimits;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class GrainSetTest {
    /** A stretch of bytes and pieces of it on the grid of grains. */
    record Marks(int lengthBytes, List<int[]> pieces) {}

    @Provide
    Arbitrary<Marks> marks() {
        return Arbitraries.integers().between(1, 5_000).flatMap(length -> {
            int grains = (length + GramLimits.GRAIN_BYTES - 1) / GramLimits.GRAIN_BYTES;
            Arbitrary<int[]> piece = Combinators.combine(
                            Arbitraries.integers().between(0, grains - 1),
                            Arbitraries.integers().between(1, grains))
                    .as((from, count) -> {
                        int position = from * GramLimits.GRAIN_BYTES;
                        int end = Math.min(length, position + count * GramLimits.GRAIN_BYTES);
                        return new int[] {position, end - position};
                    });
            return piece.list().ofMaxSize(40).map(pieces -> new Marks(length, pieces));
        });
    }

    @Property
    void answersAsASetOfBytesWould(@ForAll("marks") Marks marks) {
        GrainSet set = new GrainSet();
        set.reset(marks.lengthBytes());
        BitSet twin = new BitSet();
        for (int[] piece : marks.pieces()) {
            int before = twin.cardinality();
            twin.set(piece[0], piece[0] + piece[1]);
            assertThat(set.mark(piece[0], piece[1])).isEqualTo(twin.cardinality() - before);
            assertThat(set.missingBytes()).isEqualTo(marks.lengthBytes() - twin.cardinality());
            assertThat(set.isComplete()).isEqualTo(twin.cardinality() == marks.lengthBytes());
        }
        for (int position = 0; position < marks.lengthBytes(); position += GramLimits.GRAIN_BYTES) {
            int end = marks.lengthBytes();
            assertThat(set.nextMissing(position, end)).isEqualTo(Math.min(end, twin.nextClearBit(position)));
            int present = twin.nextSetBit(position);
            assertThat(set.nextPresent(position, end)).isEqualTo(present < 0 ? end : present);
        }
    }

    @Test
    void forgetsEverythingWhenReset() {
        GrainSet set = new GrainSet();
        set.reset(1 << 20);
        set.mark(0, 1 << 20);
        set.reset(100);
        assertThat(set.missingBytes()).isEqualTo(100);
        assertThat(set.nextPresent(0, 100)).isEqualTo(100);
    }

    @Test
    void aStretchOfNoBytesIsComplete() {
        GrainSet set = new GrainSet();
        set.reset(0);
        assertThat(set.isComplete()).isTrue();
    }
}
