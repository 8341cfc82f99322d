package io.packetfs.interop.transfers;

import io.packetfs.ackwindow.Bbr;
import io.packetfs.endpoint.EndpointConfig;
import io.packetfs.protocol.Ticket;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.protocol.crypto.Entropy;
import io.packetfs.protocol.handshake.TicketSecrets;
import io.packetfs.sim.LinkEvent;
import io.packetfs.transfer.AddressRace;
import io.packetfs.transfer.FileReceiveSession;
import io.packetfs.transfer.FileSendSession;
import io.packetfs.transfer.OnExists;
import io.packetfs.transfer.ReceiveDesk;
import io.packetfs.transfer.ReceiveFolder;
import io.packetfs.transfer.ReceiveSession;
import io.packetfs.transfer.StreamReceiveSession;
import io.packetfs.transfer.StreamSendSession;
import io.packetfs.transfer.StripeDirectory;
import io.packetfs.transfer.TransferException;
import io.packetfs.transfer.TransferReport;
import io.packetfs.transfer.TransferSession;
import io.packetfs.transfer.manifest.SourceTree;
import io.packetfs.transfer.record.VerifyKind;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A sender, a receiver that serves one transfer after another, and a rough path between them, over one carrier. A test says what the
 * receiver takes, what the path does and what is sent, in any order and as often as it likes, and asks for the reports of both sides.
 * For the test's thread.
 */
abstract class Crossing implements AutoCloseable {
    /** No transfer here takes so long, in its own time; one that does hangs. */
    static final long LIMIT_NS = 50_000_000_000L;

    static final long TICK_NS = 20_000_000;

    /** What a session bears without progress: more than any dark moment here. */
    private static final long STALL_TIMEOUT_NS = 30_000_000_000L;

    /** How both sides say that a transfer went. */
    record Outcome(TransferReport sent, TransferReport received) {}

    private final List<TransferReport> received = new CopyOnWriteArrayList<>();
    private TicketSecrets secrets;
    private TransferSession sending;
    private ReceiveDesk desk;
    private final long connectTimeoutNs;
    /** Of the agent's thread. */
    private AddressRace race;

    private int expected;

    // Written by the test's thread, read by the receiver's at each offer.
    private volatile Function<Predicate<ReceiveSession>, ReceiveSession> reception;

    /** A crossing whose connections give up after so long without a word. */
    Crossing(int timeoutMs) {
        connectTimeoutNs = timeoutMs * 1_000_000L;
    }

    abstract Side sender();

    /** A transfer is about to be sent: whoever wants another sender for it makes it now. */
    void beforeSending() {}

    abstract Side receiver();

    /** Where the sender connects to so that its way leads over the path. */
    abstract InetSocketAddress target();

    /** From now on, and on open connections, the path does this and nothing else. */
    abstract void set(Trouble trouble);

    /** Nothing comes through until the next {@link #set}, and nobody hears of it. */
    void pause() {
        set(Trouble.CUT);
    }

    /** How often something has happened to a datagram on the path, in both directions; of streams, nobody knows. */
    abstract long count(LinkEvent event);

    /** Lets time pass until something holds; false if it did not within {@code limitNs}. */
    abstract boolean runUntil(BooleanSupplier done, long limitNs);

    /** Frees everything, and checks that nothing is left. */
    @Override
    public abstract void close();

    static EndpointConfig config(int timeoutMs) {
        return EndpointConfig.builder(Bbr.supplier())
                .connectTimeoutNs(timeoutMs * 1_000_000L)
                .idleTimeoutMs(timeoutMs)
                .build();
    }

    /** To be called once, when both sides and the path are there. */
    final void listen(Entropy entropy) {
        TicketSecrets own = TicketSecrets.generate(entropy, CipherSuite.AES_256_GCM, false);
        secrets = own;
        desk = new ReceiveDesk(admission -> reception.apply(admission), received::add);
        receiver().execute(() -> receiver().endpoint().listen(own, desk));
    }

    final void receiveInto(Path folder, OnExists onExists, VerifyKind verify) throws TransferException {
        ReceiveFolder opened = ReceiveFolder.open(folder, onExists, verify);
        Side side = receiver();
        reception = admission -> new FileReceiveSession(
                opened, StripeDirectory.NONE, admission, side.workers(), side.clockNs(), STALL_TIMEOUT_NS);
    }

    final void receiveStream(OutputStream output) {
        Side side = receiver();
        reception = admission ->
                new StreamReceiveSession(output, "stdout", admission, side.workers(), side.clockNs(), STALL_TIMEOUT_NS);
    }

    final TransferSession sendFiles(SourceTree tree, VerifyKind verify) {
        beforeSending();
        Side side = sender();
        return start(new FileSendSession(tree, verify, side.workers(), side.clockNs(), STALL_TIMEOUT_NS));
    }

    final TransferSession sendStream(InputStream input) {
        beforeSending();
        Side side = sender();
        return start(new StreamSendSession(input, "stdin", side.workers(), side.clockNs(), STALL_TIMEOUT_NS));
    }

    /** Connects with a ticket that this receiver has never made. */
    final TransferSession sendWithAnotherTicket(SourceTree tree, Entropy entropy) {
        secrets = TicketSecrets.generate(entropy, CipherSuite.AES_256_GCM, false);
        return sendFiles(tree, VerifyKind.CRC32C);
    }

    /** Waits until so many bytes are known to have arrived. */
    final void awaitBytes(long bytes) {
        await(() -> sending.progress().bytesDone() >= bytes, bytes + " bytes");
    }

    /** Lets some time pass, whatever happens. */
    final void pass(long ns) {
        long untilNs = sender().clockNs().getAsLong() + ns;
        runUntil(() -> sender().clockNs().getAsLong() - untilNs >= 0, ns + LIMIT_NS);
    }

    final void cancelSending(String message) {
        TransferSession session = sending;
        sender().execute(() -> session.cancel(message));
    }

    final void cancelReceiving(String message) {
        receiver().execute(() -> desk.cancel(message));
    }

    /** Waits until both sides have told how the transfer went. */
    final Outcome outcome() {
        expected++;
        await(() -> sending.report().isDone() && received.size() >= expected, "both reports");
        return new Outcome(sending.report().join(), received.get(expected - 1));
    }

    /** Waits until the sender has told; of a sender who was not let in, the receiver has nothing to tell. */
    final TransferReport sentAlone() {
        await(() -> sending.report().isDone(), "the sender's report");
        return sending.report().join();
    }

    final boolean hasReceivedReports() {
        return received.size() > expected;
    }

    /** Gives the sessions the time; called every {@link #TICK_NS} while time passes. */
    final void tick() {
        TransferSession session = sending;
        if (session != null) {
            sender().execute(() -> {
                if (race != null) {
                    race.onTick(sender().clockNs().getAsLong());
                }
                session.onTick();
            });
        }
        receiver().execute(desk::onTick);
    }

    private <S extends TransferSession> S start(S session) {
        sending = session;
        Ticket ticket = secrets.ticket(List.of(target()));
        Side side = sender();
        side.execute(() -> {
            race = new AddressRace(
                    List.of(target()),
                    (address, listener) ->
                            side.endpoint().connect(side.clockNs().getAsLong(), address, ticket, listener),
                    session,
                    connectTimeoutNs,
                    "");
            race.start(side.clockNs().getAsLong());
        });
        return session;
    }

    private void await(BooleanSupplier done, String what) {
        if (!runUntil(done, LIMIT_NS)) {
            throw new AssertionError(what + " did not come in " + LIMIT_NS / 1_000_000_000 + " s: "
                    + (sending == null ? "" : sending.progress() + ", ") + received);
        }
    }
}
