package io.packetfs.cli;

import io.packetfs.afxdp.port.PinnedProgram;
import io.packetfs.protocol.port.FeatureUnavailableException;
import io.packetfs.transfer.Texts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code pfs-udp afxdp-setup}: does what takes privileges, so that a transfer over AF_XDP needs few. */
@Command(
        name = "afxdp-setup",
        description = {
            "Leaves a program at a network device, for send and recv --carrier afxdp --afxdp-pinned DIR (root).",
            "They need CAP_NET_RAW only then. The program leads datagrams for one port to them while they run, and everything else,",
            "and everything at other times, to the kernel. DIR has to be in a file system of type bpf, such as /sys/fs/bpf."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class AfXdpSetUpCommand implements Callable<Integer> {
    private static final int PORT_MAX = 65_535;

    @Option(names = "--dev", paramLabel = "IFACE", description = "The network device.")
    private String device;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            converter = RecvCommand.HostPortConverter.class,
            description = "What recv --listen will get, or :PORT for all addresses; the port has to be said.")
    private HostPort listen;

    @Option(names = "--pin", paramLabel = "DIR", required = true, description = "Where it is named.")
    private Path directory;

    @Option(names = "--user", paramLabel = "NAME", description = "Who may use it (default: root only).")
    private String user;

    @Option(names = "--remove", description = "Take away what was left in DIR.")
    private boolean remove;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Terminal terminal = new Terminal(System.err, OutputOptions.Color.AUTO);
        try {
            if (remove) {
                PinnedProgram.remove(directory);
            } else {
                leave();
            }
            return ExitCode.OK.number();
        } catch (FeatureUnavailableException e) {
            terminal.error(e.getMessage());
            return ExitCode.UNAVAILABLE.number();
        } catch (IOException e) {
            terminal.error(Texts.reason(e));
            return ExitCode.LOCAL_IO.number();
        } catch (CommandException e) {
            terminal.error(e.getMessage());
            return e.exitCode().number();
        }
    }

    private void leave() throws IOException, CommandException {
        if (device == null || listen == null) {
            throw new ParameterException(spec.commandLine(), "--dev and --listen are needed, or --remove");
        }
        InetSocketAddress local = listen.resolve(0);
        if (local.getPort() < 1 || local.getPort() > PORT_MAX) {
            throw new ParameterException(spec.commandLine(), "--listen needs a port, which recv then listens at");
        }
        UserPrincipal owner = user == null
                ? null
                : directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user);
        Path parent = directory.toAbsolutePath().getParent();
        if (parent == null || !Files.getFileStore(existing(parent)).type().equals("bpf")) {
            throw new CommandException(
                    ExitCode.UNAVAILABLE,
                    "no_bpffs",
                    directory + " is not in a file system of type bpf: mount -t bpf bpf /sys/fs/bpf");
        }
        PinnedProgram.leave(device, local, directory);
        if (owner != null) {
            PinnedProgram.giveTo(directory, owner);
        }
    }

    private static Path existing(Path path) {
        Path at = path;
        while (!Files.exists(at) && at.getParent() != null) {
            at = at.getParent();
        }
        return at;
    }
}
