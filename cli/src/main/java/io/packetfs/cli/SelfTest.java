package io.packetfs.cli;

import io.packetfs.ackwindow.Bbr;
import io.packetfs.endpoint.EndpointConfig;
import io.packetfs.protocol.Ticket;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.protocol.handshake.TicketSecrets;
import io.packetfs.transfer.FileReceiveSession;
import io.packetfs.transfer.FileSendSession;
import io.packetfs.transfer.OnExists;
import io.packetfs.transfer.ReceiveDesk;
import io.packetfs.transfer.ReceiveFolder;
import io.packetfs.transfer.Texts;
import io.packetfs.transfer.TransferException;
import io.packetfs.transfer.TransferReport;
import io.packetfs.transfer.manifest.SourceTree;
import io.packetfs.transfer.record.VerifyKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A whole transfer inside this process, over loopback: whether everything works together on this machine. */
final class SelfTest {
    static final long BYTES = 16L << 20;

    private static final long TIMEOUT_S = 20;
    private static final long STALL_TIMEOUT_NS = 10_000_000_000L;

    private SelfTest() {}

    /** Sends a file from one engine to another; the report is the sender's. */
    static TransferReport run() throws CommandException {
        try (TemporaryFolder folder = TemporaryFolder.make(null, 4 * BYTES)) {
            Path file = folder.file("sent");
            TestData.write(file, BYTES, new SplittableRandom(1));
            ReceiveFolder target = ReceiveFolder.open(folder.file("received"), OnExists.OVERWRITE, VerifyKind.CRC32C);
            InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            EndpointConfig config = EndpointConfig.defaults(Bbr.supplier());
            try (Engine receiver = Engine.start(PortChoice.on(anyPort), config);
                    Engine sender = Engine.start(PortChoice.on(anyPort), config)) {
                Ticket ticket = listen(receiver, target);
                return send(sender, ticket, SourceTree.scan(List.of(file)));
            }
        } catch (IOException e) {
            throw new CommandException(ExitCode.LOCAL_IO, "local_io", Texts.reason(e));
        } catch (TransferException e) {
            throw new CommandException(ExitCode.LOCAL_IO, "local_io", e.getMessage());
        }
    }

    private static Ticket listen(Engine engine, ReceiveFolder folder) {
        SecureRandom random = new SecureRandom();
        TicketSecrets secrets = TicketSecrets.generate(random::nextBytes, CipherSuite.AES_256_GCM, false);
        ReceiveDesk desk = new ReceiveDesk(
                admission ->
                        new FileReceiveSession(folder, admission, engine.workers(), System::nanoTime, STALL_TIMEOUT_NS),
                report -> {});
        engine.workers().agent().execute(() -> engine.endpoint().listen(secrets, desk));
        return secrets.ticket(List.of(engine.localAddress()));
    }

    private static TransferReport send(Engine engine, Ticket ticket, SourceTree tree) throws CommandException {
        FileSendSession session =
                new FileSendSession(tree, VerifyKind.CRC32C, engine.workers(), System::nanoTime, STALL_TIMEOUT_NS);
        InetSocketAddress address = ticket.addresses().getFirst();
        engine.workers().agent().execute(() -> engine.endpoint().connect(System.nanoTime(), address, ticket, session));
        try {
            return session.report().get(TIMEOUT_S, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.INTERNAL, "interrupted", "interrupted");
        } catch (ExecutionException | TimeoutException e) {
            throw new CommandException(ExitCode.INTERNAL, "self_test", "it did not end within " + TIMEOUT_S + " s");
        }
    }
}
