package io.packetfs.bench.loopback;

import io.packetfs.cli.CommandException;
import io.packetfs.cli.ExitCode;
import io.packetfs.cli.Signals;
import java.util.concurrent.TimeUnit;

/** Lets time pass, but not when somebody wants to leave. */
public final class Pause {
    private static final long STEP_NS = 50_000_000;

    private Pause() {}

    /**
     * Lets time pass.
     *
     * @throws CommandException if a signal came
     */
    public static void ms(long ms, Signals signals) throws CommandException {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
        try {
            for (long leftNs = endNs - System.nanoTime(); leftNs > 0; leftNs = endNs - System.nanoTime()) {
                if (signals.received() != 0) {
                    throw new CommandException(signals.exitCode(), "interrupted", "interrupted");
                }
                TimeUnit.NANOSECONDS.sleep(Math.min(STEP_NS, leftNs));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.INTERNAL, "interrupted", "interrupted");
        }
    }
}
