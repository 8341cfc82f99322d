package io.packetfs.interop.transfers;

import io.packetfs.endpoint.Endpoint;
import io.packetfs.endpoint.EndpointConfig;
import io.packetfs.endpoint.agent.EndpointAgent;
import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.transfer.Workers;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A side in real time: an engine on a port, with a thread for the agent and one for the disk. */
final class LiveSide implements AutoCloseable {
    private static final long RETRY_NS = 50_000;
    private static final long STOP_TIMEOUT_MS = 20_000;

    private final DatagramPort port;
    private final EndpointAgent agent;
    private final Thread agentThread;
    private final ExecutorService disk = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("disk").factory());
    private final Side side;

    // Written by the test's thread, read by the agent's.
    private volatile boolean stopped;
    // Written by the thread that died, read by the test's.
    private volatile Throwable crash;

    LiveSide(DatagramPort port, EndpointConfig config) {
        this.port = port;
        SecureRandom random = new SecureRandom();
        Endpoint endpoint = new Endpoint(config, random::nextBytes);
        agent = new EndpointAgent(endpoint, port, System::nanoTime);
        agentThread = Thread.ofPlatform().daemon().name("agent").unstarted(this::runAgent);
        side = new Side(
                endpoint, new Workers(this::post, task -> disk.execute(() -> runGuarded(task))), System::nanoTime);
        agentThread.start();
    }

    Side side() {
        return side;
    }

    InetSocketAddress address() {
        return port.localAddress();
    }

    void throwCrash() {
        if (crash != null) {
            throw new AssertionError("a thread died", crash);
        }
    }

    @Override
    public void close() {
        stopped = true;
        port.wakeup();
        disk.shutdown();
        try {
            agentThread.join(STOP_TIMEOUT_MS);
            if (agentThread.isAlive() || !disk.awaitTermination(STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("a thread does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throwCrash();
    }

    private void runAgent() {
        try {
            while (!stopped) {
                agent.doWork();
            }
        } catch (RuntimeException | Error e) {
            crash = e;
        } finally {
            agent.onClose();
        }
    }

    private void post(Runnable task) {
        while (!stopped && crash == null && !agent.execute(task)) {
            LockSupport.parkNanos(RETRY_NS);
        }
    }

    private void runGuarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            crash = e;
        }
    }
}
