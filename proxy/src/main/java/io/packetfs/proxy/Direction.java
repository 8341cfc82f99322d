package io.packetfs.proxy;

import java.util.Locale;

/** Which way bytes go, as Toxiproxy names it. */
enum Direction {
    /** From the client to the upstream server. */
    UPSTREAM,
    /** From the upstream server to the client. */
    DOWNSTREAM;

    /** The name in JSON and in metrics. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The direction of this name, in any case. */
    static Direction of(String text) throws ProxyException {
        for (Direction direction : values()) {
            if (direction.name().equalsIgnoreCase(text)) {
                return direction;
            }
        }
        throw new ProxyException(ProxyException.BAD, "stream was invalid, can be either upstream or downstream");
    }
}
