package io.packetfs.cli;

import io.packetfs.transfer.Failure;
import io.packetfs.transfer.FailureKind;
import io.packetfs.transfer.FileReport;
import io.packetfs.transfer.FileReport.FileStatus;
import io.packetfs.transfer.Texts;
import io.packetfs.transfer.TransferReport;
import io.packetfs.transfer.TransferStatus;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What {@code send} and {@code recv} share: one transfer, its summary, its exit code. */
abstract class TransferCommand implements Callable<Integer> {
    @Mixin
    OutputOptions output;

    @Mixin
    NetworkOptions network;

    @Mixin
    TraceOptions traces;

    @Spec
    CommandSpec spec;

    private Terminal terminal;
    private Signals signals;

    @Override
    public final Integer call() {
        checkUsage();
        if (network.conflict() != null) {
            throw usage(network.conflict());
        }
        if (traces.qlogPackets && traces.qlog == null) {
            throw usage("--qlog-packets needs --qlog");
        }
        terminal = new Terminal(System.err, output.color);
        signals = Signals.install();
        Summary summary = newSummary();
        summary.carrier(network.carrier.name().toLowerCase(Locale.ROOT));
        network.describe(summary.config());
        traces.describe(summary.config());
        try {
            return transfer(summary).number();
        } catch (CommandException e) {
            return fail(summary, e);
        } catch (RuntimeException e) {
            if (output.verbose) {
                e.printStackTrace();
            }
            return fail(summary, new CommandException(ExitCode.INTERNAL, "internal", "internal error: " + e));
        } finally {
            traces.close();
        }
    }

    /** Throws {@link ParameterException} if options do not go together. */
    abstract void checkUsage();

    abstract Summary newSummary();

    abstract ExitCode transfer(Summary summary) throws CommandException;

    final ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    final Terminal terminal() {
        return terminal;
    }

    final Signals signals() {
        return signals;
    }

    /** Tells programs, and people who want to know, what moves the packets. */
    final void noteCarrier(Summary summary, Engine engine, PortChoice port) {
        String carrier = engine.features().carrier();
        summary.io(carrier);
        if (port.carrier() == PortChoice.Carrier.AUTO) {
            PortChoice.Carrier taken = port.afXdpRefusal() == null ? PortChoice.Carrier.AFXDP : PortChoice.Carrier.UDP;
            summary.carrier(taken.name().toLowerCase(Locale.ROOT));
        }
        String refusal = port.afXdpRefusal();
        if (refusal != null && !output.quiet) {
            terminal.line("by the kernel's UDP, not by AF_XDP: " + refusal);
        }
        if (output.verbose) {
            String cause = port.fallbackCause();
            terminal.line((port.isDatagrams() ? "datagrams by " : "packets by ")
                    + carrier
                    + (cause == null ? "" : ", not by the kernel's own calls: " + cause));
        }
    }

    /** Tells people and programs how a transfer went. */
    final ExitCode conclude(Summary summary, TransferReport report) {
        String untraced = traces.failure();
        ExitCode exitCode = exitCode(report);
        if (untraced != null) {
            terminal.error(untraced);
            exitCode = exitCode == ExitCode.OK ? ExitCode.LOCAL_IO : exitCode;
        }
        summary.measured(traces.meter());
        showFiles(report.files());
        if (report.failure() != null) {
            terminal.error(report.failure().message());
        } else if (!output.quiet) {
            terminal.line(sentence(report));
        }
        return writeSummary(summary.of(report, exitCode, untraced)) ? exitCode : ExitCode.LOCAL_IO;
    }

    /** A report for a transfer that a signal ended before it had one. */
    static TransferReport interrupted() {
        Failure failure = Failure.of(FailureKind.INTERRUPTED, "interrupted");
        return new TransferReport(TransferStatus.INTERRUPTED, failure, 0, 0, 0, 0, 0, 0, List.of(), null, null);
    }

    /** Whether descriptors alone travel. */
    boolean isSchedule() {
        return false;
    }

    /** What this side did, such as {@code sent}. */
    abstract String verb();

    private int fail(Summary summary, CommandException e) {
        terminal.error(e.getMessage());
        writeSummary(summary.of(e));
        return e.exitCode().number();
    }

    private ExitCode exitCode(TransferReport report) {
        return switch (report.status()) {
            case OK -> ExitCode.OK;
            case PARTIAL -> ExitCode.PARTIAL;
            case INTERRUPTED -> signals.exitCode();
            case FAILED -> ExitCode.of(report.failure().kind());
        };
    }

    private boolean writeSummary(Map<String, Object> tree) {
        if (output.json == null) {
            return true;
        }
        try {
            JsonFile.write(output.json, tree, System.out);
            return true;
        } catch (IOException e) {
            terminal.error("cannot write " + output.json + ": " + Texts.reason(e));
            return false;
        }
    }

    private void showFiles(List<FileReport> files) {
        if (output.quiet) {
            return;
        }
        for (FileReport file : files) {
            String name = Texts.printable(file.path());
            String note = file.note().isEmpty() ? "" : ": " + file.note();
            if (file.status() == FileStatus.RENAMED) {
                terminal.line("renamed, as the name was taken: " + name);
            } else if (file.status() == FileStatus.SKIPPED || (file.status() == FileStatus.FAILED && !note.isEmpty())) {
                terminal.line((file.status() == FileStatus.SKIPPED ? "skipped " : "failed ") + name + note);
            } else if (output.verbose && file.digest() != null) {
                terminal.line(name + "  " + file.bytes() + " bytes  " + file.digest());
            }
        }
    }

    private String sentence(TransferReport report) {
        long count = report.files().stream()
                .filter(file -> file.status() == FileStatus.OK || file.status() == FileStatus.RENAMED)
                .count();
        double seconds = report.durationNs() / 1e9;
        long movedBytes = report.bytes() - report.resumedBytes();
        String resumed = report.resumedBytes() == 0 ? "" : " (" + Units.bytes(report.resumedBytes()) + " resumed)";
        String reused = report.reusedBytes() == 0 ? "" : " (" + Units.bytes(report.reusedBytes()) + " reused)";
        return String.format(
                "%s %s, %s%s%s in %.2f s (%s)",
                verb(),
                isSchedule() ? report.descriptorCount() + " descriptors" : count + (count == 1 ? " file" : " files"),
                Units.bytes(report.bytes()),
                resumed,
                reused,
                seconds,
                Units.bitRate(seconds > 0 ? movedBytes * 8 / seconds : 0));
    }
}
