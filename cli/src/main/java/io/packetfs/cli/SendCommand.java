package io.packetfs.cli;

import io.packetfs.ackwindow.Bbr;
import io.packetfs.ackwindow.CappedRate;
import io.packetfs.ackwindow.CongestionControllerSupplier;
import io.packetfs.ackwindow.Cubic;
import io.packetfs.ackwindow.FixedRate;
import io.packetfs.endpoint.EndpointConfig;
import io.packetfs.protocol.Ticket;
import io.packetfs.protocol.TicketException;
import io.packetfs.protocol.handshake.InitiatorHandshake;
import io.packetfs.transfer.AddressRace;
import io.packetfs.transfer.BaseFiles;
import io.packetfs.transfer.FileSendSession;
import io.packetfs.transfer.ScheduleSendSession;
import io.packetfs.transfer.StreamSendSession;
import io.packetfs.transfer.StripeConnector;
import io.packetfs.transfer.TransferReport;
import io.packetfs.transfer.TransferSession;
import io.packetfs.transfer.manifest.SourceTree;
import io.packetfs.transfer.record.RecordLimits;
import io.packetfs.transfer.record.VerifyKind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

/** {@code pfs-udp send}: files, directories, or standard input, to whoever gave out the ticket. */
@Command(
        name = "send",
        description = "Sends files and directories, or standard input, to the receiver that gave out the ticket.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class SendCommand extends TransferCommand {
    /** Which congestion control. */
    enum Congestion {
        BBR,
        CUBIC,
        FIXED
    }

    private static final String STDIN = "-";
    private static final long CLOSE_TIMEOUT_MS = 1_000;

    @Parameters(index = "0", paramLabel = "TICKET", description = "What recv printed.")
    private String ticketText;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "PATH",
            description = "Files and directories; a single - is standard input.")
    private List<String> paths;

    @Option(
            names = "--connect-timeout",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = Units.DurationConverter.class,
            description = "Leave when nobody answers for so long (default ${DEFAULT-VALUE}).")
    private Duration connectTimeout;

    @Option(
            names = "--cc",
            paramLabel = "bbr|cubic|fixed",
            defaultValue = "bbr",
            description = "Congestion control (default ${DEFAULT-VALUE}); fixed needs --rate.")
    private Congestion congestion;

    @Option(
            names = "--rate",
            paramLabel = "BITS",
            converter = Units.BitRateConverter.class,
            description = "The rate of --cc fixed, otherwise a cap, in bits per second, such as 800M.")
    private Long rateBitsPerSecond;

    @Option(names = "--insecure", description = "Check-summed, not encrypted; the receiver has to say so, too.")
    private boolean insecure;

    @Option(
            names = "--verify",
            paramLabel = "crc32c|sha256",
            defaultValue = "crc32c",
            description = "End-to-end digest (default ${DEFAULT-VALUE}).")
    private VerifyKind verify;

    @Option(
            names = "--streams",
            paramLabel = "N",
            defaultValue = "1",
            description = "Connections that files are striped over, each on a thread of its own, 1 to 16 (default"
                    + " ${DEFAULT-VALUE}).")
    private int streams;

    @Option(
            names = "--base",
            paramLabel = "PATH",
            description =
                    "An older version of PATH that the receiver is believed to have: it is asked only of what that holds.")
    private Path base;

    @Mixin
    private ScheduleOptions schedule;

    private TransferSession session;
    private AddressRace race;

    @Override
    void checkUsage() {
        if (paths.contains(STDIN) && paths.size() > 1) {
            throw usage("- stands for standard input and goes with no other path");
        }
        if (congestion == Congestion.FIXED && rateBitsPerSecond == null) {
            throw usage("--cc fixed needs --rate");
        }
        checkCarrier();
        checkSchedule();
        if (streams < 1 || streams > RecordLimits.STREAMS_MAX) {
            throw usage("--streams is 1 to " + RecordLimits.STREAMS_MAX);
        }
        if (isStream() && streams > 1) {
            throw usage("--streams is for files; standard input goes over one connection");
        }
        if (isStream() && base != null) {
            throw usage("--base is for files");
        }
        if (isStream() && verify == VerifyKind.SHA256) {
            throw usage("--verify sha256 is for files; a stream is checked with CRC32C");
        }
    }

    private void checkSchedule() {
        if (schedule.conflict() != null) {
            throw usage(schedule.conflict());
        }
        if (schedule.hasPayload()) {
            return;
        }
        if (isStream() || paths.size() > 1) {
            throw usage("without payload PATH is one blob");
        }
        if (streams > 1 || base != null || verify == VerifyKind.SHA256) {
            throw usage("--streams, --base and --verify sha256 are for files");
        }
    }

    private void checkCarrier() {
        if (network.isDatagrams()) {
            if (streams > 1 && network.carrier != PortChoice.Carrier.UDP) {
                throw usage(
                        "--streams takes a socket for each stream, and --carrier afxdp has the device's only program");
            }
            return;
        }
        ParseResult given = spec.commandLine().getParseResult();
        if (given.hasMatchedOption("--cc") || given.hasMatchedOption("--rate")) {
            throw usage("--cc and --rate are for datagrams; with --carrier tcp the kernel decides how fast to send");
        }
    }

    @Override
    Summary newSummary() {
        Summary summary = new Summary("sender");
        boolean isOurs = network.isDatagrams();
        summary.congestion(isOurs ? congestion.name().toLowerCase(Locale.ROOT) : "kernel");
        summary.config().put("connect_timeout_s", connectTimeout.toMillis() / 1_000.0);
        summary.config().put("cc", congestion.name().toLowerCase(Locale.ROOT));
        summary.config().put("rate_bps", rateBitsPerSecond);
        summary.config().put("base", base == null ? null : base.toString());
        summary.config().put("insecure", insecure);
        summary.config().put("verify", verify.name().toLowerCase(Locale.ROOT));
        summary.config().put("streams", streams);
        schedule.describe(summary.config());
        return summary;
    }

    @Override
    boolean isSchedule() {
        return !schedule.hasPayload();
    }

    @Override
    String verb() {
        return "sent";
    }

    @Override
    ExitCode transfer(Summary summary) throws CommandException {
        Ticket ticket = ticket();
        summary.cipher(Ciphers.name(ticket), Ciphers.suite(ticket));
        SourceTree tree = isStream() || !schedule.hasPayload() ? null : scan();
        if (base != null && !Files.isReadable(base)) {
            throw new CommandException(ExitCode.LOCAL_IO, "local_io", "cannot read the base " + base);
        }
        EndpointConfig.Builder config = network.config(supplier(), connectTimeout);
        PortChoice port = network.port(new InetSocketAddress(0)).connecting();
        try (HeldBlob held = schedule.hasPayload() ? null : HeldBlob.open(paths.getFirst());
                EngineGroup engines = EngineGroup.apart(port, withBlob(config, held), traces.open(), streams)) {
            Engine engine = engines.first();
            noteCarrier(summary, engine, port);
            session =
                    held == null ? newSession(tree, engine, engines.stripes(ticket)) : newScheduleSession(held, engine);
            int spread = streams == 1 ? InitiatorHandshake.NO_SPREAD : 0;
            race = new AddressRace(
                    ticket.addresses(),
                    (address, listener) ->
                            engine.endpoint().connect(System.nanoTime(), address, ticket, listener, spread),
                    session,
                    connectTimeout.toNanos(),
                    carrierAdvice());
            TransferReport report = run(engine);
            if (report == null) {
                report = interrupted();
            }
            ExitCode exitCode = conclude(summary, report);
            engine.awaitOnAgent(session::isConnectionGone, CLOSE_TIMEOUT_MS);
            return exitCode;
        }
    }

    /** What else can be wrong when nobody answers. */
    private String carrierAdvice() {
        return network.carrier == PortChoice.Carrier.TCP
                ? "or it was started without --carrier tcp"
                : "or it was started with --carrier tcp";
    }

    private TransferReport run(Engine engine) throws CommandException {
        BlockingQueue<TransferReport> reports = new LinkedBlockingQueue<>();
        session.onReport(reports::add);
        engine.workers().agent().execute(() -> race.start(System.nanoTime()));
        TransferLoop loop = new TransferLoop(engine, signals(), new ProgressView(terminal(), output));
        return loop.await(reports, this::onTick, this::onSignal, session::progress);
    }

    private void onTick() {
        race.onTick(System.nanoTime());
        traces.onTick();
        session.onTick();
    }

    private void onSignal() {
        race.cancel();
        session.cancel("interrupted");
    }

    private TransferSession newSession(SourceTree tree, Engine engine, StripeConnector stripes) {
        long stallTimeoutNs = network.stallTimeout.toNanos();
        if (tree == null) {
            return new StreamSendSession(System.in, "stdin", engine.workers(), System::nanoTime, stallTimeoutNs);
        }
        FileSendSession files =
                new FileSendSession(tree, verify, engine.workers(), System::nanoTime, stallTimeoutNs, stripes);
        return base == null ? files : files.withBase(BaseFiles.under(base));
    }

    private static EndpointConfig withBlob(EndpointConfig.Builder config, HeldBlob held) {
        return held == null ? config.build() : config.commonBlob(held.common()).build();
    }

    private TransferSession newScheduleSession(HeldBlob held, Engine engine) throws CommandException {
        return new ScheduleSendSession(
                held.blob(),
                schedule.feed(held.blob()),
                schedule.mode.wire(),
                paths.getFirst(),
                schedule.program(),
                answer -> System.out.println(answer.done() ? answer.text() : "refused: " + answer.text()),
                engine.workers(),
                System::nanoTime,
                network.stallTimeout.toNanos());
    }

    private boolean isStream() {
        return paths.contains(STDIN);
    }

    private Ticket ticket() throws CommandException {
        try {
            Ticket ticket = Ticket.parse(ticketText);
            if (ticket.isChecksummed() != insecure) {
                throw new CommandException(
                        ExitCode.TICKET,
                        "ticket_insecure_mismatch",
                        insecure
                                ? "--insecure was given, but the receiver asks for encryption; leave it out, or give it there, too"
                                : "the receiver was started with --insecure; give it here, too, if that is really wanted");
            }
            return ticket;
        } catch (TicketException e) {
            throw e.kind() == TicketException.Kind.VERSION
                    ? new CommandException(ExitCode.VERSION, "ticket_version", e.getMessage())
                    : new CommandException(ExitCode.TICKET, "ticket_malformed", e.getMessage());
        }
    }

    private SourceTree scan() throws CommandException {
        List<Path> found = new ArrayList<>();
        try {
            for (String path : paths) {
                found.add(Path.of(path));
            }
            return SourceTree.scan(found);
        } catch (InvalidPathException | IOException e) {
            throw new CommandException(ExitCode.LOCAL_IO, "local_io", e.getMessage());
        }
    }

    private CongestionControllerSupplier supplier() {
        CongestionControllerSupplier chosen = switch (congestion) {
            case BBR -> Bbr.supplier();
            case CUBIC -> Cubic.supplier();
            case FIXED -> FixedRate.of(rateBitsPerSecond / 8);
        };
        return rateBitsPerSecond == null || congestion == Congestion.FIXED
                ? chosen
                : CappedRate.of(rateBitsPerSecond / 8, chosen);
    }
}
