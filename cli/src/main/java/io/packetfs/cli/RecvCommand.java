package io.packetfs.cli;

import io.packetfs.ackwindow.Bbr;
import io.packetfs.endpoint.EndpointConfig;
import io.packetfs.protocol.Ticket;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.protocol.handshake.TicketSecrets;
import io.packetfs.transfer.Admission;
import io.packetfs.transfer.FileReceiveSession;
import io.packetfs.transfer.OnExists;
import io.packetfs.transfer.ProgramRunner;
import io.packetfs.transfer.ReceiveDesk;
import io.packetfs.transfer.ReceiveFolder;
import io.packetfs.transfer.ReceiveSession;
import io.packetfs.transfer.ScheduleReceiveSession;
import io.packetfs.transfer.StreamReceiveSession;
import io.packetfs.transfer.StripeDirectory;
import io.packetfs.transfer.Texts;
import io.packetfs.transfer.TransferException;
import io.packetfs.transfer.TransferPhase;
import io.packetfs.transfer.TransferProgress;
import io.packetfs.transfer.TransferReport;
import io.packetfs.transfer.TransferStatus;
import io.packetfs.transfer.Workers;
import io.packetfs.transfer.record.RecordLimits;
import io.packetfs.transfer.record.VerifyKind;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pfs-udp recv}: prints a ticket, and takes what its holder sends. */
@Command(
        name = "recv",
        description = "Prints a ticket, and receives what is sent with it.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class RecvCommand extends TransferCommand {
    private static final String STDOUT = "-";
    private static final long CLOSE_TIMEOUT_MS = 1_000;

    /** A receiver never connects; the engine wants a number. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "DIR",
            description = "Where to put files (default: here); in --mode offset a blob.")
    private Path folder;

    @Option(names = "-o", paramLabel = "-", description = "Write one stream to standard output, in place of files.")
    private String outputTarget;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = ":0",
            converter = HostPortConverter.class,
            description = "Where to listen (default: all addresses, any port).")
    private HostPort listen;

    @Option(
            names = "--ticket-file",
            paramLabel = "FILE",
            description = "Write the ticket there, too, readable for its owner only.")
    private Path ticketFile;

    @Option(
            names = "--advertise",
            paramLabel = "HOST[:PORT]",
            split = ",",
            converter = HostPortConverter.class,
            description = "Addresses for the ticket, in place of those of the interfaces.")
    private List<HostPort> advertise = List.of();

    @Option(names = "--once", description = "Leave after one transfer (the default).")
    private boolean once;

    @Option(names = "--keep", description = "Stay for more transfers.")
    private boolean keep;

    @Option(
            names = "--on-exists",
            paramLabel = "rename|skip|overwrite|resume",
            defaultValue = "rename",
            description = "What to do when a name is taken (default ${DEFAULT-VALUE}).")
    private OnExists onExists;

    @Option(
            names = "--base",
            paramLabel = "PATH",
            description =
                    "Older content, a file or directory: what it holds of what is sent need not travel. With --on-exists"
                            + " resume, by default what lies at the names of the transfer.")
    private Path base;

    @Option(
            names = "--cipher",
            paramLabel = "aes256gcm|chacha20",
            defaultValue = "aes256gcm",
            description = "How packets are encrypted (default ${DEFAULT-VALUE}).")
    private Ciphers.Choice cipher;

    @Option(names = "--insecure", description = "Check-summed, not encrypted; the sender has to say so, too.")
    private boolean insecure;

    @Option(
            names = "--verify",
            paramLabel = "crc32c|sha256",
            defaultValue = "crc32c",
            description = "The digest to report of what was written (default ${DEFAULT-VALUE}).")
    private VerifyKind verify;

    @Option(
            names = "--mode",
            paramLabel = "payload|offset",
            defaultValue = "payload",
            description =
                    "What grams may carry (default ${DEFAULT-VALUE}). In the other mode DIR is a blob that the sender"
                            + " holds, too, and only descriptors come, in either form.")
    private GramMode mode;

    @Option(
            names = "--run-programs",
            description =
                    "Run the sender's programs over the descriptors of --mode offset: those that change nothing and"
                            + " end soon.")
    private boolean runPrograms;

    @Option(
            names = "--streams",
            paramLabel = "N",
            description =
                    "The most connections of one transfer, 1 to 16, and as many threads for them; by default 16 on one thread.")
    private Integer streams;

    private final Admission admission = new Admission();
    private final BlockingQueue<TransferReport> reports = new LinkedBlockingQueue<>();

    // Set on the agent's thread when a transfer begins, read by the thread that shows its progress.
    private volatile ReceiveSession served;

    @Override
    void checkUsage() {
        if (outputTarget != null && !outputTarget.equals(STDOUT)) {
            throw usage("-o knows only -, standard output");
        }
        checkMode();
        if (outputTarget != null && folder != null) {
            throw usage("-o - writes a stream, so a folder makes no sense with it");
        }
        if (outputTarget != null && base != null) {
            throw usage("--base is for files, and -o - writes a stream");
        }
        if (outputTarget != null && STDOUT.equals(output.json)) {
            throw usage("-o - and --json - would both write to standard output");
        }
        if (once && keep) {
            throw usage("--once and --keep exclude each other");
        }
        if (streams != null && (streams < 1 || streams > RecordLimits.STREAMS_MAX)) {
            throw usage("--streams is 1 to " + RecordLimits.STREAMS_MAX);
        }
        if (streams != null && streams > 1 && traces.qlog != null) {
            throw usage("--qlog follows the connections of one thread, so it goes with --streams 1 only");
        }
        if (outputTarget != null && keep) {
            throw usage("-o - takes one stream, so --keep makes no sense with it");
        }
    }

    private void checkMode() {
        if (mode == GramMode.PAYLOAD) {
            if (runPrograms) {
                throw usage("--run-programs needs --mode offset");
            }
            return;
        }
        if (folder == null || outputTarget != null) {
            throw usage("without payload, DIR has to name a blob");
        }
        if (base != null || streams != null) {
            throw usage("--base and --streams are for files");
        }
    }

    @Override
    Summary newSummary() {
        Summary summary = new Summary("receiver");
        summary.cipher(insecure ? "none" : cipher.name().toLowerCase(Locale.ROOT), insecure ? null : cipher.suite());
        summary.config().put("on_exists", onExists.name().toLowerCase(Locale.ROOT));
        summary.config().put("base", base == null ? null : base.toString());
        summary.config().put("insecure", insecure);
        summary.config().put("verify", verify.name().toLowerCase(Locale.ROOT));
        summary.config().put("keep", keep);
        summary.config().put("streams", streams);
        summary.config().put("mode", mode.name().toLowerCase(Locale.ROOT));
        summary.config().put("run_programs", runPrograms);
        return summary;
    }

    @Override
    boolean isSchedule() {
        return mode != GramMode.PAYLOAD;
    }

    @Override
    String verb() {
        return "received";
    }

    @Override
    ExitCode transfer(Summary summary) throws CommandException {
        if (mode != GramMode.PAYLOAD) {
            return receiveSchedules(summary);
        }
        ReceiveFolder target = outputTarget == null ? openFolder() : null;
        int agents = streams == null || target == null ? 1 : powerOfTwoFrom(streams);
        EndpointConfig config = network.config(Bbr.supplier(), CONNECT_TIMEOUT).build();
        PortChoice port = network.port(listen.resolve(0));
        try (EngineGroup engines = EngineGroup.together(port, config, traces.open(), agents);
                Rehearsal rehearsal = Rehearsal.start(network, cipher.suite(), insecure)) {
            noteCarrier(summary, engines.first(), port);
            StripeDirectory directory = new StripeDirectory(
                    new SecureRandom()::nextBytes, streams == null ? RecordLimits.STREAMS_MAX : streams);
            Map<Engine, ReceiveDesk> desks = new LinkedHashMap<>();
            for (Engine engine : engines.all()) {
                desks.put(engine, new ReceiveDesk(admission, sessions(target, directory, engine), reports::add));
            }
            listen(engines, desks, rehearsal);
            Workers workers = engines.first().workers();
            Runnable whileIdle = target == null ? () -> {} : () -> target.readAhead(workers);
            return receive(summary, engines.first(), desks, whileIdle);
        }
    }

    private ExitCode receiveSchedules(Summary summary) throws CommandException {
        PortChoice port = network.port(listen.resolve(0));
        try (HeldBlob held = HeldBlob.open(folder.toString());
                PcpuProgramRunner runner = runPrograms ? new PcpuProgramRunner(held.blob()) : null;
                EngineGroup engines = EngineGroup.together(
                        port,
                        network.config(Bbr.supplier(), CONNECT_TIMEOUT)
                                .commonBlob(held.common())
                                .build(),
                        traces.open(),
                        1);
                Rehearsal rehearsal = Rehearsal.start(network, cipher.suite(), insecure)) {
            noteCarrier(summary, engines.first(), port);
            Engine engine = engines.first();
            ReceiveDesk desk = new ReceiveDesk(
                    admission,
                    admits -> new ScheduleReceiveSession(
                            folder.toString(),
                            runner == null ? ProgramRunner.NONE : runner,
                            admits,
                            engine.workers(),
                            System::nanoTime,
                            network.stallTimeout.toNanos()),
                    reports::add);
            listen(engines, Map.of(engine, desk), rehearsal);
            return receive(summary, engine, Map.of(engine, desk), () -> {});
        }
    }

    private static int powerOfTwoFrom(int count) {
        return count == 1 ? 1 : Integer.highestOneBit(count - 1) * 2;
    }

    private ExitCode receive(Summary summary, Engine engine, Map<Engine, ReceiveDesk> desks, Runnable whileIdle)
            throws CommandException {
        TransferLoop loop = new TransferLoop(engine, signals(), new ProgressView(terminal(), output));
        while (true) {
            whileIdle.run();
            TransferReport report = loop.await(reports, () -> onTick(desks), () -> onSignal(desks), this::progress);
            ExitCode exitCode = conclude(summary, report == null ? interrupted() : report);
            boolean stay = keep && report != null && report.status() != TransferStatus.INTERRUPTED;
            if (!stay) {
                ReceiveSession last = served;
                if (last != null) {
                    engine.awaitOn(last.agent(), last::isConnectionGone, CLOSE_TIMEOUT_MS);
                }
                return exitCode;
            }
        }
    }

    private void onTick(Map<Engine, ReceiveDesk> desks) {
        desks.forEach((engine, desk) -> engine.workers().agent().execute(desk::onTick));
        traces.onTick();
        served = admission.served();
    }

    private void onSignal(Map<Engine, ReceiveDesk> desks) {
        ReceiveSession present = admission.served();
        boolean isServing = present != null && present.progress().phase() != TransferPhase.ENDED;
        desks.forEach((engine, desk) -> engine.workers().agent().execute(() -> desk.cancel("interrupted")));
        if (!isServing) {
            reports.add(interrupted());
        }
    }

    private TransferProgress progress() {
        ReceiveSession present = served;
        return present == null ? TransferProgress.NONE : present.progress();
    }

    private ReceiveFolder openFolder() throws CommandException {
        try {
            return ReceiveFolder.open(folder == null ? Path.of("") : folder, onExists, verify, base);
        } catch (TransferException e) {
            throw new CommandException(ExitCode.LOCAL_IO, "local_io", e.getMessage());
        }
    }

    private Function<Predicate<ReceiveSession>, ReceiveSession> sessions(
            ReceiveFolder target, StripeDirectory directory, Engine engine) {
        long stallTimeoutNs = network.stallTimeout.toNanos();
        if (target != null) {
            return admits -> new FileReceiveSession(
                    target, directory, admits, engine.workers(), System::nanoTime, stallTimeoutNs);
        }
        FileOutputStream stdout = new FileOutputStream(FileDescriptor.out);
        return admits ->
                new StreamReceiveSession(stdout, "stdout", admits, engine.workers(), System::nanoTime, stallTimeoutNs);
    }

    /** Makes the ticket, and shows it once its holder can connect. */
    private void listen(EngineGroup engines, Map<Engine, ReceiveDesk> desks, Rehearsal rehearsal)
            throws CommandException {
        SecureRandom random = new SecureRandom();
        CipherSuite suite = cipher.suite();
        TicketSecrets secrets = TicketSecrets.generate(random::nextBytes, suite, insecure);
        Ticket ticket = secrets.ticket(ReceiverAddresses.of(engines.first().localAddress(), advertise));
        desks.forEach((engine, desk) -> engine.workers()
                .agent()
                .execute(() -> engine.endpoint().listen(secrets, connection -> {
                    rehearsal.stop();
                    return desk.accept(connection);
                })));
        if (output.verbose) {
            ticket.addresses().forEach(address -> terminal().line("reachable at " + Summary.text(address)));
        }
        if (outputTarget == null) {
            System.out.println(ticket.encode());
            System.out.flush();
        } else {
            terminal().line(ticket.encode());
        }
        if (terminal().isInteractive() && !output.quiet) {
            terminal().line("Waiting. On the other machine: pfs-udp send TICKET PATH...");
        }
        if (ticketFile != null) {
            try {
                AtomicFile.writeSecret(ticketFile, ticket.encode() + "\n");
            } catch (IOException e) {
                throw new CommandException(
                        ExitCode.LOCAL_IO, "local_io", "cannot write " + ticketFile + ": " + Texts.reason(e));
            }
        }
    }

    /** For picocli. */
    static final class HostPortConverter implements ITypeConverter<HostPort> {
        @Override
        public HostPort convert(String value) {
            return HostPort.parse(value);
        }
    }
}
