package io.packetfs.protocol;

/** Why a connection ended (spec: END-3). Codes of {@link #APPLICATION} and above belong to the application. */
public final class ReasonCode {
    public static final int NO_ERROR = 0;
    public static final int INTERNAL = 1;
    public static final int PROTOCOL_VIOLATION = 2;
    public static final int ACK_INVALID = 3;
    public static final int CREDIT_EXCEEDED = 4;
    public static final int LANDING_VIOLATION = 5;
    public static final int GRAM_INCONSISTENT = 6;
    public static final int DIGEST_MISMATCH = 7;
    public static final int LIMIT_EXCEEDED = 8;

    /** Local only, never sent. */
    public static final int IDLE_TIMEOUT = 9;

    /** Local only, never sent. */
    public static final int CONNECT_TIMEOUT = 10;

    public static final int KEY_LIMIT = 11;
    public static final int LOCAL_IO = 12;

    /** The two sides hold different common blobs (spec: PAR-6). */
    public static final int BLOB_MISMATCH = 13;

    /** The stream to the peer has ended or is damaged. Local only, never sent. */
    public static final int CARRIER_LOST = 14;

    /** The first code that the application may give a meaning. */
    public static final int APPLICATION = 256;

    private ReasonCode() {}

    /** The name that the specification gives the code; a code without a name is shown by its number. */
    public static String name(int code) {
        return switch (code) {
            case NO_ERROR -> "NO_ERROR";
            case INTERNAL -> "INTERNAL";
            case PROTOCOL_VIOLATION -> "PROTOCOL_VIOLATION";
            case ACK_INVALID -> "ACK_INVALID";
            case CREDIT_EXCEEDED -> "CREDIT_EXCEEDED";
            case LANDING_VIOLATION -> "LANDING_VIOLATION";
            case GRAM_INCONSISTENT -> "GRAM_INCONSISTENT";
            case DIGEST_MISMATCH -> "DIGEST_MISMATCH";
            case LIMIT_EXCEEDED -> "LIMIT_EXCEEDED";
            case IDLE_TIMEOUT -> "IDLE_TIMEOUT";
            case CONNECT_TIMEOUT -> "CONNECT_TIMEOUT";
            case KEY_LIMIT -> "KEY_LIMIT";
            case LOCAL_IO -> "LOCAL_IO";
            case BLOB_MISMATCH -> "BLOB_MISMATCH";
            case CARRIER_LOST -> "CARRIER_LOST";
            default -> code >= APPLICATION ? "APPLICATION(" + code + ")" : "UNKNOWN(" + code + ")";
        };
    }
}
