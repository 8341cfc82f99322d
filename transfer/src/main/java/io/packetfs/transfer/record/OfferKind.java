package io.packetfs.transfer.record;

/** What a transfer carries. */
public enum OfferKind {
    FILES(1),
    STREAM(2),
    SCHEDULE(3);

    private final int code;

    OfferKind(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** The constant with this number on the wire, or null. */
    static OfferKind of(int code) {
        for (OfferKind each : values()) {
            if (each.code == code) {
                return each;
            }
        }
        return null;
    }
}
