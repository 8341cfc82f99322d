package io.packetfs.transfer.record;

/** How a transfer ended, in the receiver's words. */
public enum Outcome {
    OK(0),
    PARTIAL(1),
    FAILED(2);

    private final int code;

    Outcome(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** The constant with this number on the wire, or null. */
    static Outcome of(int code) {
        for (Outcome each : values()) {
            if (each.code == code) {
                return each;
            }
        }
        return null;
    }
}
