package io.packetfs.swarm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;

/**
 * Plays the scenarios of one seed after another on several threads, until one fails, all are done, or it is told to stop. When one
 * fails, those of smaller seeds are played to their end, so that the failure reported is that of the smallest seed, whatever the threads
 * did.
 */
public final class Swarm {
    private final LongFunction<Outcome> player;
    private final long fromSeed;
    private final long count;
    private final BooleanSupplier stop;
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong clean = new AtomicLong();
    private final AtomicLong grams = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong datagrams = new AtomicLong();
    private final AtomicLong virtualMs = new AtomicLong();

    // Of all threads, under the monitor of this.
    private Outcome firstFailure;

    /** What was done so far. */
    public record Tally(long clean, long units, long bytes, long datagrams, long virtualMs) {}

    /**
     * A swarm of drawn scenarios.
     *
     * @param fromSeed the first seed
     * @param count how many, at least 1
     * @param stop asked before each scenario; true ends it early
     */
    public Swarm(long fromSeed, long count, BooleanSupplier stop) {
        this(seed -> Simulation.play(ScenarioDraw.of(seed), Observers.NONE), fromSeed, count, stop);
    }

    Swarm(LongFunction<Outcome> player, long fromSeed, long count, BooleanSupplier stop) {
        Scenario.check("count of seeds", count, 1, Long.MAX_VALUE);
        this.player = player;
        this.fromSeed = fromSeed;
        this.count = count;
        this.stop = stop;
    }

    /**
     * Plays them; blocks until it is over.
     *
     * @param threads how many, at least 1
     * @param everySecond called on this thread meanwhile
     * @return the failure of the smallest seed that fails; null if none did
     */
    public Outcome run(int threads, Runnable everySecond) throws InterruptedException {
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            running.add(Thread.ofPlatform().daemon().name("pfs-swarm-" + i).start(this::work));
        }
        for (Thread thread : running) {
            while (!thread.join(Duration.ofSeconds(1))) {
                everySecond.run();
            }
        }
        return firstFailure();
    }

    /** May be asked by any thread while it runs. */
    public Tally tally() {
        return new Tally(clean.get(), grams.get(), bytes.get(), datagrams.get(), virtualMs.get());
    }

    private void work() {
        while (!stop.getAsBoolean()) {
            long index = next.getAndIncrement();
            if (index >= count || isBeyondFailure(fromSeed + index)) {
                return;
            }
            note(play(fromSeed + index));
        }
    }

    /** What a scenario itself does not survive, such as a full disk, is a failure of its seed, too. */
    private Outcome play(long seed) {
        try {
            return player.apply(seed);
        } catch (RuntimeException | Error e) {
            return new Outcome(seed, e.toString(), 0, 0, 0, 0, 0, List.of());
        }
    }

    private void note(Outcome outcome) {
        grams.addAndGet(outcome.units());
        bytes.addAndGet(outcome.bytes());
        datagrams.addAndGet(outcome.datagrams());
        virtualMs.addAndGet(outcome.virtualNs() / VirtualPair.MS);
        if (outcome.isClean()) {
            clean.incrementAndGet();
        } else {
            onFailure(outcome);
        }
    }

    private synchronized void onFailure(Outcome outcome) {
        if (firstFailure == null || outcome.seed() < firstFailure.seed()) {
            firstFailure = outcome;
        }
    }

    private synchronized boolean isBeyondFailure(long seed) {
        return firstFailure != null && seed > firstFailure.seed();
    }

    private synchronized Outcome firstFailure() {
        return firstFailure;
    }
}
