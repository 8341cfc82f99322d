package io.packetfs.cli;

import io.packetfs.transfer.Texts;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * What commands share that run others and report on them.
 *
 * <p>Measurements that need more than this module may use are offered as services of this type by the module that makes them; they then
 * are commands under {@code pfs-udp bench}.
 */
public abstract class ReportCommand implements Callable<Integer> {
    @Mixin
    OutputOptions output;

    @Spec
    private CommandSpec spec;

    private Terminal terminal;
    private Signals signals;

    @Override
    public final Integer call() {
        terminal = new Terminal(System.err, output.color);
        signals = Signals.install();
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("schema", schema());
        report.put("version", PfsUdp.version());
        ExitCode exitCode;
        Map<String, Object> error = null;
        try {
            exitCode = run(report);
        } catch (CommandException e) {
            terminal.error(e.getMessage());
            exitCode = e.exitCode();
            error = new LinkedHashMap<>();
            error.put("code", e.code());
            error.put("message", e.getMessage());
            error.put("resumable", false);
        }
        report.put("exit_code", exitCode.number());
        report.put("error", error);
        report.putIfAbsent("host", HostFacts.host(null));
        try {
            if (output.json != null) {
                JsonFile.write(output.json, report, System.out);
            }
        } catch (IOException e) {
            terminal.error("cannot write " + output.json + ": " + Texts.reason(e));
            return ExitCode.LOCAL_IO.number();
        }
        return exitCode.number();
    }

    /** The name and version of the report's form. */
    protected abstract String schema();

    /**
     * Does the work and puts what it finds into the report, also when it fails.
     *
     * @throws ParameterException if the options cannot be; {@link #usage} makes one
     */
    protected abstract ExitCode run(Map<String, Object> report) throws CommandException;

    /** What to throw when options do not go together. */
    protected final ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    protected final Terminal terminal() {
        return terminal;
    }

    protected final Signals signals() {
        return signals;
    }

    /** Tells people, unless they want to hear of errors only. */
    protected final void say(String line) {
        if (!output.quiet) {
            terminal.line(line);
        }
    }
}
