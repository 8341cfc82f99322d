package io.packetfs.cli;

import java.io.Serial;

/** A command cannot do what was asked; the message is for people. */
public final class CommandException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final ExitCode exitCode;
    private final String code;

    /**
     * A reason to leave.
     *
     * @param code a short name for programs, such as {@code ticket_malformed}
     */
    public CommandException(ExitCode exitCode, String code, String message) {
        super(message);
        this.exitCode = exitCode;
        this.code = code;
    }

    ExitCode exitCode() {
        return exitCode;
    }

    String code() {
        return code;
    }
}
