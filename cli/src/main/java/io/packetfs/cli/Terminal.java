package io.packetfs.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Standard error as people see it: whether it is a terminal, how wide, and what is written to it. */
public final class Terminal {
    private static final int COLUMNS_DEFAULT = 80;

    private final PrintStream err;
    private final boolean terminal;
    private final boolean colored;
    private int lineLength;

    Terminal(PrintStream err, OutputOptions.Color color) {
        this.err = err;
        terminal = isTerminal();
        colored = switch (color) {
            case ALWAYS -> true;
            case NEVER -> false;
            case AUTO -> terminal && System.getenv("NO_COLOR") == null;
        };
    }

    /** Whether standard error is a terminal that can rewrite a line. */
    boolean isInteractive() {
        return terminal;
    }

    int columns() {
        String columns = System.getenv("COLUMNS");
        try {
            return columns == null ? COLUMNS_DEFAULT : Math.clamp(Integer.parseInt(columns), 20, 400);
        } catch (NumberFormatException e) {
            return COLUMNS_DEFAULT;
        }
    }

    /** Writes a line. */
    public void line(String text) {
        clearStatus();
        err.println(text);
        err.flush();
    }

    /** Writes a line that says what went wrong. */
    public void error(String text) {
        line((colored ? "\u001b[31mpfs-udp:\u001b[0m " : "pfs-udp: ") + text);
    }

    /** Shows a line that the next one replaces. */
    void status(String text) {
        String padding = " ".repeat(Math.max(0, lineLength - text.length()));
        err.print("\r" + text + padding);
        err.flush();
        lineLength = text.length();
    }

    void clearStatus() {
        if (lineLength > 0) {
            err.print("\r" + " ".repeat(lineLength) + "\r");
            lineLength = 0;
        }
    }

    private static boolean isTerminal() {
        if ("dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException e) {
            return System.console().isTerminal();
        }
    }
}
