package io.packetfs.swarm;

import java.util.Locale;

/** The two ends of a scenario. */
public enum Side {
    /** Opens the connections; what it sends goes up. */
    CLIENT,

    /** Issues the tickets; what it sends goes down. */
    SERVER;

    public Side other() {
        return this == CLIENT ? SERVER : CLIENT;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
