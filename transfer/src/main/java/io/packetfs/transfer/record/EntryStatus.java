package io.packetfs.transfer.record;

/**
 * What became of one entry of the manifest.
 *
 * @param text the new name of what was renamed, or why it was skipped or failed
 */
public record EntryStatus(int entry, Kind kind, String text) {
    public enum Kind {
        SKIPPED(1),
        RENAMED(2),
        FAILED(3);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        /** The constant with this number on the wire, or null. */
        static Kind of(int code) {
            for (Kind each : values()) {
                if (each.code == code) {
                    return each;
                }
            }
            return null;
        }
    }
}
