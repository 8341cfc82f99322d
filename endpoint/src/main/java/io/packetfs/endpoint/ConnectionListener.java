package io.packetfs.endpoint;

/**
 * What a connection tells its application. Called on the agent's thread, from within the engine: an implementation returns soon, and
 * may call the connection's commands.
 */
public interface ConnectionListener {
    /** Grams can be sent now, and come. */
    void onConnected(Connection connection);

    /** A gram is whole and its digest agrees. The view is valid during the call. */
    void onGramDelivered(Connection connection, DeliveredGram gram);

    /** The peer has every byte of this gram; its payload may change now. */
    void onGramAcknowledged(Connection connection, OutboundGram gram);

    /** There is room to send more after {@link Connection#trySend} refused a gram. */
    void onWritable(Connection connection);

    /**
     * The connection has ended; it is the last call. Grams that were not acknowledged may or may not have been delivered.
     *
     * @param reason a code of {@link io.packetfs.protocol.ReasonCode} or the application's
     * @param byPeer whether the peer ended it
     */
    void onClosed(Connection connection, int reason, String message, boolean byPeer);
}
