package io.packetfs.transfer.record;

/** The end-to-end digest of what was written. */
public enum VerifyKind {
    CRC32C(0),
    SHA256(1);

    private final int code;

    VerifyKind(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** The constant with this number on the wire, or null. */
    static VerifyKind of(int code) {
        for (VerifyKind each : values()) {
            if (each.code == code) {
                return each;
            }
        }
        return null;
    }
}
