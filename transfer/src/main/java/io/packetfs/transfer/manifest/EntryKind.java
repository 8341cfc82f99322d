package io.packetfs.transfer.manifest;

/** What an entry of a manifest is. */
public enum EntryKind {
    FILE(1),
    DIRECTORY(2),
    LINK(3);

    private final int code;

    EntryKind(int code) {
        this.code = code;
    }

    /** The number on the wire (spec: MAN-1). */
    public int code() {
        return code;
    }

    /** The constant with this number on the wire, or null. */
    static EntryKind of(int code) {
        for (EntryKind each : values()) {
            if (each.code == code) {
                return each;
            }
        }
        return null;
    }
}
