package io.packetfs.afxdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RingTest {
    private static final int ENTRIES = 8;

    private final Arena arena = Arena.ofAuto();

    private MemorySegment memory(int entryBytes) {
        return arena.allocate(FakeKernel.bytes(ENTRIES, entryBytes), 8);
    }

    /** Indices start anywhere, so that they pass the largest number of 32 bits. */
    @Property(tries = 300)
    void producerAgreesWithAQueue(@ForAll long seed, @ForAll @IntRange(min = -40, max = 40) int start) {
        Random random = new Random(seed);
        MemorySegment memory = memory(XdpDescriptor.BYTES);
        FakeKernel kernel = new FakeKernel(memory, ENTRIES, XdpDescriptor.BYTES);
        kernel.startAt(start);
        TxRing ring = new TxRing(FakeKernel.place(memory, ENTRIES));
        ArrayDeque<Long> twin = new ArrayDeque<>();
        long next = 0;
        for (int step = 0; step < 100; step++) {
            int wanted = random.nextInt(ENTRIES + 2);
            int reserved = ring.reserve(wanted);
            assertThat(reserved).isEqualTo(Math.min(wanted, ENTRIES - twin.size()));
            int submitted = random.nextInt(reserved + 1);
            for (int i = 0; i < submitted; i++) {
                ring.set(i, next, (int) next, (int) ~next);
                twin.add(next++);
            }
            ring.submit(submitted);
            for (int i = random.nextInt(ENTRIES); i > 0; i--) {
                assertThat(kernel.poll()).isEqualTo(twin.isEmpty() ? -1L : twin.remove());
            }
            assertThat(ring.pending()).isEqualTo(twin.size());
        }
    }

    @Property(tries = 300)
    void consumerAgreesWithAQueue(@ForAll long seed, @ForAll @IntRange(min = -40, max = 40) int start) {
        Random random = new Random(seed);
        MemorySegment memory = memory(XdpDescriptor.BYTES);
        FakeKernel kernel = new FakeKernel(memory, ENTRIES, XdpDescriptor.BYTES);
        kernel.startAt(start);
        RxRing ring = new RxRing(FakeKernel.place(memory, ENTRIES));
        ArrayDeque<Long> twin = new ArrayDeque<>();
        long next = 0;
        for (int step = 0; step < 100; step++) {
            for (int i = random.nextInt(ENTRIES + 2); i > 0; i--) {
                assertThat(kernel.offer(next, (int) next + 1, (int) next + 2)).isEqualTo(twin.size() < ENTRIES);
                if (twin.size() < ENTRIES) {
                    twin.add(next++);
                }
            }
            int wanted = random.nextInt(ENTRIES + 2);
            int seen = ring.peek(wanted);
            assertThat(seen).isLessThanOrEqualTo(wanted).isLessThanOrEqualTo(twin.size());
            assertThat(seen).isEqualTo(Math.min(wanted, twin.size()));
            int released = random.nextInt(seen + 1);
            for (int i = 0; i < released; i++) {
                long expected = twin.remove();
                assertThat(ring.address(i)).isEqualTo(expected);
                assertThat(ring.lengthBytes(i)).isEqualTo((int) expected + 1);
                assertThat(ring.options(i)).isEqualTo((int) expected + 2);
            }
            ring.release(released);
        }
    }

    @Test
    void fillAndCompletionRingsCarryAddresses() {
        MemorySegment fillMemory = memory(Long.BYTES);
        MemorySegment completionMemory = memory(Long.BYTES);
        FillRing fill = new FillRing(FakeKernel.place(fillMemory, ENTRIES));
        CompletionRing completion = new CompletionRing(FakeKernel.place(completionMemory, ENTRIES));
        FakeKernel completions = new FakeKernel(completionMemory, ENTRIES, Long.BYTES);

        assertThat(fill.reserve(2)).isEqualTo(2);
        fill.set(0, 1L << 40);
        fill.set(1, 4_096);
        fill.submit(2);
        completions.offer(1L << 41, 0, 0);

        assertThat(new FakeKernel(fillMemory, ENTRIES, Long.BYTES).poll()).isEqualTo(1L << 40);
        assertThat(completion.peek(4)).isOne();
        assertThat(completion.address(0)).isEqualTo(1L << 41);
    }

    @Test
    void tellsThatTheKernelAsksForAWakeup() {
        MemorySegment memory = memory(Long.BYTES);
        FakeKernel kernel = new FakeKernel(memory, ENTRIES, Long.BYTES);
        FillRing ring = new FillRing(FakeKernel.place(memory, ENTRIES));

        kernel.askForWakeup(true);
        assertThat(ring.needsWakeup()).isTrue();

        kernel.askForWakeup(false);
        assertThat(ring.needsWakeup()).isFalse();
    }

    @Test
    void entriesThatWereNotReservedOrSeenAreOutOfBounds() {
        MemorySegment memory = memory(Long.BYTES);
        FillRing fill = new FillRing(FakeKernel.place(memory, ENTRIES));
        CompletionRing completion = new CompletionRing(FakeKernel.place(memory(Long.BYTES), ENTRIES));
        fill.reserve(2);

        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> fill.set(2, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> fill.submit(3));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> completion.address(0));
        assertThatIllegalArgumentException().isThrownBy(() -> completion.release(1));
        fill.submit(1);
        assertThatIllegalArgumentException().isThrownBy(() -> fill.submit(1));
    }

    @Test
    void damagedIndicesAreNoticed() {
        MemorySegment memory = memory(Long.BYTES);
        FakeKernel kernel = new FakeKernel(memory, ENTRIES, Long.BYTES);
        FillRing fill = new FillRing(FakeKernel.place(memory, ENTRIES));
        CompletionRing completion = new CompletionRing(FakeKernel.place(memory, ENTRIES));

        kernel.damageConsumer(1);
        assertThatIllegalStateException().isThrownBy(fill::pending).withMessageContaining("producer 0, consumer 1");
        kernel.damageProducer(ENTRIES + 1);
        assertThatIllegalStateException().isThrownBy(() -> completion.peek(1)).withMessageContaining("damaged");
    }

    @Test
    void refusesPlacesThatCannotBeARing() {
        MemorySegment memory = memory(Long.BYTES);

        assertThatIllegalArgumentException().isThrownBy(() -> FakeKernel.place(memory, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> FakeKernel.place(memory, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new RingMemory(memory, 2, 128, 196, 320, 8));
        assertThatIllegalArgumentException().isThrownBy(() -> new RingMemory(memory, 0, 128, 196, -8, 8));
    }
}
