package io.packetfs.sim;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BufferPoolTest {
    private final BufferPool<SimDatagram> pool = new BufferPool<>(SimDatagram::new);

    @Property
    void givesRoomForTheLengthAndLittleMore(@ForAll @IntRange(max = 65_536) int length) {
        SimDatagram datagram = pool.take(length);

        assertThat(datagram.length()).isEqualTo(length);
        assertThat(datagram.array.length).isBetween(length, Math.max(256, 2 * length));
    }

    @Test
    void handsOutAgainWhatWasGivenBackAndNothingTwice() {
        SimDatagram first = pool.take(1_400);
        pool.give(first);
        SimDatagram again = pool.take(1_025);
        SimDatagram other = pool.take(1_400);

        assertThat(again).isSameAs(first);
        assertThat(again.length()).isEqualTo(1_025);
        assertThat(other).isNotSameAs(first);
    }
}
