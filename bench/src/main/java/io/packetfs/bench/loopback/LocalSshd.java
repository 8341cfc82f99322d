package io.packetfs.bench.loopback;

import io.packetfs.cli.CommandException;
import io.packetfs.cli.ExitCode;
import io.packetfs.cli.InstalledProgram;
import io.packetfs.cli.Signals;
import io.packetfs.cli.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** An SSH server of our own on loopback or another address, with keys that live no longer than it does. It takes the user who runs it and nobody else. */
public final class LocalSshd implements AutoCloseable {
    private static final List<String> FOLDERS = List.of("/usr/sbin", "/usr/local/sbin", "/sbin");
    private static final long READY_TIMEOUT_MS = 5_000;
    private static final long KEY_TIMEOUT_MS = 10_000;
    private static final long POLL_MS = 20;

    private final Program server;
    private final int port;
    private final Path key;
    private final Path log;

    private LocalSshd(Program server, int port, Path key, Path log) {
        this.server = server;
        this.port = port;
        this.key = key;
        this.log = log;
    }

    /** Null, or why there can be none. */
    public static String unavailabilityCause() {
        if (sshd() == null) {
            return "no SSH server (sshd) is installed";
        }
        return Stream.of("ssh", "ssh-keygen")
                .filter(name -> InstalledProgram.find(name) == null)
                .findFirst()
                .map(name -> name + " is not installed")
                .orElse(null);
    }

    /** Starts one on loopback whose files lie in this folder. */
    static LocalSshd start(TemporaryFolder folder, Signals signals) throws CommandException {
        return start(folder, "127.0.0.1", command -> command, signals);
    }

    /**
     * Starts one whose files lie in this folder.
     *
     * @param address where it listens
     * @param onHost makes a command that runs where that address is
     */
    public static LocalSshd start(
            TemporaryFolder folder, String address, UnaryOperator<List<String>> onHost, Signals signals)
            throws CommandException {
        Path hostKey = newKey(folder, "host-key", signals);
        Path userKey = newKey(folder, "user-key", signals);
        int port = FreePort.tcp();
        Path settings = folder.file("sshd_config");
        try {
            Files.writeString(settings, settings(address, port, hostKey, userKey));
        } catch (IOException e) {
            throw failed("cannot write " + settings + ": " + e.getMessage());
        }
        Path log = folder.file("sshd.log");
        List<String> command = List.of(sshd().toString(), "-D", "-e", "-f", settings.toString());
        Program server = Program.start("sshd", onHost.apply(command), log);
        LocalSshd sshd = new LocalSshd(server, port, userKey, log);
        try {
            sshd.awaitReady(signals);
            return sshd;
        } catch (CommandException e) {
            sshd.close();
            throw e;
        }
    }

    public int port() {
        return port;
    }

    /** Options of {@code ssh} and {@code scp} that make them trust this server and be trusted by it, whatever the user has set. */
    public List<String> clientOptions() {
        return List.of(
                "-F", "/dev/null",
                "-i", key.toString(),
                "-o", "BatchMode=yes",
                "-o", "IdentitiesOnly=yes",
                "-o", "StrictHostKeyChecking=no",
                "-o", "UserKnownHostsFile=/dev/null",
                "-o", "LogLevel=ERROR");
    }

    /** The process; those of its connections descend from it. */
    ProcessHandle handle() {
        return server.handle();
    }

    @Override
    public void close() {
        server.close();
    }

    private static Path sshd() {
        Path onPath = InstalledProgram.find("sshd");
        return onPath != null
                ? onPath.toAbsolutePath() // it starts itself anew, by its whole name
                : FOLDERS.stream()
                        .map(folder -> Path.of(folder, "sshd"))
                        .filter(Files::isExecutable)
                        .findFirst()
                        .orElse(null);
    }

    private static Path newKey(TemporaryFolder folder, String name, Signals signals) throws CommandException {
        Path key = folder.file(name);
        if (Files.exists(key)) {
            return key;
        }
        List<String> command = List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString());
        try (Program keygen = Program.start("ssh-keygen", command, folder.file(name + ".log"))) {
            keygen.awaitEnd(KEY_TIMEOUT_MS, signals);
        }
        return key;
    }

    private static String settings(String address, int port, Path hostKey, Path userKey) {
        return """
                Port %d
                ListenAddress %s
                HostKey %s
                AuthorizedKeysFile %s.pub
                PidFile none
                StrictModes no
                UsePAM no
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                PermitRootLogin prohibit-password
                Subsystem sftp internal-sftp
                """.formatted(port, address, hostKey, userKey);
    }

    private void awaitReady(Signals signals) throws CommandException {
        long deadlineNs = System.nanoTime() + READY_TIMEOUT_MS * 1_000_000;
        while (System.nanoTime() - deadlineNs < 0) {
            server.pause(POLL_MS, signals);
            if (listens()) {
                return;
            }
        }
        throw failed("sshd does not answer");
    }

    /** It says so; from here it need not be possible to connect. */
    private boolean listens() throws CommandException {
        try {
            return Files.readString(log).contains("Server listening on");
        } catch (IOException e) {
            throw failed("tells nothing: " + e.getMessage());
        }
    }

    private static CommandException failed(String how) {
        return new CommandException(ExitCode.INTERNAL, "sshd", how);
    }
}
