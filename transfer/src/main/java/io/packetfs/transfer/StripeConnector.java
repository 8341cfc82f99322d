package io.packetfs.transfer;

import io.packetfs.endpoint.ConnectionListener;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;

/** Opens the further connections of a transfer, each on an agent of its own. */
public interface StripeConnector {
    /** For a transfer over one connection. */
    StripeConnector NONE = new StripeConnector() {
        @Override
        public int streams() {
            return 1;
        }

        @Override
        public Executor agent(int index) {
            throw new IllegalArgumentException("there is no stripe " + index);
        }

        @Override
        public void connect(int index, InetSocketAddress peer, ConnectionListener listener) {
            throw new IllegalArgumentException("there is no stripe " + index);
        }
    };

    /** How many connections there may be in all, the first included; 1 to 16. */
    int streams();

    /**
     * The thread of a further connection.
     *
     * @param index 1 to {@link #streams} less one
     */
    Executor agent(int index);

    /**
     * Connects to the peer, with the ticket of the transfer's first connection. Called on the thread that {@link #agent} posts to.
     */
    void connect(int index, InetSocketAddress peer, ConnectionListener listener);
}
