package io.packetfs.afxdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FrameLedgerTest {
    /** The naive twin keeps a list of frames for each state. */
    @SuppressWarnings("ListRemoveAmbiguous") // a boxed number is removed by value, a plain one by index
    @Property(tries = 200)
    void agreesWithListsOfFrames(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int frameCount) {
        Random random = new Random(seed);
        int first = random.nextInt(1_000);
        FrameLedger ledger = new FrameLedger(first, frameCount);
        List<FrameState> states = List.of(FrameState.values());
        Map<FrameState, List<Integer>> twin = new EnumMap<>(FrameState.class);
        for (FrameState state : FrameState.values()) {
            twin.put(state, new ArrayList<>());
        }
        for (int i = 0; i < frameCount; i++) {
            twin.get(FrameState.FREE).add(first + i);
        }

        for (int step = 0; step < 300; step++) {
            FrameState from = states.get(random.nextInt(states.size()));
            FrameState to = states.get(random.nextInt(states.size()));
            List<Integer> frames = twin.get(from);
            if (from == to || frames.isEmpty()) {
                continue;
            }
            int frame;
            if (from == FrameState.FREE) {
                frame = ledger.take(to);
                assertThat(frames.remove((Integer) frame)).isTrue();
            } else {
                frame = frames.remove(random.nextInt(frames.size()));
                ledger.hand(frame, from, to);
            }
            twin.get(to).add(frame);
            for (FrameState state : FrameState.values()) {
                assertThat(ledger.count(state)).isEqualTo(twin.get(state).size());
                assertThat(ledger.has(frame, state)).isEqualTo(state == to);
            }
            ledger.checkBalance();
        }
    }

    @Test
    void noticesAFrameThatIsHandedOverTwice() {
        FrameLedger ledger = new FrameLedger(0, 4);
        int frame = ledger.take(FrameState.TX);
        ledger.hand(frame, FrameState.TX, FrameState.FREE);

        assertThatIllegalStateException()
                .isThrownBy(() -> ledger.hand(frame, FrameState.TX, FrameState.FREE))
                .withMessageContaining("goes from TX to FREE and is FREE");
        ledger.checkBalance();
    }

    @Test
    void noticesAFrameOfSomebodyElse() {
        FrameLedger ledger = new FrameLedger(8, 4);

        assertThat(ledger.has(7, FrameState.FREE)).isFalse();
        assertThat(ledger.has(12, FrameState.FREE)).isFalse();
        assertThat(ledger.has(1L << 32 | 8, FrameState.FREE)).isFalse();
        assertThatIllegalStateException().isThrownBy(() -> ledger.state(12));
        assertThatIllegalStateException().isThrownBy(() -> ledger.hand(7, FrameState.TX, FrameState.FREE));
    }

    @Test
    void hasNoMoreFramesThanItWasGiven() {
        FrameLedger ledger = new FrameLedger(0, 1);
        ledger.take(FrameState.FILL);

        assertThatIllegalStateException()
                .isThrownBy(() -> ledger.take(FrameState.FILL))
                .withMessageContaining("no frame is free: frames 0+1 FREE=0 FILL=1");
        assertThatIllegalArgumentException().isThrownBy(() -> ledger.hand(0, FrameState.FREE, FrameState.TX));
        assertThatIllegalArgumentException().isThrownBy(() -> new FrameLedger(0, 0));
    }

    @Test
    void takesAllFramesBackAtOnce() {
        FrameLedger ledger = new FrameLedger(3, 5);
        ledger.take(FrameState.TX);
        ledger.take(FrameState.FILL);

        ledger.freeAll();

        ledger.checkBalance();
        assertThat(ledger.count(FrameState.FREE)).isEqualTo(5);
    }
}
