package io.packetfs.bench.loopback;

import io.packetfs.cli.Child;
import io.packetfs.cli.CommandException;
import io.packetfs.cli.ExitCode;
import io.packetfs.cli.Signals;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The process of one end, such as {@link EndMain}, as the process sees it that started it and that it ends with. */
public final class EndProcess implements AutoCloseable {
    private static final long POLL_MS = 50;
    private static final long END_TIMEOUT_MS = 3_000;
    private static final long ANSWER_TIMEOUT_MS = 10_000;

    private final String name;
    private final Process process;
    private final Path errors;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private EndProcess(String name, Process process, Path errors) {
        this.name = name;
        this.process = process;
        this.errors = errors;
        Thread.ofVirtual().start(this::read);
    }

    /**
     * Starts one.
     *
     * @param flags for its JVM, beside those of this one
     * @param errors where its standard error goes
     */
    static EndProcess start(List<String> flags, EndOptions options, Path errors) throws CommandException {
        String name = options.receives() ? "receiver" : "sender";
        List<String> command = new ArrayList<>(Child.javaCommand(flags, EndMain.class));
        command.addAll(options.arguments());
        return start(name, command, errors);
    }

    /**
     * Starts one.
     *
     * @param name what to call it when it fails
     * @param command a program that ends with its standard input
     * @param errors where its standard error goes
     */
    public static EndProcess start(String name, List<String> command, Path errors) throws CommandException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectError(errors.toFile()).start();
            return new EndProcess(name, process, errors);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.INTERNAL, "child_failed", "cannot start the " + name + ": " + e.getMessage());
        }
    }

    /** Waits until it is ready; returns the word that the other end has to know. */
    String awaitReady(Signals signals) throws CommandException {
        return await(EndMain.READY, LoopbackPlan.READY_TIMEOUT_MS, signals);
    }

    /** Asks what it has moved. */
    Tally.Snapshot count(Signals signals) throws CommandException {
        try {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw failed("does not listen");
        }
        return Tally.Snapshot.parse(await(EndMain.COUNT, ANSWER_TIMEOUT_MS, signals));
    }

    /** What it uses. */
    ProcessUsage usage() throws CommandException {
        try {
            return ProcessUsage.of(process.pid());
        } catch (IOException e) {
            throw failed("is gone");
        }
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(END_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            // it was ended while it was listened to
            lines.add("");
        }
    }

    /** Waits for a line that begins like this, and returns the rest of it. */
    public String await(String prefix, long timeoutMs, Signals signals) throws CommandException {
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        try {
            while (System.nanoTime() - deadlineNs < 0) {
                String line = lines.poll(POLL_MS, TimeUnit.MILLISECONDS);
                if (line != null && line.startsWith(prefix)) {
                    return line.substring(prefix.length());
                }
                if (signals.received() != 0) {
                    throw new CommandException(signals.exitCode(), "interrupted", "interrupted");
                }
                if (line == null && !process.isAlive()) {
                    throw failed("left with exit code " + process.exitValue());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.INTERNAL, "interrupted", "interrupted");
        }
        throw failed("said nothing for " + timeoutMs + " ms");
    }

    private CommandException failed(String how) {
        return new CommandException(ExitCode.INTERNAL, "child_failed", "the " + name + " " + how + reason());
    }

    /** What it complained of: the first line that names an exception, or else the first line. */
    private String reason() {
        try {
            List<String> complaints = Files.readAllLines(errors);
            return complaints.stream()
                    .filter(line -> line.contains("Exception"))
                    .findFirst()
                    .or(() -> complaints.stream().findFirst())
                    .map(line -> ": " + line.strip())
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }
}
