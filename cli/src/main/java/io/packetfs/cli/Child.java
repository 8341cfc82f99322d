package io.packetfs.cli;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process that ends with its owner, most often this program again: the same JVM, the same flags, the same classes. */
public final class Child implements AutoCloseable {
    private static final long POLL_MS = 50;
    private static final long TERMINATE_TIMEOUT_MS = 5_000;

    private final Process process;
    private final String name;

    private Child(String name, Process process) {
        this.name = name;
        this.process = process;
    }

    /**
     * Starts a command of this program.
     *
     * @param name what to call it when it fails
     * @param standardOutput where its standard output goes; its standard error is this process's
     */
    static Child start(String name, File standardOutput, List<String> arguments) throws CommandException {
        return start(name, commandLine(arguments), standardOutput, ProcessBuilder.Redirect.INHERIT);
    }

    /** Starts any command. */
    static Child start(
            String name, List<String> commandLine, File standardOutput, ProcessBuilder.Redirect standardError)
            throws CommandException {
        ProcessBuilder builder = new ProcessBuilder(commandLine)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(standardOutput)
                .redirectError(standardError);
        try {
            return new Child(name, builder.start());
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.INTERNAL, "internal", "cannot start the " + name + ": " + e.getMessage());
        }
    }

    /** What starts a command of this program. */
    static List<String> commandLine(List<String> arguments) {
        List<String> command = javaCommand(List.of(), PfsUdp.class);
        command.addAll(arguments);
        return command;
    }

    /**
     * What starts another program on this JVM, with its flags and its classes; arguments may be added.
     *
     * @param flags more flags
     */
    public static List<String> javaCommand(List<String> flags, Class<?> main) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current()
                .info()
                .command()
                .orElse(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            // A debugger, an agent or a cache that is being recorded is there once.
            boolean single = flag.startsWith("-agentlib")
                    || flag.startsWith("-javaagent")
                    || flag.startsWith("-XX:AOTCacheOutput");
            if (!single) {
                command.add(flag);
            }
        }
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        return command;
    }

    boolean isRunning() {
        return process.isAlive();
    }

    /** Waits for a file that the process writes, and returns what is in it. */
    String awaitFile(Path file, Signals signals, long timeoutMs) throws CommandException {
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        try {
            while (!Files.exists(file)) {
                if (!process.isAlive() || System.nanoTime() - deadlineNs > 0) {
                    throw failed("did not get ready");
                }
                pause(signals);
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new CommandException(ExitCode.LOCAL_IO, "local_io", "cannot read " + file + ": " + e.getMessage());
        }
    }

    /** Waits for its end; anything but exit code 0 is an exception. */
    void await(Signals signals) throws CommandException {
        while (process.isAlive()) {
            pause(signals);
        }
        if (process.exitValue() != 0) {
            throw failed("left with exit code " + process.exitValue());
        }
    }

    /** The summary that a process has written. */
    static Map<String, Object> summary(Path file) throws CommandException {
        try {
            return JsonFile.parse(Files.readString(file));
        } catch (IOException e) {
            throw new CommandException(ExitCode.INTERNAL, "internal", "cannot read " + file + ": " + e.getMessage());
        }
    }

    @Override
    public void close() {
        if (!process.isAlive()) {
            return;
        }
        process.destroy();
        try {
            if (!process.waitFor(TERMINATE_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Lets a moment pass, less if it ends meanwhile. */
    void pause(Signals signals) throws CommandException {
        pause(signals, POLL_MS);
    }

    /** As {@link #pause(Signals)}, of so many milliseconds. */
    void pause(Signals signals, long ms) throws CommandException {
        if (signals.received() != 0) {
            throw new CommandException(signals.exitCode(), "interrupted", "interrupted");
        }
        try {
            process.waitFor(ms, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.INTERNAL, "interrupted", "interrupted");
        }
    }

    private CommandException failed(String how) {
        return new CommandException(ExitCode.INTERNAL, "child_failed", "the " + name + " " + how);
    }
}
