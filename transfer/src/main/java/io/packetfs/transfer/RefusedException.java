package io.packetfs.transfer;

import io.packetfs.transfer.record.ResultCode;
import java.io.Serial;

/** This receiver does not take the transfer; the peer is told so with REFUSE. */
final class RefusedException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final ResultCode code;

    RefusedException(ResultCode code, String message) {
        super(message);
        this.code = code;
    }

    ResultCode code() {
        return code;
    }
}
