package io.packetfs.afxdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.afxdp.VethHosts.Host;
import io.packetfs.linux.Linux;
import io.packetfs.linux.NetworkDevices.NetworkDevice;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process says that lacks a privilege, and what is left of one that was killed. The processes are JVMs of their own. */
class PrivilegeTest {
    private static final int PORT = 4433;

    private VethHosts hosts;

    @BeforeEach
    void open() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "skipped: no setpriv");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "skipped: no prlimit");
        hosts = VethHosts.open();
    }

    @AfterEach
    void close() {
        if (hosts != null) {
            hosts.close();
        }
    }

    private static List<String> java(String... arguments) {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-classpath",
                System.getProperty("java.class.path"),
                Child.class.getName()));
        line.addAll(List.of(arguments));
        return line;
    }

    private static List<String> without(String capabilities, List<String> command) {
        List<String> line =
                new ArrayList<>(List.of("setpriv", "--bounding-set", capabilities, "--inh-caps", capabilities, "--"));
        line.addAll(command);
        return line;
    }

    private String onB(List<String> command) {
        return VethHosts.run(hosts.command(Host.B, command).toArray(String[]::new));
    }

    @Test
    void theMissingCapabilityIsNamed() {
        assertThat(onB(without("-net_raw", java("causes"))))
                .contains("socket(AF_XDP, SOCK_RAW): operation not permitted (EPERM): this process lacks CAP_NET_RAW");
        assertThat(onB(without("-bpf,-sys_admin", java("causes"))))
                .contains("bpf(BPF_MAP_CREATE, XSKMAP pfs_probe, 1): operation not permitted (EPERM):"
                        + " this process lacks CAP_BPF")
                .contains("pinned: null");
        assertThat(onB(without("-all,+net_raw,+net_admin,+bpf", java("open", "xeb", "" + PORT))))
                .contains("cause: null")
                .contains("opened");
    }

    @Test
    void memoryThatMayNotBeLockedIsNamed() {
        List<String> command = new ArrayList<>(List.of("prlimit", "--memlock=65536:65536"));
        command.addAll(without("-all,+net_raw,+net_admin,+bpf", java("open", "xeb", "" + PORT)));

        assertThat(onB(command))
                .contains("memory: packet memory of 1048576 bytes is more than the 65536 that this process may lock"
                        + " (RLIMIT_MEMLOCK, ulimit -l), and it lacks CAP_IPC_LOCK")
                .contains("setsockopt(XDP_UMEM_REG, 1048576 bytes in chunks of 4096, headroom 0): no buffer space"
                        + " available (ENOBUFS): this process may lock 65536 bytes (RLIMIT_MEMLOCK, ulimit -l) and lacks"
                        + " CAP_IPC_LOCK");
    }

    @Test
    void aPinnedProgramLetsAProcessReceiveThatHasOneCapability(@TempDir Path mountPoint) throws IOException {
        VethHosts.run("mount", "-t", "bpf", "bpf", mountPoint.toString());
        Path directory = mountPoint.resolve("pfs");
        NetworkDevice device = hosts.find(Host.B);
        try {
            XdpSteering steering = hosts.inside(Host.B, () -> XdpSteering.attach(device, XdpFilter.port(PORT), false));
            steering.pin(directory);
            steering.close();
            Process child = start(without("-all,+net_raw", java("pinned", "xeb", "" + PORT, directory.toString())));
            try (BufferedReader reader = child.inputReader()) {
                assertThat(reader.readLine()).isEqualTo("ready");
                send();
                assertThat(reader.readLine()).isEqualTo("received 51");
            } finally {
                child.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            XdpSteering.unpin(directory);
            VethHosts.run("umount", mountPoint.toString());
        }
    }

    @Test
    void aProcessThatIsKilledLeavesTheDeviceAsItWas() throws IOException, InterruptedException {
        Process child = start(java("hold", "xeb", "" + PORT));
        try (DatagramSocket kernel = hosts.inside(Host.B, () -> new DatagramSocket(PORT));
                BufferedReader reader = child.inputReader()) {
            assertThat(reader.readLine()).isEqualTo("ready");
            kernel.setSoTimeout(100);
            assertThat(isReached(kernel)).isFalse();

            child.destroyForcibly().waitFor();

            long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            boolean reached = false;
            while (!reached && System.nanoTime() - deadlineNs < 0) {
                reached = isReached(kernel);
            }
            assertThat(reached).isTrue();
            XskEnd.open(hosts, Host.B, PORT).close();
        } finally {
            child.destroyForcibly();
        }
    }

    private Process start(List<String> command) throws IOException {
        return new ProcessBuilder(hosts.command(Host.B, command))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private void send() {
        hosts.inside(Host.A, () -> {
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.send(new DatagramPacket(new byte[9], 9, new InetSocketAddress(hosts.ipv4(Host.B), PORT)));
            }
            return null;
        });
    }

    private boolean isReached(DatagramSocket kernel) throws IOException {
        send();
        try {
            kernel.receive(new DatagramPacket(new byte[100], 100));
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /** Run in a JVM of its own, on host B. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws InterruptedException {
            if (args[0].equals("causes")) {
                System.out.println("cause: " + AfXdp.unavailabilityCause());
                System.out.println("pinned: " + AfXdp.unavailabilityCausePinned());
                return;
            }
            if (args[0].equals("open")) {
                System.out.println("cause: " + AfXdp.unavailabilityCause());
                System.out.println("memory: " + AfXdp.memoryCause(1 << 20).orElse("enough"));
            }
            NetworkDevice device = Linux.networkDevices().find(args[1]);
            XdpFilter filter = XdpFilter.port(Integer.parseInt(args[2]));
            try (Umem umem = Umem.map(UmemConfig.of(256));
                    XskSocket socket = XskSocket.open(umem, XskConfig.of(device, 0, 256));
                    XdpSteering steering = args[0].equals("pinned")
                            ? XdpSteering.openPinned(Path.of(args[3]), device, filter)
                            : XdpSteering.attach(device, filter, false)) {
                steering.add(socket);
                socket.fill(64);
                run(args[0], socket);
            } catch (AfXdpException e) {
                System.out.println(e.getMessage());
            }
        }

        private static void run(String mode, XskSocket socket) throws InterruptedException {
            if (mode.equals("open")) {
                System.out.println("opened");
                return;
            }
            System.out.println("ready");
            FrameBatch batch = new FrameBatch(1);
            while (mode.equals("hold") || socket.receive(batch) == 0) {
                Thread.sleep(1);
            }
            System.out.println("received " + batch.lengthBytes(0));
        }
    }
}
