package io.packetfs.afxdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Memory order, by force: two threads, one of them the kernel's side, pass hundreds of thousands of entries through small rings. An entry that is
 * seen before it was written, or overwritten before it was read, comes out as another number than the next one. Rings of few entries
 * make full and empty meet all the time.
 */
@Timeout(60)
// Giving way speeds these tests up where threads outnumber processors; no result depends on it.
@SuppressWarnings("ThreadPriorityCheck")
class RingStressTest {
    private static final int PASSES = 600_000;
    /**
     * Where other work takes the processors, each entry of a ring of one may wait for the scheduler twice: after so long, these many entries
     * are enough.
     */
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(4);

    private static final int PASSES_MIN = 256;
    /** The indices pass the largest number of 32 bits on their way. */
    private static final int START = -PASSES_MIN / 2;

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 64})
    void producerNeverShowsAnEntryBeforeItIsWritten(int entryCount) {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(FakeKernel.bytes(entryCount, XdpDescriptor.BYTES), 64);
            FakeKernel kernel = new FakeKernel(memory, entryCount, XdpDescriptor.BYTES);
            kernel.startAt(START);
            TxRing ring = new TxRing(FakeKernel.place(memory, entryCount));
            AtomicLong passes = new AtomicLong(PASSES);
            CompletableFuture<Long> wrong =
                    CompletableFuture.supplyAsync(() -> pollAll(kernel, passes), RingStressTest::start);

            long startNs = System.nanoTime();
            long next = 0;
            while (next < PASSES && !wrong.isDone()) {
                int count = ring.reserve((int) Math.min(1 + (next & 7), PASSES - next));
                for (int i = 0; i < count; i++) {
                    ring.set(i, next, (int) next, (int) ~next);
                    next++;
                }
                ring.submit(count);
                if (count == 0 && isEnough(next, startNs)) {
                    break;
                }
                pause(count);
            }
            passes.set(next);

            assertThat(wrong.join()).isEqualTo(-1L);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 64})
    void consumerNeverGivesAnEntryBackBeforeItIsRead(int entryCount) {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(FakeKernel.bytes(entryCount, XdpDescriptor.BYTES), 64);
            FakeKernel kernel = new FakeKernel(memory, entryCount, XdpDescriptor.BYTES);
            kernel.startAt(START);
            RxRing ring = new RxRing(FakeKernel.place(memory, entryCount));
            AtomicLong passes = new AtomicLong(PASSES);
            CompletableFuture<Void> offered =
                    CompletableFuture.runAsync(() -> offerAll(kernel, passes), RingStressTest::start);

            long expected = 0;
            while (expected < PASSES) {
                int count = ring.peek(1 + (int) (expected & 7));
                if (count == 0 && expected == passes.get()) {
                    break;
                }
                for (int i = 0; i < count; i++) {
                    boolean whole = ring.address(i) == expected
                            && ring.lengthBytes(i) == (int) expected
                            && ring.options(i) == (int) ~expected;
                    assertThat(whole).as("entry %d", expected).isTrue();
                    expected++;
                }
                ring.release(count);
                pause(count);
            }
            offered.join();

            assertThat(ring.peek(1)).isZero();
        }
    }

    /** The tests above can fail: half a batch that was submitted whole is noticed. */
    @Test
    void aWriterThatPublishesTooEarlyIsCaught() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment memory = arena.allocate(FakeKernel.bytes(4, XdpDescriptor.BYTES), 64);
            FakeKernel kernel = new FakeKernel(memory, 4, XdpDescriptor.BYTES);
            TxRing ring = new TxRing(FakeKernel.place(memory, 4));
            ring.reserve(2);
            ring.set(0, 0, 0, ~0);
            ring.submit(2);

            assertThat(kernel.poll()).isZero();
            assertThat(kernel.poll()).isEqualTo(Long.MIN_VALUE);
        }
    }

    /** Returns -1, or the first number that did not come. */
    private static long pollAll(FakeKernel kernel, AtomicLong passes) {
        long expected = 0;
        while (expected < PASSES) {
            long value = kernel.poll();
            if (value == expected) {
                expected++;
            } else if (value != -1) {
                return expected;
            } else if (expected == passes.get()) {
                break;
            } else {
                Thread.yield();
            }
        }
        return -1;
    }

    private static void offerAll(FakeKernel kernel, AtomicLong passes) {
        long startNs = System.nanoTime();
        long next = 0;
        while (next < PASSES) {
            if (kernel.offer(next, (int) next, (int) ~next)) {
                next++;
            } else if (isEnough(next, startNs)) {
                break;
            } else {
                Thread.yield();
            }
        }
        passes.set(next);
    }

    /** Whether a writer that waits for room after {@code passed} entries may end. */
    private static boolean isEnough(long passed, long startNs) {
        return passed >= PASSES_MIN && System.nanoTime() - startNs > PATIENCE_NS;
    }

    private static void pause(int moved) {
        if (moved == 0) {
            Thread.yield();
        }
    }

    private static void start(Runnable work) {
        Thread.ofPlatform().daemon().start(work);
    }
}
