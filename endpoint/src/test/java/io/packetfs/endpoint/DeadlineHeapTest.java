package io.packetfs.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class DeadlineHeapTest {
    private static final class Entry extends Timed {
        long twinDeadlineNs = NEVER;
    }

    @Property(tries = 200)
    void answersAsAListWould(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        DeadlineHeap heap = new DeadlineHeap();
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            entries.add(new Entry());
        }
        for (int step = 0; step < 2_000; step++) {
            Entry entry = entries.get(random.nextInt(entries.size()));
            if (random.nextInt(4) == 0) {
                entry.twinDeadlineNs = Timed.NEVER;
                heap.remove(entry);
            } else {
                entry.twinDeadlineNs = random.nextLong(1_000);
                heap.schedule(entry, entry.twinDeadlineNs);
            }
            long earliestNs =
                    entries.stream().mapToLong(e -> e.twinDeadlineNs).min().orElseThrow();
            assertThat(heap.earliestNs()).isEqualTo(earliestNs);
            if (random.nextInt(3) == 0) {
                Entry due = (Entry) heap.pollDue(500);
                assertThat(due == null).isEqualTo(earliestNs > 500);
                if (due != null) {
                    assertThat(due.twinDeadlineNs).isEqualTo(earliestNs);
                    due.twinDeadlineNs = Timed.NEVER;
                }
            }
        }
    }

    @Test
    void ordersDeadlinesAcrossTheWrapOfTheClock() {
        DeadlineHeap heap = new DeadlineHeap();
        Entry before = new Entry();
        Entry after = new Entry();
        heap.schedule(after, Long.MIN_VALUE + 10);
        heap.schedule(before, Long.MAX_VALUE - 10);
        assertThat(heap.pollDue(Long.MIN_VALUE + 20)).isSameAs(before);
        assertThat(heap.pollDue(Long.MIN_VALUE + 20)).isSameAs(after);
        assertThat(heap.pollDue(Long.MIN_VALUE + 20)).isNull();
    }
}
