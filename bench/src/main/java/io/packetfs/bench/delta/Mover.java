package io.packetfs.bench.delta;

import io.packetfs.bench.loopback.LocalSshd;
import io.packetfs.bench.loopback.Pause;
import io.packetfs.bench.loopback.Program;
import io.packetfs.cli.Child;
import io.packetfs.cli.CommandException;
import io.packetfs.cli.ExitCode;
import io.packetfs.cli.InstalledProgram;
import io.packetfs.cli.PfsUdp;
import io.packetfs.cli.Signals;
import io.packetfs.cli.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A way to bring a file to a folder that may hold an older version of it. */
enum Mover {
    /** Sealed, {@code recv --on-exists resume}. */
    PFS_UDP("pfs-udp") {
        @Override
        String unavailabilityCause() {
            return null;
        }

        @Override
        void move(Round round, Clock clock) throws CommandException {
            Path ticketFile = round.folder().file("ticket");
            List<String> receive = pfsUdp("recv", "--quiet", "--on-exists", "resume");
            receive.addAll(List.of("--listen", round.hosts().receiverAddress() + ":0"));
            receive.addAll(List.of(
                    "--ticket-file",
                    ticketFile.toString(),
                    round.target().getParent().toString()));
            try (Program receiver = round.start(label, round.hosts().atReceiver(receive), "receiver.log")) {
                String ticket = awaitTicket(ticketFile, receiver, round.signals());
                // A receiver rehearses while it waits.
                Pause.ms(WAITED_MS, round.signals());
                List<String> send =
                        pfsUdp("send", "--quiet", ticket, round.source().toString());
                clock.run(round.hosts().atSender(send));
                receiver.awaitEnd(TIMEOUT_MS, round.signals());
                Files.delete(ticketFile);
            } catch (IOException e) {
                throw new CommandException(ExitCode.LOCAL_IO, "local_io", e.getMessage());
            }
        }
    },
    /** By a server of our own, that is started before. */
    RSYNC("rsync over ssh") {
        @Override
        String unavailabilityCause() {
            return InstalledProgram.find("rsync") == null ? "rsync is not installed" : LocalSshd.unavailabilityCause();
        }

        @Override
        void move(Round round, Clock clock) throws CommandException {
            try (LocalSshd sshd = LocalSshd.start(
                    round.folder(), round.hosts().receiverAddress(), round.hosts()::atReceiver, round.signals())) {
                String shell = "ssh -p " + sshd.port() + " " + String.join(" ", sshd.clientOptions());
                String target = round.hosts().receiverAddress() + ":" + round.target();
                clock.run(round.hosts()
                        .atSender(List.of(
                                "rsync",
                                "--no-whole-file",
                                "-e",
                                shell,
                                round.source().toString(),
                                target)));
            }
        }
    };

    private static final long READY_TIMEOUT_MS = 30_000;
    private static final long TIMEOUT_MS = 600_000;
    private static final long POLL_MS = 20;
    private static final long WAITED_MS = 2_000;

    final String label;

    Mover(String label) {
        this.label = label;
    }

    /** What one measurement is made with. The source and the target are files of one name. */
    record Round(Hosts hosts, TemporaryFolder folder, Path source, Path target, Signals signals) {
        Program start(String name, List<String> command, String log) throws CommandException {
            return Program.start(name, command, folder.file(log));
        }
    }

    /** Runs what is measured to its end. */
    @FunctionalInterface
    interface Clock {
        void run(List<String> command) throws CommandException;
    }

    abstract String unavailabilityCause();

    /** Brings the file there. */
    abstract void move(Round round, Clock clock) throws CommandException;

    private static List<String> pfsUdp(String... arguments) {
        List<String> command = new ArrayList<>(Child.javaCommand(List.of(), PfsUdp.class));
        command.addAll(List.of(arguments));
        return command;
    }

    private static String awaitTicket(Path file, Program receiver, Signals signals)
            throws CommandException, IOException {
        long deadlineNs = System.nanoTime() + READY_TIMEOUT_MS * 1_000_000;
        while (!Files.exists(file)) {
            if (!receiver.isRunning() || System.nanoTime() - deadlineNs > 0) {
                throw new CommandException(ExitCode.INTERNAL, "child_failed", "the receiver did not get ready");
            }
            Pause.ms(POLL_MS, signals);
        }
        return Files.readString(file).strip();
    }
}
