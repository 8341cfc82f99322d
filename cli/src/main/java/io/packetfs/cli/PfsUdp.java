package io.packetfs.cli;

import java.util.LinkedHashMap;
import java.util.Map;
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
        description = "Moves files and streams over lossy networks.",
        synopsisSubcommandLabel = "COMMAND")
public final class PfsUdp implements Runnable {
    private static final Map<String, Class<?>> COMMANDS = commands();

    @Spec
    private CommandSpec spec;

    private PfsUdp() {}

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs a command; returns its exit code. */
    static int run(String... args) {
        return commandLine(args).execute(args);
    }

    /**
     * What can parse and run these arguments. To read what all commands offer takes a tenth of a second, so the one that is named is taken
     * alone.
     */
    static CommandLine commandLine(String... args) {
        CommandLine commandLine = new CommandLine(new PfsUdp());
        Class<?> named = args.length == 0 ? null : COMMANDS.get(args[0]);
        if (named == null) {
            COMMANDS.forEach(commandLine::addSubcommand);
        } else {
            commandLine.addSubcommand(args[0], named);
        }
        if (args.length > 0 && args[0].equals(BenchCommand.NAME)) {
            BenchCommand.addOffered(commandLine.getSubcommands().get(BenchCommand.NAME));
        }
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setParameterExceptionHandler((exception, parsed) -> {
            CommandLine failed = exception.getCommandLine();
            failed.getErr().println("pfs-udp: " + exception.getMessage().replace('\n', ' '));
            failed.getErr().println("Try: " + failed.getCommandSpec().qualifiedName() + " --help");
            failed.getErr().flush();
            return ExitCode.USAGE.number();
        });
        commandLine.setExecutionExceptionHandler((exception, failed, result) -> {
            failed.getErr().println("pfs-udp: internal error: " + exception);
            return ExitCode.INTERNAL.number();
        });
        return commandLine;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private static Map<String, Class<?>> commands() {
        Map<String, Class<?>> all = new LinkedHashMap<>();
        all.put("send", SendCommand.class);
        all.put("recv", RecvCommand.class);
        all.put("demo", DemoCommand.class);
        all.put(BenchCommand.NAME, BenchCommand.class);
        all.put("link", LinkCommand.class);
        all.put("sim", SimCommand.class);
        all.put("proxy", ProxyCommand.class);
        all.put("budget", BudgetCommand.class);
        all.put("blob", BlobCommand.class);
        all.put("pcpu", PcpuCommand.class);
        all.put("afxdp-setup", AfXdpSetUpCommand.class);
        all.put("doctor", DoctorCommand.class);
        all.put("train", TrainCommand.class);
        return all;
    }

    /** The version in the executable jar's manifest. */
    static String version() {
        String version = PfsUdp.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }

    /** For {@code --version}. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"pfs-udp " + version()};
        }
    }
}
