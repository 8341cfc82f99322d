package io.packetfs.afxdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.packetfs.afxdp.VethHosts.Host;
import io.packetfs.afxdp.XskConfig.ZeroCopy;
import io.packetfs.linux.NetworkDevices.NetworkDevice;
import io.packetfs.linux.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What can go wrong while a socket opens: each error says what it is, and nothing stays open, mapped or lent. */
class XskSetUpTest {
    private static final int FRAMES = 64;

    private VethHosts hosts;
    private Umem umem;

    @BeforeEach
    void open() {
        hosts = VethHosts.open();
        umem = Umem.map(UmemConfig.of(FRAMES));
    }

    @AfterEach
    void close() {
        if (hosts != null) {
            umem.close();
            hosts.close();
        }
    }

    private XskConfig config(NetworkDevice device) {
        return XskConfig.of(device, 0, FRAMES).withEntries(32, 32).withBusyRetry(20);
    }

    private XskSocket open(XskConfig config) {
        return hosts.inside(Host.A, () -> XskSocket.open(umem, config));
    }

    /** Open descriptors and mapped rings of this process. */
    private static long held() {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"));
                Stream<String> mappings = Files.lines(Path.of("/proc/self/maps"))) {
            return descriptors.filter(XskSetUpTest::isKernelObject).count()
                    + mappings.filter(line -> line.contains("socket:")).count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static boolean isKernelObject(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("socket:") || target.contains("bpf");
        } catch (IOException e) {
            return false;
        }
    }

    private void assertNothingIsHeld(long before) {
        assertThat(held()).isEqualTo(before);
        assertThat(umem.unusedFrameCount()).isEqualTo(FRAMES);
    }

    @Test
    void aQueueThatIsTakenIsNamedAfterSomePatience() {
        XskConfig config = config(hosts.find(Host.A));
        try (Umem others = Umem.map(UmemConfig.of(FRAMES));
                XskSocket owner = hosts.inside(Host.A, () -> XskSocket.open(others, config))) {
            assertThat(owner.isZeroCopy()).isFalse();
            long before = held();

            assertThatExceptionOfType(AfXdpException.class)
                    .isThrownBy(() -> open(config))
                    .withMessage(
                            "bind(AF_XDP, xea, queue 0, zero-copy): device or resource busy (EBUSY): another socket"
                                    + " has this queue, and kept it for 20 ms");

            assertNothingIsHeld(before);
        }
    }

    @Test
    void aQueueThatWasClosedThisMomentIsWaitedFor() {
        XskConfig config = config(hosts.find(Host.A)).withBusyRetry(500);
        for (int i = 0; i < 20; i++) {
            open(config).close();
        }
        assertThat(umem.unusedFrameCount()).isEqualTo(FRAMES);
    }

    @Test
    void aDeviceThatIsGoneIsNamed() {
        long before = held();

        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(() -> open(config(new NetworkDevice("gone", 999_999, 1500, true, 1))))
                .withMessage("bind(AF_XDP, gone, queue 0, zero-copy): no such device (ENODEV)");

        assertNothingIsHeld(before);
    }

    @Test
    void aQueueThatTheDeviceDoesNotHaveIsNamed() {
        NetworkDevice device = hosts.find(Host.A);
        long before = held();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> open(XskConfig.of(device, 1, 8)))
                .withMessage("device xea has 1 queues, from 0 on, and no queue 1");
        NetworkDevice boasting = new NetworkDevice("xea", device.index(), 1500, true, 9);
        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(() -> open(XskConfig.of(boasting, 8, 8).withZeroCopy(ZeroCopy.NEVER)))
                .withMessage("bind(AF_XDP, xea, queue 8, copy): invalid argument (EINVAL)");

        assertNothingIsHeld(before);
    }

    @Test
    void zeroCopyThatTheDriverCannotIsRefusedIfItIsRequired() {
        XskConfig config = config(hosts.find(Host.A));
        long before = held();

        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(() -> open(config.withZeroCopy(ZeroCopy.REQUIRED)))
                .withMessage("bind(AF_XDP, xea, queue 0, zero-copy): operation not supported (EOPNOTSUPP)");
        assertNothingIsHeld(before);

        try (XskSocket socket = open(config)) {
            assertThat(socket.isZeroCopy()).isFalse();
            assertThat(socket.copyReason())
                    .isEqualTo("bind(AF_XDP, xea, queue 0, zero-copy): operation not supported (EOPNOTSUPP)");
        }
        assertNothingIsHeld(before);
    }

    @Test
    void moreFramesThanThereAreAreRefused() {
        XskConfig config = XskConfig.of(hosts.find(Host.A), 0, FRAMES + 1);
        long before = held();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> open(config))
                .withMessageContaining("wants 65 frames in one piece of 64, 64 of which are unused");

        assertNothingIsHeld(before);
    }

    @Test
    void packetMemoryInUseIsNotClosed() {
        XskSocket socket = open(config(hosts.find(Host.A)));

        assertThatIllegalStateException().isThrownBy(umem::close).withMessage("1 sockets still use this packet memory");

        socket.close();
        socket.close();
    }

    @Test
    void openingAndClosingHoldsNothingInTheEnd() {
        XskConfig config = config(hosts.find(Host.A)).withBusyRetry(500);
        long before = held();
        for (int i = 0; i < 5; i++) {
            try (XskEnd end = XskEnd.open(hosts, Host.A, 4433)) {
                assertThat(held()).isGreaterThan(before);
                end.checkBalance();
            }
            open(config).close();
        }
        assertNothingIsHeld(before);
    }
}
