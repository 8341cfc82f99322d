package io.packetfs.proxy;

import io.packetfs.sim.LinkEvent;
import java.util.List;

/** What an enabled proxy has: a port, and everything that comes through it. Orders come from one thread at a time. */
interface Listener {
    /** Where clients send to, with the real port. */
    String address();

    /** TCP connections, or UDP clients. */
    int connectionCount();

    /** Puts toxics in force on all that is open; when it returns, they are. */
    void apply(List<Toxic> toxics);

    /** Bytes from the source of a direction that {@link TrafficCounters} do not know of. */
    long receivedBytes(Direction direction);

    /** Bytes to the sink of a direction that {@link TrafficCounters} do not know of. */
    long sentBytes(Direction direction);

    /** Datagrams of a direction that met an event, and that {@link TrafficCounters} do not know of; 0 for TCP. */
    long datagrams(Direction direction, LinkEvent event);

    /** Gives up the port and all that is open. */
    void close();
}
