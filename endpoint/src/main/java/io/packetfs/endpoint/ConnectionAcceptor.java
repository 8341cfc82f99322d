package io.packetfs.endpoint;

/** Decides what becomes of connections that ticket holders open. Called on the agent's thread, before the peer's address is proven. */
@FunctionalInterface
public interface ConnectionAcceptor {
    /** Returns who is to hear of this connection, or null to refuse it without an answer. */
    ConnectionListener accept(Connection connection);
}
