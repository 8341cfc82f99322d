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

    /** Small limits, so that tests reach them soon. */
    static EndpointConfig tight() {
        return tight(TIGHT_CREDIT_BYTES, false);
    }

    static EndpointConfig tight(int creditBytes, boolean keepAlive) {
        return new EndpointConfig(
                Cubic.supplier(),
                1_472,
                1_200,
                10 * EnginePair.SECOND,
                30_000,
                keepAlive,
                25_000,
                creditBytes,
                creditBytes,
                TIGHT_GRAM_WINDOW,
                TIGHT_LIMITS,
                null,
                64);
    }
}
