package io.packetfs.bench.loopback;

import io.packetfs.cli.CommandException;
import io.packetfs.cli.ExitCode;
import io.packetfs.cli.InstalledProgram;
import io.packetfs.cli.Signals;
import io.packetfs.cli.TemporaryFolder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * {@code scp} or {@code rsync} by a local SSH server, from a file in memory to another. They copy a file once, so that connecting counts as
 * well, and have no warm-up. Processor time is that of all their processes, as it was when each was last seen.
 */
final class SshCopy implements Contender {
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final long BYTES_MIN = 16L << 20;
    private static final long BYTES_MAX = 4L << 30;
    private static final int CHUNK_BYTES = 1 << 20;
    private static final long POLL_MS = 20;
    private static final long TIMEOUT_NS = 300_000_000_000L;

    private final String program;

    /** @param program {@code scp} or {@code rsync} */
    SshCopy(String program) {
        this.program = program;
    }

    @Override
    public String name() {
        return program;
    }

    @Override
    public String what() {
        return program + " by a local sshd, a file in /dev/shm to another, connecting included";
    }

    @Override
    public String unavailabilityCause() {
        if (InstalledProgram.find(program) == null) {
            return program + " is not installed";
        }
        return Files.isDirectory(MEMORY) ? LocalSshd.unavailabilityCause() : "there is no " + MEMORY;
    }

    @Override
    public Measurement measure(LoopbackPlan plan, Signals signals) throws CommandException {
        long bytes = Math.clamp(plan.bytesMin(), BYTES_MIN, BYTES_MAX);
        try (TemporaryFolder folder = TemporaryFolder.make(MEMORY, 2 * bytes);
                LocalSshd sshd = LocalSshd.start(folder, signals)) {
            Path source = folder.file("source");
            Path target = folder.file("target");
            fill(source, bytes);
            double busyFirst = MachineUsage.busySeconds();
            long startNs = System.nanoTime();
            try (Program copy = Program.start(program, command(sshd, source, target), folder.file("copy.log"))) {
                Seen sending = new Seen();
                Seen receiving = new Seen();
                while (copy.isRunning()) {
                    sending.look(copy.handle());
                    receiving.look(sshd.handle());
                    Pause.ms(POLL_MS, signals);
                    if (System.nanoTime() - startNs > TIMEOUT_NS) {
                        throw failed("did not end");
                    }
                }
                copy.awaitEnd(0, signals);
                double busySeconds = MachineUsage.busySeconds() - busyFirst;
                double seconds = (System.nanoTime() - startNs) / 1e9;
                if (Files.mismatch(source, target) >= 0) {
                    throw failed("made a copy that differs");
                }
                return measurement(seconds, bytes, sending.usage(), receiving.usage(), busySeconds);
            }
        } catch (IOException e) {
            throw failed("has no files to copy: " + e.getMessage());
        }
    }

    private static Measurement measurement(
            double seconds, long bytes, ProcessUsage sending, ProcessUsage receiving, double busySeconds) {
        return new Measurement(
                seconds,
                bytes,
                Tally.UNKNOWN,
                Tally.UNKNOWN,
                sending.cpuSeconds(),
                receiving.cpuSeconds(),
                Math.max(0, busySeconds - sending.cpuSeconds() - receiving.cpuSeconds()),
                sending.residentBytesMax(),
                receiving.residentBytesMax(),
                Tally.UNKNOWN,
                List.of());
    }

    private List<String> command(LocalSshd sshd, Path source, Path target) {
        List<String> command = new ArrayList<>(List.of(program));
        String port = Integer.toString(sshd.port());
        if (program.equals("scp")) {
            command.add("-q");
            command.addAll(sshd.clientOptions());
            command.addAll(List.of("-P", port));
        } else {
            String shell = "ssh -p " + port + " " + String.join(" ", sshd.clientOptions());
            command.addAll(List.of("--whole-file", "--inplace", "-e", shell));
        }
        command.addAll(List.of(source.toString(), "127.0.0.1:" + target));
        return command;
    }

    private static void fill(Path file, long bytes) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        new SplittableRandom(1).nextBytes(chunk);
        try (OutputStream output = Files.newOutputStream(file)) {
            for (long written = 0; written < bytes; written += chunk.length) {
                output.write(chunk, 0, (int) Math.min(chunk.length, bytes - written));
            }
        }
    }

    private CommandException failed(String how) {
        return new CommandException(ExitCode.INTERNAL, program, program + " " + how);
    }

    /** Processes that descend from one, and the last that was seen of each. */
    private static final class Seen {
        private final Map<Long, ProcessUsage> usages = new HashMap<>();

        void look(ProcessHandle root) {
            note(root.pid());
            root.descendants().forEach(process -> note(process.pid()));
        }

        ProcessUsage usage() {
            return ProcessUsage.sum(usages.values());
        }

        private void note(long pid) {
            ProcessUsage now = ProcessUsage.ofAny(pid);
            usages.merge(pid, now, (before, after) -> after.cpuSeconds() < before.cpuSeconds() ? before : after);
        }
    }
}
