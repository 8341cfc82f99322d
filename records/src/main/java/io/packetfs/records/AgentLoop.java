package io.packetfs.records;

import io.packetfs.endpoint.Endpoint;
import io.packetfs.endpoint.agent.EndpointAgent;
import io.packetfs.protocol.ReasonCode;
import io.packetfs.protocol.crypto.Entropy;
import io.packetfs.protocol.port.DatagramPort;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * The agent of one endpoint: its engine, its port, its connections, and the one thread that they belong to. Other threads post work. A
 * connection that has work is posted once, until it is looked at: so however many threads use it, the queue holds it once.
 */
final class AgentLoop {
    private static final long RETRY_NS = 50_000;
    private static final long JOIN_MS = 2_000;

    private final GramConfig config;
    private final DatagramPort port;
    private final LongSupplier nanoClock;
    private final Endpoint endpoint;
    private final EndpointAgent agent;
    private final Set<GramConnection> connections = new LinkedHashSet<>();
    private final List<ConnectAttempt> attempts = new ArrayList<>();
    private final List<GramListener> listeners = new ArrayList<>();

    /** Connections for which the agent's queue had no room. Each is in it once at most. */
    private final Queue<Runnable> overflow = new ConcurrentLinkedQueue<>();

    // Set before the thread starts.
    private Thread thread;

    // Written by whoever closes, read by the agent.
    private volatile boolean stopping;

    // Written by the agent when it looks at its queue for the last time.
    private volatile boolean gone;

    AgentLoop(DatagramPort port, GramConfig config, LongSupplier nanoClock, Entropy entropy) {
        this.config = config;
        this.port = port;
        this.nanoClock = nanoClock;
        endpoint = new Endpoint(config.engine(), entropy);
        agent = new EndpointAgent(endpoint, port, nanoClock);
    }

    /** Starts the thread that everything is done on from now on. */
    void start() {
        thread = Thread.ofPlatform().daemon().name("pfs-records").unstarted(this::run);
        thread.start();
    }

    /** One cycle without waiting, for who has no thread: virtual time. Returns how much was done. */
    int poll() {
        return agent.poll() + afterCycle();
    }

    /** When {@link #poll} has to be called again if no datagram comes. */
    long deadlineNs() {
        long deadlineNs = agent.deadlineNs();
        for (ConnectAttempt attempt : attempts) {
            deadlineNs = Math.min(deadlineNs, attempt.deadlineNs());
        }
        return deadlineNs;
    }

    GramConfig config() {
        return config;
    }

    DatagramPort port() {
        return port;
    }

    boolean isAgentThread() {
        return Thread.currentThread().equals(thread);
    }

    /** Whether the agent does nothing any more. */
    boolean isGone() {
        return gone;
    }

    /** Has the agent do this, soon; does not wait. For work that is posted once until it is done. */
    void schedule(Runnable work) {
        if (!agent.execute(work)) {
            overflow.add(work);
            port.wakeup();
        }
    }

    /** Has the agent do this; waits while its queue is full. At once if this is the agent. */
    void execute(Runnable task) {
        if (isAgentThread()) {
            task.run();
            return;
        }
        while (!agent.execute(task)) {
            if (gone) {
                return;
            }
            LockSupport.parkNanos(RETRY_NS);
        }
    }

    /** Ends everything that is not over, and the thread, and closes the port. */
    void stop() throws InterruptedException {
        stopping = true;
        port.wakeup();
        if (thread == null) {
            finish(null);
        } else {
            thread.join(JOIN_MS);
        }
    }

    // for the agent's thread

    Endpoint endpoint() {
        return endpoint;
    }

    long nowNs() {
        return nanoClock.getAsLong();
    }

    void add(GramConnection connection) {
        connections.add(connection);
    }

    void remove(GramConnection connection) {
        connections.remove(connection);
    }

    List<GramConnection> connections() {
        return List.copyOf(connections);
    }

    void add(GramListener listener) {
        listeners.add(listener);
    }

    void remove(GramListener listener) {
        listeners.remove(listener);
    }

    List<GramListener> listeners() {
        return List.copyOf(listeners);
    }

    void add(ConnectAttempt attempt) {
        attempts.add(attempt);
    }

    private void run() {
        Throwable crash = null;
        try {
            while (!stopping) {
                agent.doWork();
                afterCycle();
            }
        } catch (Throwable e) {
            crash = e;
        } finally {
            finish(crash);
        }
    }

    private int afterCycle() {
        int done = runOverflow();
        if (!attempts.isEmpty()) {
            long nowNs = nanoClock.getAsLong();
            attempts.removeIf(attempt -> attempt.onTick(nowNs));
        }
        return done;
    }

    private int runOverflow() {
        int done = 0;
        for (Runnable work = overflow.poll(); work != null; work = overflow.poll()) {
            work.run();
            done++;
        }
        return done;
    }

    private void finish(Throwable crash) {
        if (gone) {
            return;
        }
        GramException cause = crash == null
                ? new GramException(GramException.ABORTED, "the endpoint is closed", false)
                : new GramException(ReasonCode.INTERNAL, "the endpoint failed: " + crash, false);
        if (crash != null) {
            cause.initCause(crash);
        }
        attempts.forEach(attempt -> attempt.fail(cause));
        attempts.clear();
        connections().forEach(connection -> connection.end(cause));
        listeners().forEach(GramListener::end);
        gone = true; // who posted before this is served now; who posts after it sees it
        try {
            agent.runPosted();
            runOverflow();
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        } finally {
            agent.onClose();
        }
    }
}
