package io.packetfs.cli;

import io.packetfs.endpoint.ConnectionListener;
import io.packetfs.endpoint.EndpointConfig;
import io.packetfs.endpoint.agent.ShardExchange;
import io.packetfs.protocol.Ticket;
import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.FeatureUnavailableException;
import io.packetfs.protocol.trace.Trace;
import io.packetfs.transfer.StripeConnector;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * The engines of one command, each with a thread and a socket: one, or one for each connection of a sender, or several behind one address
 * of a receiver.
 */
final class EngineGroup implements AutoCloseable {
    private final List<Engine> engines = new ArrayList<>();

    private EngineGroup() {}

    /**
     * Engines with an address each.
     *
     * @param traces of the first one's connections
     */
    static EngineGroup apart(PortChoice choice, EndpointConfig config, Trace.Supplier traces, int count)
            throws CommandException {
        EngineGroup group = new EngineGroup();
        return group.opened(() -> {
            for (int i = 0; i < count; i++) {
                ShardExchange exchange = new ShardExchange(1);
                Trace.Supplier own = i == 0 ? traces : EngineGroup::untraced;
                group.add(new Engine(choice.open(), config, own, exchange, exchange.shard(0), new Seat(i, count)));
            }
        });
    }

    /**
     * Engines behind one address; one only where several cannot share it.
     *
     * @param traces of its connections if there is one engine only
     * @param count a power of two
     */
    static EngineGroup together(PortChoice choice, EndpointConfig config, Trace.Supplier traces, int count)
            throws CommandException {
        EngineGroup group = new EngineGroup();
        return group.opened(() -> {
            List<DatagramPort> ports = choice.openShards(count);
            ShardExchange exchange = new ShardExchange(ports.size());
            Trace.Supplier own = ports.size() == 1 ? traces : EngineGroup::untraced;
            for (int i = 0; i < ports.size(); i++) {
                Seat seat = new Seat(i, ports.size());
                group.add(new Engine(ports.get(i), config, own, exchange, exchange.shard(i), seat));
            }
        });
    }

    private static Trace untraced(int connectionId, boolean isInitiator) {
        return Trace.NONE;
    }

    private EngineGroup opened(Runnable open) throws CommandException {
        try {
            open.run();
        } catch (FeatureUnavailableException e) {
            close();
            throw new CommandException(ExitCode.UNAVAILABLE, "feature_unavailable", e.getMessage());
        } catch (UncheckedIOException e) {
            close();
            throw new CommandException(ExitCode.LOCAL_IO, "cannot_bind", e.getMessage());
        }
        engines.forEach(Engine::start);
        return this;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nothing waits for who hears of it
    private void add(Engine engine) {
        engines.add(engine);
        if (engine != first()) {
            engine.crash().thenAccept(first().crash()::complete);
        }
    }

    /** The one whose crash tells that any has crashed. */
    Engine first() {
        return engines.getFirst();
    }

    List<Engine> all() {
        return engines;
    }

    /** Connections of one transfer, one for each engine; the first one's is opened by whoever asks for this. */
    StripeConnector stripes(Ticket ticket) {
        return new StripeConnector() {
            @Override
            public int streams() {
                return engines.size();
            }

            @Override
            public Executor agent(int index) {
                return engines.get(index).workers().agent();
            }

            @Override
            public void connect(int index, InetSocketAddress peer, ConnectionListener listener) {
                engines.get(index).endpoint().connect(System.nanoTime(), peer, ticket, listener, index);
            }
        };
    }

    @Override
    public void close() {
        engines.forEach(Engine::close);
    }
}
