package io.packetfs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.cli.Programs.Program;
import io.packetfs.linuxio.LinuxUdpPort;
import io.packetfs.protocol.Ticket;
import io.packetfs.sim.LinkCounters;
import io.packetfs.sim.LinkEvent;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.UdpRelay;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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

/** The program as its users have it: processes, files, signals and exit codes. */
class LoopbackTest {
    private static final long SIGINT_MASK = 1 << 1;

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
    void aTreeArrivesAndBothSidesSaySo() throws Exception {
        Path tree = folder.resolve("t\u00fcr \u2603");
        Path large = write(tree.resolve("sub/large"), 3_000_000);
        write(tree.resolve("empty"), 0);
        Program receiver = programs.receive(ticketFile, "--verify", "sha256", target.toString());

        Program sender = programs.start("send", Programs.ticket(ticketFile), tree.toString());

        assertThat(sender.exitCode()).as(sender.errText()).isZero();
        assertThat(receiver.exitCode()).as(receiver.errText()).isZero();
        assertThat(target.resolve("t\u00fcr \u2603/sub/large")).hasSameBinaryContentAs(large);
        assertThat(target.resolve("t\u00fcr \u2603/empty")).isEmptyFile();
        assertThat(Files.getPosixFilePermissions(ticketFile)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.readString(receiver.out()).strip()).isEqualTo(Programs.ticket(ticketFile));
        assertThat(Files.readString(sender.out())).isEmpty();
        assertThat(sender.summary())
                .containsEntry("status", "ok")
                .containsEntry("role", "sender")
                .containsEntry("bytes", 3_000_000)
                .containsEntry("cipher", "aes256gcm")
                .containsEntry("cipher_provider", "SunJCE")
                .containsEntry("congestion", "bbr");
        assertThat(receiver.summary()).containsEntry("status", "ok").containsEntry("role", "receiver");
        assertThat(receiver.summary().get("files").toString()).contains("sha256:");
    }

    /** As many connections and threads as cores, more of both, and a receiver that has one thread. */
    @ParameterizedTest
    @CsvSource({"2,2", "4,4", "3,1", "3,"})
    void filesGoOverSeveralConnections(int sent, Integer received) throws Exception {
        Path tree = folder.resolve("tree");
        Path large = write(tree.resolve("sub/large"), 12_000_000);
        Path small = write(tree.resolve("small"), 100_000);
        String[] agents = received == null
                ? new String[] {target.toString()}
                : new String[] {"--streams", received.toString(), target.toString()};
        Program receiver = programs.receive(ticketFile, agents);

        Program sender = programs.start(
                "send", "--streams", Integer.toString(sent), Programs.ticket(ticketFile), tree.toString());

        assertThat(sender.exitCode()).as(sender.errText()).isZero();
        assertThat(receiver.exitCode()).as(receiver.errText()).isZero();
        assertThat(target.resolve("tree/sub/large")).hasSameBinaryContentAs(large);
        assertThat(target.resolve("tree/small")).hasSameBinaryContentAs(small);
        assertThat(sender.summary()).containsEntry("status", "ok").containsEntry("bytes", 12_100_000);
        assertThat(receiver.summary()).containsEntry("status", "ok").containsEntry("bytes", 12_100_000);
        assertThat(sender.summary().get("files")).isEqualTo(receiver.summary().get("files"));
    }

    @Test
    void aStreamGoesThroughStandardInputAndOutput() throws Exception {
        Path input = write(folder.resolve("input"), 2_000_000);
        Program receiver = programs.receive(ticketFile, "-o", "-");

        Program sender = programs.start(List.of(), input, "send", Programs.ticket(ticketFile), "-");

        assertThat(sender.exitCode()).as(sender.errText()).isZero();
        assertThat(receiver.exitCode()).as(receiver.errText()).isZero();
        assertThat(receiver.out()).hasSameBinaryContentAs(input);
    }

    @Test
    void aTransferGoesOnWhenARouterForgetsThePortsOfItsSender() throws Exception {
        Path file = write(folder.resolve("file"), 6_000_000);
        Program receiver = programs.receive(ticketFile, target.toString());
        Ticket direct = Ticket.parse(Programs.ticket(ticketFile));
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        LinkSettings fiveMs = LinkSettings.builder().delayMs(5).build();
        try (UdpRelay router = UdpRelay.start(anyPort, direct.addresses().getFirst(), fiveMs, 1)) {
            Ticket routed = new Ticket(
                    direct.flags(), direct.ticketId(), direct.publicKey(), direct.secret(), List.of(router.address()));
            Program sender = programs.start("send", "--rate", "16M", routed.encode(), file.toString());
            LinkCounters upstream = router.counters(UdpRelay.Direction.UPSTREAM);
            for (long bytes : new long[] {1_000_000, 2_500_000, 4_000_000}) {
                await(() -> upstream.bytes(LinkEvent.DELIVERED) > bytes);
                router.rebindClients();
            }

            assertThat(sender.exitCode()).as(sender.errText()).isZero();
            assertThat(receiver.exitCode()).as(receiver.errText()).isZero();
        }
        assertThat(target.resolve("file")).hasSameBinaryContentAs(file);
        assertThat(((Number) receiver.summary().get("duration_s")).doubleValue())
                .isLessThan(15);
    }

    @Test
    void bothSidesMaySayInsecure() throws Exception {
        Path file = write(folder.resolve("file"), 100_000);
        Program receiver = programs.receive(ticketFile, "--insecure", target.toString());
        String ticket = Programs.ticket(ticketFile);

        Program unwilling = programs.start("send", ticket, file.toString());
        assertThat(unwilling.exitCode()).isEqualTo(5);
        assertThat(unwilling.errText()).contains("--insecure");

        Program sender =
                programs.start("send", "--insecure", "--cc", "cubic", "--rate", "800M", ticket, file.toString());
        assertThat(sender.exitCode()).as(sender.errText()).isZero();
        assertThat(receiver.exitCode()).isZero();
        assertThat(sender.summary()).containsEntry("cipher", "none").containsEntry("cipher_provider", null);
    }

    @Test
    void whatMovesTheDatagramsIsEachSidesOwnChoice() throws Exception {
        assumeTrue(LinuxUdpPort.isAvailable(), "no calls of Linux here");
        Path file = write(folder.resolve("file"), 3_000_000);
        Program receiver = programs.receive(ticketFile, "--io", "linux", "--gro", "off", target.toString());

        Program sender = programs.start("send", "--io", "nio", Programs.ticket(ticketFile), file.toString());

        assertThat(sender.exitCode()).as(sender.errText()).isZero();
        assertThat(receiver.exitCode()).as(receiver.errText()).isZero();
        assertThat(target.resolve("file")).hasSameBinaryContentAs(file);
        assertThat(sender.summary().get("host").toString()).contains("udp-nio");
        assertThat(receiver.summary().get("host").toString()).contains("udp-linux-gso");
    }

    @Test
    void whereTheKernelsOwnCallsDoNotWorkItGoesWithoutAndSaysWhyWhenAsked() throws Exception {
        List<String> elsewhere = List.of("env", "JDK_JAVA_OPTIONS=-Dos.name=Plan9");
        Path file = write(folder.resolve("file"), 100_000);
        Program receiver = programs.receive(ticketFile, target.toString());
        String ticket = Programs.ticket(ticketFile);

        Program insisting = programs.start(elsewhere, null, "send", "--io", "linux", ticket, file.toString());
        assertThat(insisting.exitCode()).isEqualTo(11);
        assertThat(insisting.errText()).contains("io=LINUX is not available: not available: Plan9");

        Program sender = programs.start(elsewhere, null, "send", "-v", ticket, file.toString());
        assertThat(sender.exitCode()).as(sender.errText()).isZero();
        assertThat(receiver.exitCode()).as(receiver.errText()).isZero();
        assertThat(sender.errText())
                .contains("datagrams by udp-nio, not by the kernel's own calls: not available: Plan9");
    }

    @Test
    void aReceiverThatStaysServesAgainUntilItIsTold() throws Exception {
        Path file = write(folder.resolve("file"), 1_000);
        Program receiver = programs.receive(ticketFile, "--keep", target.toString());
        String ticket = Programs.ticket(ticketFile);

        assertThat(programs.start("send", ticket, file.toString()).exitCode()).isZero();
        assertThat(programs.start("send", ticket, file.toString()).exitCode()).isZero();
        receiver.signal("TERM");

        assertThat(receiver.exitCode()).isEqualTo(143);
        assertThat(names(target)).containsExactly("file", "file (1)");
        assertThat(receiver.summary()).containsEntry("status", "interrupted").containsEntry("exit_code", 143);
    }

    @Test
    void aWrongSecretOrNobodyIsSaidWithinTheTimeOut() throws Exception {
        Path file = write(folder.resolve("file"), 1_000);
        programs.receive(ticketFile, target.toString());
        Ticket right = Ticket.parse(Programs.ticket(ticketFile));
        byte[] secret = right.secret();
        secret[0] ^= 1;
        Ticket wrong = new Ticket(right.flags(), right.ticketId(), right.publicKey(), secret, right.addresses());

        Program sender = programs.start("send", "--connect-timeout", "1s", wrong.encode(), file.toString());

        assertThat(sender.exitCode()).isEqualTo(4);
        assertThat(sender.errorMessage()).contains("no receiver is reachable").contains("ticket is not the one");
    }

    @Test
    void aSignalLeavesNoTemporaryFileOnEitherSide() throws Exception {
        Path file = write(folder.resolve("file"), 20_000_000);
        Program receiver = programs.receive(ticketFile, target.toString());
        Program sender = programs.start("send", "--rate", "8M", Programs.ticket(ticketFile), file.toString());
        await(() -> !names(target).isEmpty());

        // A shell without job control starts background jobs deaf to SIGINT, and so are their children.
        boolean deaf = isInterruptIgnored();
        int exitCode = deaf ? 143 : 130;
        sender.signal(deaf ? "TERM" : "INT");

        assertThat(sender.exitCode()).isEqualTo(exitCode);
        assertThat(sender.summary()).containsEntry("status", "interrupted").containsEntry("exit_code", exitCode);
        assertThat(receiver.exitCode()).isEqualTo(9);
        assertThat(receiver.errorMessage()).contains("interrupted");
        assertThat(names(target)).isEmpty();
    }

    @Test
    void aTransferGoesOnWhereBothSidesWereKilled() throws Exception {
        Path file = write(folder.resolve("file"), 12_000_000);
        Program killedReceiver = programs.receive(ticketFile, "--on-exists", "resume", target.toString());
        Program killedSender = programs.start("send", "--rate", "24M", Programs.ticket(ticketFile), file.toString());
        await(() -> journalBytes() > 100);
        killedSender.signal("KILL");
        killedReceiver.signal("KILL");
        assertThat(killedSender.exitCode() + killedReceiver.exitCode()).isEqualTo(2 * 137);
        long journaledBytes = (journalBytes() - 24) / 24 * (1 << 20);
        assertThat(target.resolve("file")).doesNotExist();

        Path secondTicket = folder.resolve("ticket2");
        Program receiver = programs.receive(secondTicket, "--on-exists", "resume", target.toString());
        Program sender = programs.start("send", Programs.ticket(secondTicket), file.toString());

        assertThat(sender.exitCode()).as(sender.errText()).isZero();
        assertThat(receiver.exitCode()).as(receiver.errText()).isZero();
        assertThat(target.resolve("file")).hasSameBinaryContentAs(file);
        assertThat(((Number) receiver.summary().get("bytes_resumed")).longValue())
                .isEqualTo(journaledBytes);
        assertThat(names(target)).containsExactly("file");
    }

    @Test
    void aSenderWhoseReceiverIsGoneLeavesInTheStatedTime() throws Exception {
        Path file = write(folder.resolve("file"), 12_000_000);
        Program receiver = programs.receive(ticketFile, "--on-exists", "resume", target.toString());
        Program sender = programs.start(
                "send", "--rate", "8M", "--stall-timeout", "2s", Programs.ticket(ticketFile), file.toString());
        await(() -> journalBytes() > 24);

        long killedNs = System.nanoTime();
        receiver.signal("KILL");

        assertThat(sender.exitCode()).isEqualTo(9);
        assertThat(System.nanoTime() - killedNs).isBetween(1_500_000_000L, 15_000_000_000L);
        assertThat(((Map<?, ?>) sender.summary().get("error")).get("resumable")).isEqualTo(true);
    }

    @Test
    void aFullDiskIsSaidOnBothSides() throws Exception {
        Path small = Files.createDirectory(folder.resolve("small"));
        assumeTrue(
                new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small.toString())
                                .start()
                                .waitFor()
                        == 0,
                "needs root to mount a small file system");
        try {
            Path file = write(folder.resolve("file"), 3_000_000);
            Program receiver = programs.receive(ticketFile, small.toString());

            Program sender = programs.start("send", Programs.ticket(ticketFile), file.toString());

            assertThat(sender.exitCode()).isEqualTo(10);
            assertThat(sender.errorMessage()).contains("no space left");
            assertThat(receiver.exitCode()).isEqualTo(8);
            assertThat(names(small)).isEmpty();
        } finally {
            new ProcessBuilder("umount", small.toString()).start().waitFor();
        }
    }

    @Test
    void aReadOnlyFolderIsSaidBeforeATicketIs() throws Exception {
        Path readOnly = Files.createDirectory(folder.resolve("read-only"));
        assumeTrue(
                new ProcessBuilder("mount", "-t", "tmpfs", "-o", "ro", "tmpfs", readOnly.toString())
                                .start()
                                .waitFor()
                        == 0,
                "needs root to mount a read-only file system");
        try {
            Program receiver = programs.receive(ticketFile, readOnly.toString());

            assertThat(receiver.exitCode()).isEqualTo(8);
            assertThat(receiver.errorMessage()).contains(readOnly.toString());
            assertThat(Files.readString(receiver.out())).isEmpty();
        } finally {
            new ProcessBuilder("umount", readOnly.toString()).start().waitFor();
        }
    }

    @Test
    void aFileThatIsNotThereIsNamed() throws Exception {
        Path file = write(folder.resolve("file"), 1_000);
        programs.receive(ticketFile, target.toString());

        Program sender = programs.start(
                "send",
                Programs.ticket(ticketFile),
                file.toString(),
                folder.resolve("gone").toString());

        assertThat(sender.exitCode()).isEqualTo(8);
        assertThat(sender.errorMessage()).contains("gone");
        Map<String, Object> summary = sender.summary();
        assertThat(summary).containsEntry("status", "failed").containsEntry("exit_code", 8);
    }

    @Test
    void aDemoEndsWithIdenticalFilesAndLeavesNothingBehind() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Path json = folder.resolve("demo.json");
        Process demo = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        PfsUdp.class.getName(),
                        "demo",
                        "--size",
                        "4M",
                        "--seed",
                        "7",
                        "--json",
                        json.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("demo.out").toFile())
                .start();

        assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();

        assertThat(demo.exitValue())
                .as(Files.readString(folder.resolve("demo.out")))
                .isZero();
        assertThat(JsonFile.parse(Files.readString(json))).containsEntry("verified", true);
        assertThat(names(temporary)).isEmpty();
    }

    private long journalBytes() throws IOException {
        for (String name : names(target)) {
            if (name.endsWith(".journal")) {
                return Files.size(target.resolve(name));
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

    private static List<String> names(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(folder)) {
            return children.map(child -> child.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    /** Something that is looked at. */
    @FunctionalInterface
    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(Condition condition) throws IOException, InterruptedException {
        for (int i = 0; i < 600; i++) {
            if (condition.holds()) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        throw new AssertionError("it did not come to that");
    }

    private static boolean isInterruptIgnored() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("SigIgn:")) {
                long mask = Long.parseUnsignedLong(
                        line.substring("SigIgn:".length()).strip(), 16);
                return (mask & SIGINT_MASK) != 0;
            }
        }
        return false;
    }
}
