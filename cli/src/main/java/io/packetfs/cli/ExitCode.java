package io.packetfs.cli;

import io.packetfs.transfer.FailureKind;

/** What a command says to the shell. */
public enum ExitCode {
    OK(0),
    INTERNAL(1),
    USAGE(2),
    PARTIAL(3),
    CANNOT_CONNECT(4),
    TICKET(5),
    VERSION(6),
    INTEGRITY(7),
    LOCAL_IO(8),
    PEER_LOST(9),
    REFUSED(10),
    UNAVAILABLE(11),
    SIGINT(130),
    SIGTERM(143);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    static ExitCode of(FailureKind kind) {
        return switch (kind) {
            case INTERNAL -> INTERNAL;
            case CANNOT_CONNECT -> CANNOT_CONNECT;
            case VERSION -> VERSION;
            case INTEGRITY -> INTEGRITY;
            case LOCAL_IO -> LOCAL_IO;
            case PEER_LOST, STALLED -> PEER_LOST;
            case REFUSED -> REFUSED;
            case INTERRUPTED -> SIGINT;
        };
    }
}
