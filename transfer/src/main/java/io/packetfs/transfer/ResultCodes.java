package io.packetfs.transfer;

import io.packetfs.transfer.record.ResultCode;

/** What the codes of REFUSE and RESULT mean on either side (spec: END-1). */
final class ResultCodes {
    private ResultCodes() {}

    /** For the side that was refused. */
    static Failure failureAtSender(ResultCode code, String message) {
        FailureKind kind = code == ResultCode.VERSION ? FailureKind.VERSION : FailureKind.REFUSED;
        return Failure.of(kind, "the receiver refused: " + Texts.printable(message));
    }

    /** For the side that refused. */
    static Failure failureAtReceiver(ResultCode code, String message) {
        FailureKind kind = switch (code) {
            case VERSION -> FailureKind.VERSION;
            case TOO_LARGE, LOCAL_IO -> FailureKind.LOCAL_IO;
            case INTEGRITY -> FailureKind.INTEGRITY;
            case INTERNAL -> FailureKind.INTERNAL;
            default -> FailureKind.REFUSED;
        };
        return Failure.of(kind, message);
    }

    /** For the side that hears of a failure in a RESULT. */
    static Failure failureOfResult(ResultCode code, String message) {
        FailureKind kind = switch (code) {
            case INTEGRITY -> FailureKind.INTEGRITY;
            case LOCAL_IO -> FailureKind.LOCAL_IO;
            default -> FailureKind.INTERNAL;
        };
        return Failure.of(kind, "the receiver reports: " + Texts.printable(message));
    }
}
