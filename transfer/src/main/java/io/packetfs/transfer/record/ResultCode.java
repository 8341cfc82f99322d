package io.packetfs.transfer.record;

/** Why a receiver refused or failed a transfer (spec: END-1). */
public enum ResultCode {
    NONE(0),
    VERSION(1),
    BUSY(2),
    TARGET_EXISTS(3),
    TOO_LARGE(4),
    LOCAL_IO(5),
    NOT_WANTED(6),
    MANIFEST_INVALID(7),
    INTEGRITY(8),
    INTERNAL(9);

    private final int code;

    ResultCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** The constant with this number on the wire, or null. */
    static ResultCode of(int code) {
        for (ResultCode each : values()) {
            if (each.code == code) {
                return each;
            }
        }
        return null;
    }
}
