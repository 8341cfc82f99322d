package io.packetfs.repair;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RepairQueueTest {
    @Test
    void takesARangePieceByPiece() {
        RepairQueue queue = new RepairQueue();
        queue.add(SentFrames.CHUNK, 7, 64, 100);
        queue.advance(48);
        assertThat(queue.position()).isEqualTo(112);
        assertThat(queue.length()).isEqualTo(52);
        queue.advance(52);
        assertThat(queue.isEmpty()).isTrue();
    }

    @Property(tries = 200)
    void keepsTheOrderOfTheLosses(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        RepairQueue queue = new RepairQueue();
        ArrayDeque<Integer> twin = new ArrayDeque<>();
        for (int step = 0; step < 2_000; step++) {
            if (random.nextInt(5) < 3) {
                queue.add(SentFrames.HEAD, step, 0, 1);
                twin.add(step);
            } else if (!twin.isEmpty()) {
                assertThat(queue.gramId()).isEqualTo(twin.remove().longValue());
                queue.remove();
            }
            assertThat(queue.size()).isEqualTo(twin.size());
        }
    }
}
