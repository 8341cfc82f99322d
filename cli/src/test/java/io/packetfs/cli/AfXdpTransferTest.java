package io.packetfs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.cli.Programs.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files over AF_XDP between hosts at a switch that loses one packet in a hundred, each end a process of its own. */
@Timeout(180)
class AfXdpTransferTest {
    private static final int FILE_BYTES = 8 << 20;
    private static final String[] RINGS = {"--carrier", "afxdp", "--dev", LossySwitch.DEVICE};
    private static final String[] MIXED = with(RINGS, "--afxdp-transmit", "kernel");
    private static final String[] KERNEL = {};

    @TempDir
    private Path folder;

    private Programs programs;
    private LossySwitch network;
    private Path file;
    private int received;

    @BeforeEach
    void prepare() throws IOException {
        programs = new Programs(folder);
        file = folder.resolve("file");
        byte[] bytes = new byte[FILE_BYTES];
        new Random(7).nextBytes(bytes);
        Files.write(file, bytes);
    }

    @AfterEach
    void cleanUp() throws IOException, InterruptedException {
        programs.close();
        if (network != null) {
            network.close();
        }
    }

    @Test
    void filesArriveWholeOverRingsAtEitherEndOrBoth() throws IOException, InterruptedException {
        network = LossySwitch.open(1500, 0.01);
        String ipv4 = LossySwitch.ipv4("b");
        String ipv6 = "[" + LossySwitch.ipv6("b") + "]";

        Program sender = transfer(ipv4, RINGS, RINGS);
        assertThat(sender.summary()).containsEntry("carrier", "afxdp");
        assertThat(wire(sender, "lost")).isPositive();
        transfer(ipv6, RINGS, with(KERNEL, "--insecure"));
        transfer(ipv4, KERNEL, with(RINGS, "--insecure"));
        transfer(ipv6, MIXED, MIXED);
    }

    @Test
    void jumboFramesCarryLargeDatagrams() throws IOException, InterruptedException {
        network = LossySwitch.open(9000, 0.01);

        Program sender =
                transfer(LossySwitch.ipv4("b"), with(RINGS, "--datagram", "8900"), with(RINGS, "--datagram", "8900"));
        assertThat(sender.summary()).containsEntry("datagram_bytes", 8900);
        transfer(
                "[" + LossySwitch.ipv6("b") + "]",
                with(KERNEL, "--datagram", "8900"),
                with(RINGS, "--datagram", "8900"));
    }

    @Test
    void aKilledReceiverLeavesDeviceAndPortToTheNext() throws IOException, InterruptedException {
        network = LossySwitch.open(1500, 0);
        String[] listen = {"--listen", LossySwitch.ipv4("b") + ":4242"};
        Program killed = receive("first", with(RINGS, listen));
        Programs.ticket(folder.resolve("first.ticket"));
        assertThat(network.device("b")).contains("xdp");

        killed.signal("KILL");
        killed.process().waitFor();
        long startNs = System.nanoTime();
        while (network.device("b").contains("xdp") && System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(10)) {
            TimeUnit.MILLISECONDS.sleep(10);
        }

        assertThat(network.device("b")).doesNotContain("xdp");
        System.out.println(
                "the program was gone after " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs) + " ms");
        transferTo(receive("kernel", listen), "kernel", KERNEL);
        transferTo(receive("rings", with(RINGS, listen)), "rings", RINGS);
    }

    @Test
    void whatIsMissingIsNamedAndAutoDoesWithout() throws IOException, InterruptedException {
        network = LossySwitch.open(1500, 0);
        assertUnavailable(network.at("b"), "there is no network device none", "--dev", "none");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "no setpriv here");
        assertUnavailable(without("net_raw"), "CAP_NET_RAW", "--dev", LossySwitch.DEVICE);
        assertUnavailable(without("bpf,-sys_admin"), "CAP_BPF", "--dev", LossySwitch.DEVICE);
        List<String> unlocked = new ArrayList<>(without("ipc_lock,-sys_resource"));
        unlocked.addAll(List.of("prlimit", "--memlock=1048576"));
        assertUnavailable(unlocked, "RLIMIT_MEMLOCK", "--dev", LossySwitch.DEVICE);

        Program receiver = receive("auto", "--carrier", "auto", "--dev", "none");
        transferTo(receiver, "auto", KERNEL);

        assertThat(receiver.errText())
                .contains("not by AF_XDP: carrier=afxdp is not available: there is no network device");
        assertThat(receiver.summary()).containsEntry("carrier", "udp");
    }

    @Test
    void whatRootLeftNeedsOneCapability() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "no setpriv here");
        network = LossySwitch.open(1500, 0);
        Path bpf = Files.createDirectory(folder.resolve("bpf"));
        LossySwitch.run("mount -t bpf bpf " + bpf);
        try {
            String pin = bpf.resolve("pfs").toString();
            setUp("--dev", LossySwitch.DEVICE, "--listen", ":4242", "--pin", pin);
            List<String> before = new ArrayList<>(network.at("b"));
            before.addAll(List.of("setpriv", "--bounding-set=-all,+net_raw"));
            Program receiver = receive(
                    before, "pinned", with(RINGS, "--afxdp-pinned", pin, "--listen", LossySwitch.ipv4("b") + ":4242"));
            transferTo(receiver, "pinned", RINGS);
            assertThat(receiver.summary()).containsEntry("carrier", "afxdp");
            setUp("--remove", "--pin", pin);
            assertThat(network.device("b")).doesNotContain("xdp");
        } finally {
            LossySwitch.run("umount " + bpf);
        }
    }

    private void setUp(String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(network.at("b"));
        line.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                PfsUdp.class.getName(),
                "afxdp-setup"));
        line.addAll(Arrays.asList(arguments));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    /** Runs on host b without a capability. */
    private List<String> without(String capability) {
        List<String> before = new ArrayList<>(network.at("b"));
        before.addAll(List.of("setpriv", "--bounding-set=-" + capability));
        return before;
    }

    private void assertUnavailable(List<String> before, String cause, String... arguments)
            throws IOException, InterruptedException {
        Program program = programs.start(
                before, null, "recv", with(arguments, folder.resolve("none").toString(), "--carrier", "afxdp"));
        assertThat(program.exitCode()).as(program.errText()).isEqualTo(ExitCode.UNAVAILABLE.number());
        assertThat(program.errorMessage()).contains(cause);
    }

    private Program transfer(String address, String[] receiving, String[] sending)
            throws IOException, InterruptedException {
        String name = "in" + received++;
        boolean insecure =
                List.of(sending).contains("--insecure") || List.of(receiving).contains("--insecure");
        String[] protection = insecure ? new String[] {"--insecure"} : new String[0];
        Program receiver = receive(name, with(without(receiving), with(protection, "--listen", address + ":0")));
        return transferTo(receiver, name, with(without(sending), protection));
    }

    private static String[] without(String[] options) {
        return Arrays.stream(options)
                .filter(option -> !option.equals("--insecure"))
                .toArray(String[]::new);
    }

    private Program transferTo(Program receiver, String name, String[] options)
            throws IOException, InterruptedException {
        String ticket = Programs.ticket(folder.resolve(name + ".ticket"));
        Program sender = programs.start(network.at("a"), null, "send", with(options, ticket, file.toString()));
        assertThat(sender.exitCode()).as(sender.errText()).isZero();
        assertThat(receiver.exitCode()).as(receiver.errText()).isZero();
        assertThat(Files.mismatch(file, folder.resolve(name).resolve("file"))).isEqualTo(-1);
        return sender;
    }

    private Program receive(String name, String... options) throws IOException {
        return receive(network.at("b"), name, options);
    }

    private Program receive(List<String> before, String name, String... options) throws IOException {
        Path into = Files.createDirectory(folder.resolve(name));
        return programs.start(
                before,
                null,
                "recv",
                with(
                        options,
                        into.toString(),
                        "--ticket-file",
                        folder.resolve(name + ".ticket").toString()));
    }

    private static long wire(Program program, String counter) throws IOException {
        return program.summary().get("wire") instanceof Map<?, ?> wire && wire.get(counter) instanceof Number count
                ? count.longValue()
                : -1;
    }

    private static String[] with(String[] some, String... more) {
        List<String> all = new ArrayList<>(List.of(some));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }
}
