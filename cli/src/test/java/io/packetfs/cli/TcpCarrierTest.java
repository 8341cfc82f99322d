package io.packetfs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.cli.Programs.Program;
import io.packetfs.protocol.Ticket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The program over TCP: what it does over UDP, and what is different. */
class TcpCarrierTest {
    @TempDir
    private Path folder;

    private Programs programs;
    private Path target;
    private Path ticketFile;

    @BeforeEach
    void begin() {
        programs = new Programs(folder);
        target = folder.resolve("target");
        ticketFile = folder.resolve("ticket");
    }

    @AfterEach
    void end() {
        programs.close();
    }

    @Test
    void aTreeArrivesWhileStrangersKnock() throws Exception {
        Path tree = folder.resolve("tree");
        Path large = write(tree.resolve("sub/large"), 12_000_000);
        write(tree.resolve("empty"), 0);
        Program receiver = programs.receive(ticketFile, "--carrier", "tcp", "--verify", "sha256", target.toString());
        InetSocketAddress address =
                Ticket.parse(Programs.ticket(ticketFile)).addresses().getFirst();
        List<Socket> strangers = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) { // more than may stay
                Socket stranger = new Socket(address.getAddress(), address.getPort());
                strangers.add(stranger);
                if (i % 2 == 0) {
                    stranger.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                }
            }

            Program sender = programs.start("send", "--carrier", "tcp", Programs.ticket(ticketFile), tree.toString());

            assertThat(sender.exitCode()).as(sender.errText()).isZero();
            assertThat(receiver.exitCode()).as(receiver.errText()).isZero();
            assertThat(target.resolve("tree/sub/large")).hasSameBinaryContentAs(large);
            assertThat(target.resolve("tree/empty")).isEmptyFile();
            assertThat(sender.summary())
                    .containsEntry("status", "ok")
                    .containsEntry("carrier", "tcp")
                    .containsEntry("cipher", "aes256gcm")
                    .containsEntry("congestion", "kernel")
                    .containsEntry("bytes", 12_000_000);
            assertThat(receiver.summary()).containsEntry("status", "ok").containsEntry("carrier", "tcp");
            Map<?, ?> wire = (Map<?, ?>) sender.summary().get("wire");
            assertThat(wire.get("retransmitted")).isEqualTo(0);
        } finally {
            for (Socket stranger : strangers) {
                stranger.close();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"nio,epoll", "epoll,nio"})
    void filesGoUnsealedAndOverSeveralStreams(String sendIo, String receiveIo) throws Exception {
        Path file = write(folder.resolve("file"), 12_000_000);
        Program receiver = programs.receive(
                ticketFile, "--carrier", "tcp", "--io", receiveIo, "--insecure", "--streams", "2", target.toString());

        Program sender = programs.start(
                "send",
                "--carrier",
                "tcp",
                "--io",
                sendIo,
                "--insecure",
                "--streams",
                "3",
                Programs.ticket(ticketFile),
                file.toString());

        assertThat(sender.exitCode()).as(sender.errText()).isZero();
        assertThat(receiver.exitCode()).as(receiver.errText()).isZero();
        assertThat(target.resolve("file")).hasSameBinaryContentAs(file);
        assertThat(sender.summary().get("files")).isEqualTo(receiver.summary().get("files"));
    }

    @Test
    void aStreamGoesThroughStandardInputAndOutput() throws Exception {
        Path input = write(folder.resolve("input"), 2_000_000);
        Program receiver = programs.receive(ticketFile, "--carrier", "tcp", "-o", "-");

        Program sender = programs.start(List.of(), input, "send", "--carrier", "tcp", Programs.ticket(ticketFile), "-");

        assertThat(sender.exitCode()).as(sender.errText()).isZero();
        assertThat(receiver.exitCode()).as(receiver.errText()).isZero();
        assertThat(receiver.out()).hasSameBinaryContentAs(input);
    }

    @ParameterizedTest
    @CsvSource({"udp,tcp", "tcp,udp"})
    void differentCarriersDoNotMeetAndTheSenderSaysWhatToLookAt(String sends, String receives) throws Exception {
        Path file = write(folder.resolve("file"), 1_000);
        programs.receive(ticketFile, "--carrier", receives, target.toString());

        Program sender = programs.start(
                "send", "--carrier", sends, "--connect-timeout", "1s", Programs.ticket(ticketFile), file.toString());

        assertThat(sender.exitCode()).isEqualTo(4);
        assertThat(sender.errorMessage()).contains("--carrier");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sender", "receiver"})
    void aTransferGoesOnWhereOneSideWasKilled(String killed) throws Exception {
        Path file = write(folder.resolve("file"), 48_000_000);
        Program receiver = programs.receive(ticketFile, "--carrier", "tcp", "--on-exists", "resume", target.toString());
        Ticket direct = Ticket.parse(Programs.ticket(ticketFile));
        Program survivor;
        try (Sluice sluice = new Sluice(direct.addresses().getFirst(), 12_000_000)) {
            Ticket through = new Ticket(
                    direct.flags(), direct.ticketId(), direct.publicKey(), direct.secret(), List.of(sluice.address()));
            Program sender = programs.start("send", "--carrier", "tcp", through.encode(), file.toString());
            await(() -> journalBytes() > 100);
            survivor = killed.equals("sender") ? receiver : sender;
            (killed.equals("sender") ? sender : receiver).signal("KILL");
            sluice.open();

            assertThat(survivor.exitCode()).as(survivor.errText()).isEqualTo(9);
        }
        assertThat(((Map<?, ?>) survivor.summary().get("error")).get("resumable"))
                .isEqualTo(true);
        assertThat(target.resolve("file")).doesNotExist();

        Path secondTicket = folder.resolve("ticket2");
        Program secondReceiver =
                programs.receive(secondTicket, "--carrier", "tcp", "--on-exists", "resume", target.toString());
        Program secondSender =
                programs.start("send", "--carrier", "tcp", Programs.ticket(secondTicket), file.toString());
        assertThat(secondSender.exitCode()).as(secondSender.errText()).isZero();
        assertThat(secondReceiver.exitCode()).as(secondReceiver.errText()).isZero();
        assertThat(target.resolve("file")).hasSameBinaryContentAs(file);
        assertThat(((Number) secondReceiver.summary().get("bytes_resumed")).longValue())
                .isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--cc=bbr", "--rate=8M", "--datagram=1400", "--io=linux", "--gso=on", "--gro=on"})
    void whatOnlyDatagramsHaveIsRefused(String option) {
        int exitCode = PfsUdp.run("send", "--carrier=tcp", option, "ticket", "file");

        assertThat(exitCode).isEqualTo(2);
    }

    private long journalBytes() throws IOException {
        if (!Files.exists(target)) {
            return 0;
        }
        try (Stream<Path> children = Files.list(target)) {
            for (Path child : children.toList()) {
                if (child.toString().endsWith(".journal")) {
                    return Files.size(child);
                }
            }
        }
        return 0;
    }

    private static Path write(Path file, int bytes) throws IOException {
        byte[] content = new byte[bytes];
        new SplittableRandom(bytes).nextBytes(content);
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }

    /** Something that is looked at. */
    @FunctionalInterface
    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(Condition condition) throws IOException, InterruptedException {
        for (int i = 0; i < 1_200; i++) {
            if (condition.holds()) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(25);
        }
        throw new AssertionError("it did not come to that");
    }
}
