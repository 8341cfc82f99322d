package io.packetfs.cli;

import io.packetfs.endpoint.Endpoint;
import io.packetfs.endpoint.EndpointConfig;
import io.packetfs.endpoint.Shard;
import io.packetfs.endpoint.agent.EndpointAgent;
import io.packetfs.endpoint.agent.ShardExchange;
import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.FeatureUnavailableException;
import io.packetfs.protocol.port.PortFeatures;
import io.packetfs.protocol.trace.Trace;
import io.packetfs.transfer.Workers;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * One socket with the engine on it, the agent's thread that runs it, and a thread for the disk. The endpoint belongs to the agent's
 * thread: whatever uses it is posted there through {@link #workers()}.
 */
final class Engine implements AutoCloseable {
    private static final long RETRY_NS = 50_000;

    /** The most threads of one computation beside the disk thread. */
    private static final int HELPERS_MAX = 4;

    private static final long STOP_TIMEOUT_MS = 2_000;

    private final DatagramPort port;
    private final Seat seat;
    private final Endpoint endpoint;
    private final EndpointAgent agent;
    private final Thread agentThread;
    private final ExecutorService disk;
    private final ExecutorService helpers;
    private final Workers workers;
    private final CompletableFuture<Throwable> crash = new CompletableFuture<>();

    // Written by whoever closes, read by the agent's thread and by those who post to it.
    private volatile boolean stopped;

    /**
     * @param exchange between the agents of one port
     * @param seat where among the agents of this process this one is
     */
    Engine(
            DatagramPort port,
            EndpointConfig config,
            Trace.Supplier traces,
            ShardExchange exchange,
            Shard shard,
            Seat seat) {
        this.port = port;
        this.seat = seat;
        SecureRandom random = new SecureRandom();
        endpoint = new Endpoint(config, random::nextBytes, traces, shard);
        agent = new EndpointAgent(endpoint, port, System::nanoTime, exchange);
        agentThread = Thread.ofPlatform().daemon().name("pfs-agent").unstarted(this::runAgent);
        disk = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("pfs-disk").factory());
        Executor guardedDisk = task -> disk.execute(guarded(task));
        helpers = Executors.newCachedThreadPool(
                Thread.ofPlatform().daemon().name("pfs-helper-", 0).factory());
        Executor guardedHelpers = task -> helpers.execute(guarded(task));
        int helperCount = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, HELPERS_MAX);
        workers = new Workers(this::post, guardedDisk, guardedHelpers, helperCount);
    }

    /** As {@link #start(PortChoice, EndpointConfig, Trace.Supplier)}, with nobody to follow its connections. */
    static Engine start(PortChoice choice, EndpointConfig config) throws CommandException {
        return start(choice, config, (connectionId, isInitiator) -> Trace.NONE);
    }

    /** Opens the port and starts the threads. */
    static Engine start(PortChoice choice, EndpointConfig config, Trace.Supplier traces) throws CommandException {
        try {
            ShardExchange exchange = new ShardExchange(1);
            Engine engine = new Engine(choice.open(), config, traces, exchange, exchange.shard(0), Seat.ONLY);
            return engine.start();
        } catch (FeatureUnavailableException e) {
            throw new CommandException(ExitCode.UNAVAILABLE, "feature_unavailable", e.getMessage());
        } catch (UncheckedIOException e) {
            throw new CommandException(ExitCode.LOCAL_IO, "cannot_bind", e.getMessage());
        }
    }

    Engine start() {
        agentThread.start();
        return this;
    }

    InetSocketAddress localAddress() {
        return port.localAddress();
    }

    PortFeatures features() {
        return port.features();
    }

    Workers workers() {
        return workers;
    }

    /** For tasks on the agent's thread only. */
    Endpoint endpoint() {
        return endpoint;
    }

    /** Completes if one of the threads died of an exception; nothing goes on from there. */
    CompletableFuture<Throwable> crash() {
        return crash;
    }

    /** Waits for something that is true on the agent's thread sooner or later, but not longer than this. */
    void awaitOnAgent(BooleanSupplier condition, long timeoutMs) {
        awaitOn(workers.agent(), condition, timeoutMs);
    }

    /** As {@link #awaitOnAgent}, on the thread of any agent of this process. */
    void awaitOn(Executor thread, BooleanSupplier condition, long timeoutMs) {
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        while (System.nanoTime() - deadlineNs < 0 && !crash.isDone()) {
            CompletableFuture<Boolean> answer = new CompletableFuture<>();
            thread.execute(() -> answer.complete(condition.getAsBoolean()));
            try {
                if (answer.get(timeoutMs, TimeUnit.MILLISECONDS)) {
                    return;
                }
                Thread.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (ExecutionException | TimeoutException e) {
                return;
            }
        }
    }

    @Override
    public void close() {
        stopped = true;
        disk.shutdown();
        helpers.shutdown();
        if (agentThread.getState() == Thread.State.NEW) {
            agent.onClose(); // which is otherwise the last that the thread does
            return;
        }
        port.wakeup();
        try {
            agentThread.join(STOP_TIMEOUT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void runAgent() {
        try {
            seat.take();
            while (!stopped) {
                agent.doWork();
            }
        } catch (Throwable e) {
            crash.complete(e);
        } finally {
            stopped = true;
            agent.onClose();
        }
    }

    /** Posts to the agent; waits while its queue is full. */
    private void post(Runnable task) {
        while (!stopped && !agent.execute(task)) {
            LockSupport.parkNanos(RETRY_NS);
        }
    }

    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable e) {
                crash.complete(e);
            }
        };
    }
}
