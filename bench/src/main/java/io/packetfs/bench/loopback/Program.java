package io.packetfs.bench.loopback;

import io.packetfs.cli.CommandException;
import io.packetfs.cli.ExitCode;
import io.packetfs.cli.Signals;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Somebody else's program, which ends with its owner, and all that it started with it. */
public final class Program implements AutoCloseable {
    private static final long POLL_MS = 20;
    private static final long END_TIMEOUT_MS = 3_000;

    private final String name;
    private final Process process;
    private final Path output;

    private Program(String name, Process process, Path output) {
        this.name = name;
        this.process = process;
        this.output = output;
    }

    /**
     * Starts one.
     *
     * @param name what to call it when it fails
     * @param output where all that it says goes
     */
    public static Program start(String name, List<String> command, Path output) throws CommandException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(output.toFile())
                    .redirectErrorStream(true)
                    .start();
            return new Program(name, process, output);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.INTERNAL, "child_failed", "cannot start the " + name + ": " + e.getMessage());
        }
    }

    long pid() {
        return process.pid();
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** Lets time pass in which it has to go on running. */
    void pause(long ms, Signals signals) throws CommandException {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
        while (System.nanoTime() - endNs < 0) {
            if (!process.isAlive()) {
                throw failed("ended early");
            }
            Pause.ms(POLL_MS, signals);
        }
    }

    /** Waits for its end, which has to be a good one. */
    public void awaitEnd(long timeoutMs, Signals signals) throws CommandException {
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        while (process.isAlive()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw failed("did not end");
            }
            Pause.ms(POLL_MS, signals);
        }
        if (process.exitValue() != 0) {
            throw failed("left with exit code " + process.exitValue());
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> others = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(END_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        others.forEach(ProcessHandle::destroyForcibly);
    }

    private CommandException failed(String how) {
        return new CommandException(ExitCode.INTERNAL, "child_failed", "the " + name + " " + how + said());
    }

    /** The last line in which it speaks of an error, or else its last line. */
    private String said() {
        try {
            List<String> lines = Files.readAllLines(output);
            return lines.stream()
                    .filter(line -> line.contains("error"))
                    .reduce((first, second) -> second)
                    .or(() -> lines.isEmpty() ? Optional.empty() : Optional.of(lines.getLast()))
                    .map(line -> ": " + line.strip())
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }
}
