package io.packetfs.cli;

import io.packetfs.transfer.TransferProgress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What the main thread does while the agent works: gives it the time, shows progress, and passes signals on. */
final class TransferLoop {
    private static final long TICK_MS = 50;
    private static final long CANCEL_TIMEOUT_NS = 5_000_000_000L;

    private final Engine engine;
    private final Signals signals;
    private final ProgressView view;

    TransferLoop(Engine engine, Signals signals, ProgressView view) {
        this.engine = engine;
        this.signals = signals;
        this.view = view;
    }

    /**
     * Waits for the next of these results.
     *
     * @param onTick run on the agent's thread many times in a second
     * @param onSignal run on the agent's thread when the process is told to end; it sees to it that there is a result
     * @return null if there is none a while after the signal
     * @throws CommandException if a thread died
     */
    <T> T await(BlockingQueue<T> results, Runnable onTick, Runnable onSignal, Supplier<TransferProgress> progress)
            throws CommandException {
        long cancelNs = 0;
        try {
            while (true) {
                T result = results.poll(TICK_MS, TimeUnit.MILLISECONDS);
                if (result != null) {
                    return result;
                }
                if (engine.crash().isDone()) {
                    throw new CommandException(
                            ExitCode.INTERNAL,
                            "internal",
                            "a thread died: " + engine.crash().join());
                }
                long nowNs = System.nanoTime();
                if (signals.received() != 0 && cancelNs == 0) {
                    cancelNs = nowNs;
                    engine.workers().agent().execute(onSignal);
                }
                if (cancelNs != 0 && nowNs - cancelNs >= CANCEL_TIMEOUT_NS) {
                    return null;
                }
                engine.workers().agent().execute(onTick);
                view.show(nowNs, progress.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } finally {
            view.end();
        }
    }
}
