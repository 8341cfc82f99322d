package io.packetfs.proxy;

import java.util.Locale;

/** What a proxy carries. */
enum Protocol {
    TCP,
    UDP;

    static final String UDP_SCHEME = "udp://";

    /** The name in JSON. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Protocol of(String text) throws ProxyException {
        for (Protocol protocol : values()) {
            if (protocol.label().equals(text)) {
                return protocol;
            }
        }
        throw ProxyException.bad("protocol must be tcp or udp");
    }
}
