package io.packetfs.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class EventHeapTest {
    /** A list that is searched from end to end: slow, and plainly right. */
    private static final class NaiveTwin {
        private record Item(long timeNs, int value) {}

        private final List<Item> items = new ArrayList<>();

        long nextNs() {
            return items.stream().mapToLong(Item::timeNs).min().orElse(Long.MAX_VALUE);
        }

        int poll() {
            // min() of a sequential stream keeps the first of equals.
            Item first =
                    items.stream().min(Comparator.comparingLong(Item::timeNs)).orElseThrow();
            items.remove(first);
            return first.value();
        }
    }

    @Property
    void answersAsTheNaiveTwinDoes(@ForAll @Size(max = 300) List<@IntRange(min = -20, max = 20) Integer> moves) {
        EventHeap<Integer> heap = new EventHeap<>();
        NaiveTwin twin = new NaiveTwin();
        int value = 0;
        for (int move : moves) {
            if (move >= -5) {
                heap.push(move + 5, value);
                twin.items.add(new NaiveTwin.Item(move + 5, value));
                value++;
            } else if (!heap.isEmpty()) {
                assertThat(heap.poll()).isEqualTo(twin.poll());
            }
            assertThat(heap.size()).isEqualTo(twin.items.size());
            assertThat(heap.nextNs()).isEqualTo(twin.nextNs());
        }
        while (!heap.isEmpty()) {
            assertThat(heap.poll()).isEqualTo(twin.poll());
        }
    }

    @Test
    void itemsOfOneTimeComeOutInTheOrderTheyWentIn() {
        EventHeap<Integer> heap = new EventHeap<>();
        for (int i = 0; i < 1_000; i++) {
            heap.push(7, i);
        }

        for (int i = 0; i < 1_000; i++) {
            assertThat(heap.poll()).isEqualTo(i);
        }
    }

    @Test
    void isIdleForeverWhenEmpty() {
        assertThat(new EventHeap<Integer>().nextNs()).isEqualTo(Long.MAX_VALUE);
    }
}
