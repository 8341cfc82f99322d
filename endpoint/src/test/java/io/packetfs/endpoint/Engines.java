package io.packetfs.endpoint;

import io.packetfs.ackwindow.Cubic;
import io.packetfs.protocol.GramLimits;

/** Configurations that tests share. */
final class Engines {
    static final int TIGHT_CREDIT_BYTES = 256 << 10;
    static final int TIGHT_GRAM_WINDOW = 64;
    static final int TIGHT_SLAB_BYTES_MAX = 64 << 10;
    static final int TIGHT_DESCRIPTORS_MAX = 16;
    static final int TIGHT_DESCRIPTOR_BYTES_MAX = 16 << 10;

    static final GramLimits TIGHT_LIMITS =
            new GramLimits(TIGHT_SLAB_BYTES_MAX, TIGHT_DESCRIPTORS_MAX, TIGHT_DESCRIPTOR_BYTES_MAX);

    private Engines() {}

    static EndpointConfig config() {
        return EndpointConfig.defaults(Cubic.supplier());
    }

    /** With so much patience while connecting. */
    static EndpointConfig patient(long connectTimeoutNs) {
        return EndpointConfig.builder(Cubic.supplier())
                .connectTimeoutNs(connectTimeoutNs)
                .build();
    }

    /** Small limits, so that tests reach them soon. */
    static EndpointConfig tight() {
        return tight(TIGHT_CREDIT_BYTES, false);
    }

    static EndpointConfig tight(int creditBytes, boolean keepAlive) {
        return EndpointConfig.builder(Cubic.supplier())
                .keepAlive(keepAlive)
                .creditBytes(creditBytes, creditBytes)
                .gramWindow(TIGHT_GRAM_WINDOW)
                .gramLimits(TIGHT_LIMITS)
                .build();
    }
}
