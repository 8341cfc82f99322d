package io.packetfs.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** ACK frames beside a naive twin: a plain set of packet numbers. */
class AckFramePropertiesTest {
    private final byte[] packet = new byte[AckFrame.BYTES_MAX];

    @Property
    void carriesExactlyTheNumbersOfTheSet(
            @ForAll @Size(min = 1, max = 200) Set<@IntRange(min = 0, max = 400) Integer> numbers,
            @ForAll @LongRange(min = 0, max = Wire.NUMBER_END - 401) long base) {
        NavigableSet<Long> twin = shifted(numbers, base);
        AckFrame ack = new AckFrame();
        fill(ack.ranges(), twin);

        int length = ack.write(packet, 0, AckFrame.BYTES_MAX);
        AckFrame readBack = new AckFrame();

        assertThat(length).isEqualTo(ack.encodedBytes());
        assertThat(readBack.read(packet, 0, length)).isEqualTo(length);
        assertThat(numbersOf(readBack.ranges())).isEqualTo(twin);
        assertThat(readBack.ranges().largest()).isEqualTo(twin.last());
    }

    @Property
    void carriesTheHighestRangesThatFit(
            @ForAll @Size(min = 1, max = 200) Set<@IntRange(min = 0, max = 400) Integer> numbers,
            @ForAll @LongRange(min = 0, max = Wire.NUMBER_END - 401) long base,
            @ForAll @IntRange(min = 0, max = 120) int limit,
            @ForAll boolean ecn) {
        NavigableSet<Long> twin = shifted(numbers, base);
        AckFrame ack = new AckFrame();
        if (ecn) {
            ack.ecn(1, 2, 3);
        }
        fill(ack.ranges(), twin);

        int length = ack.write(packet, 0, limit);

        assertThat(length).isLessThanOrEqualTo(limit);
        if (length == 0) {
            assertThat(limit).isLessThan(AckFrame.BYTES + AckFrame.ECN_BYTES + Varint.BYTES_MAX);
            return;
        }
        AckFrame readBack = new AckFrame();
        assertThat(readBack.read(packet, 0, length)).isEqualTo(length);
        int kept = readBack.ranges().count();
        assertThat(numbersOf(readBack.ranges()))
                .isEqualTo(new TreeSet<>(twin.tailSet(ack.ranges().first(kept - 1))));
        assertThat(kept == ack.ranges().count() || length + 2 * Varint.BYTES_MAX > limit)
                .as("no room was left unused")
                .isTrue();
    }

    private static NavigableSet<Long> shifted(Set<Integer> numbers, long base) {
        NavigableSet<Long> shifted = new TreeSet<>();
        for (int number : numbers) {
            shifted.add(base + number);
        }
        return shifted;
    }

    private static void fill(AckRanges ranges, NavigableSet<Long> numbers) {
        long first = numbers.last();
        long last = first;
        for (long number : numbers.descendingSet()) {
            if (number < first - 1) {
                ranges.add(first, last);
                last = number;
            }
            first = number;
        }
        ranges.add(first, last);
    }

    private static Set<Long> numbersOf(AckRanges ranges) {
        Set<Long> numbers = new TreeSet<>();
        for (int i = 0; i < ranges.count(); i++) {
            for (long number = ranges.first(i); number <= ranges.last(i); number++) {
                numbers.add(number);
            }
        }
        return numbers;
    }
}
