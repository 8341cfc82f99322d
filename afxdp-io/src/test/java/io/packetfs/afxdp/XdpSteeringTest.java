package io.packetfs.afxdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.packetfs.afxdp.VethHosts.Host;
import io.packetfs.linux.Bpf.XdpMode;
import io.packetfs.linux.Linux;
import io.packetfs.linux.NetworkDevices.NetworkDevice;
import io.packetfs.linux.SystemCallException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class XdpSteeringTest {
    private static final int PORT = 4433;

    private VethHosts hosts;

    @BeforeEach
    void open() {
        hosts = VethHosts.open();
    }

    @AfterEach
    void close() {
        if (hosts != null) {
            hosts.close();
        }
    }

    private void datagramToB() {
        hosts.inside(Host.A, () -> {
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.send(new DatagramPacket(new byte[9], 9, new InetSocketAddress(hosts.ipv4(Host.B), PORT)));
            }
            return null;
        });
    }

    /** Whether a datagram reaches a kernel socket on the port that the program is for. */
    private boolean reachesTheKernel(DatagramSocket socket, int timeoutMs) throws IOException {
        datagramToB();
        socket.setSoTimeout(timeoutMs);
        try {
            socket.receive(new DatagramPacket(new byte[100], 100));
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    private DatagramSocket kernelSocket() {
        return hosts.inside(Host.B, () -> new DatagramSocket(PORT));
    }

    @Test
    void packetsTakeTheirWayThroughTheKernelWithoutASocketAndAfterIt() throws IOException {
        NetworkDevice device = hosts.find(Host.B);
        try (DatagramSocket kernel = kernelSocket();
                XdpSteering steering =
                        hosts.inside(Host.B, () -> XdpSteering.attach(device, XdpFilter.port(PORT), false))) {
            assertThat(steering.mode()).contains(XdpMode.NATIVE);
            assertThat(steering.modeReason()).isEmpty();
            assertThat(reachesTheKernel(kernel, 5_000)).isTrue();
            try (Umem umem = Umem.map(UmemConfig.of(64))) {
                XskConfig config = XskConfig.of(device, 0, 64).withEntries(32, 32);
                try (XskSocket socket = hosts.inside(Host.B, () -> XskSocket.open(umem, config))) {
                    steering.add(socket);
                    socket.fill(32);
                    assertThat(reachesTheKernel(kernel, 100)).isFalse();
                    steering.remove(socket);
                    assertThat(reachesTheKernel(kernel, 5_000)).isTrue();
                    steering.add(socket);
                    assertThat(reachesTheKernel(kernel, 100)).isFalse();
                }
            }
            assertThat(reachesTheKernel(kernel, 5_000)).isTrue();
        }
    }

    @Test
    void aDeviceWhoseDriverKnowsNoXdpRunsTheProgramInTheKernel() {
        NetworkDevice lo = hosts.inside(Host.A, () -> Linux.networkDevices().find("lo"));
        try (XdpSteering steering = hosts.inside(Host.A, () -> XdpSteering.attach(lo, XdpFilter.port(PORT), false))) {
            assertThat(steering.mode()).contains(XdpMode.SKB);
            assertThat(steering.modeReason())
                    .isEqualTo("lo does not run it in its driver: bpf(BPF_LINK_CREATE, XDP, device 1, NATIVE):"
                            + " operation not supported (EOPNOTSUPP)");
        }
    }

    @Test
    void anotherProgramAtTheDeviceIsNamed() {
        NetworkDevice device = hosts.find(Host.A);
        try (XdpSteering owner = hosts.inside(Host.A, () -> XdpSteering.attach(device, XdpFilter.port(PORT), false))) {
            assertThat(owner.mode()).contains(XdpMode.NATIVE);
            assertThatExceptionOfType(AfXdpException.class)
                    .isThrownBy(() ->
                            hosts.inside(Host.A, () -> XdpSteering.attach(device, XdpFilter.port(PORT + 1), false)))
                    .withMessageMatching("bpf\\(BPF_LINK_CREATE, XDP, device \\d+, NATIVE\\): device or resource busy"
                            + " \\(EBUSY\\): another XDP program runs at xea; `ip link show xea` names it");
        }
        hosts.inside(Host.A, () -> XdpSteering.attach(device, XdpFilter.port(PORT), false))
                .close();
    }

    @Test
    void aPinnedProgramOutlivesItsMakerAndServesWhoeverOpensIt(@TempDir Path mountPoint) throws IOException {
        VethHosts.run("mount", "-t", "bpf", "bpf", mountPoint.toString());
        try (DatagramSocket kernel = kernelSocket()) {
            NetworkDevice device = hosts.find(Host.B);
            Path directory = mountPoint.resolve("pfs");
            try (XdpSteering steering =
                    hosts.inside(Host.B, () -> XdpSteering.attach(device, XdpFilter.port(PORT), false))) {
                steering.pin(directory);
                assertThatExceptionOfType(SystemCallException.class)
                        .isThrownBy(() -> steering.pin(directory))
                        .withMessageContaining("bpf(BPF_OBJ_PIN, " + directory + "/map): file exists (EEXIST)");
            }

            try (XdpSteering pinned = XdpSteering.openPinned(directory, device, XdpFilter.port(PORT));
                    Umem umem = Umem.map(UmemConfig.of(64));
                    XskSocket socket = hosts.inside(
                            Host.B,
                            () -> XskSocket.open(
                                    umem, XskConfig.of(device, 0, 64).withEntries(32, 32)))) {
                pinned.add(socket);
                socket.fill(32);
                assertThat(reachesTheKernel(kernel, 100)).isFalse();
                assertThat(pinned.mode()).isEmpty();
                assertThatIllegalStateException().isThrownBy(() -> pinned.pin(directory));
            }
            assertThat(reachesTheKernel(kernel, 5_000)).isTrue();

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> XdpSteering.openPinned(directory, device, XdpFilter.port(PORT + 1)))
                    .withMessageContaining("is pfs_xsk_4433, and not one for port 4434");
            NetworkDevice other = new NetworkDevice("xez", device.index() + 1, 1500, true, 1);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> XdpSteering.openPinned(directory, other, XdpFilter.port(PORT)))
                    .withMessageContaining("runs at device " + device.index() + ", and not at xez");
            assertThatIllegalArgumentException().isThrownBy(() -> XskMap.openPinned(directory.resolve("link")));

            XdpSteering.unpin(directory);
            assertThat(Files.exists(directory)).isFalse();
            assertThatExceptionOfType(SystemCallException.class)
                    .isThrownBy(() -> XdpSteering.openPinned(directory, device, XdpFilter.port(PORT)))
                    .withMessageContaining(
                            "bpf(BPF_OBJ_GET, " + directory + "/link): no such file or directory (ENOENT)");
            hosts.inside(Host.B, () -> XdpSteering.attach(device, XdpFilter.port(PORT), false))
                    .close();
        } finally {
            VethHosts.run("umount", mountPoint.toString());
        }
    }
}
