package io.packetfs.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code pfs-udp} command: parses the command line and runs the subcommand it names. */
@Command(
        name = "pfs-udp",
        mixinStandardHelpOptions = true,
        versionProvider = PfsUdp.Version.class,
        description = "Moves files and streams over lossy networks.")
public final class PfsUdp implements Runnable {
    @Spec
    private CommandSpec spec;

    private PfsUdp() {}

    public static void main(final String[] args) {
        System.exit(new CommandLine(new PfsUdp()).execute(args));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** The version in the executable jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            final String version = PfsUdp.class.getPackage().getImplementationVersion();
            return new String[] {"pfs-udp " + (version == null ? "(not packaged)" : version)};
        }
    }
}
