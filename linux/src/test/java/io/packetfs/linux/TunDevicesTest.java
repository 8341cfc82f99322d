package io.packetfs.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.linux.KernelProbe.Capability;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnLinux
class TunDevicesTest {
    private final String name = "pfs" + ProcessHandle.current().pid() + "t";
    private TunDevices devices;

    @BeforeEach
    void link() {
        devices = Linux.tunDevices();
    }

    @Test
    void saysWhyItCannotMakeDevices() {
        Capability capability = devices.capability();

        assertThat(capability.cause().isEmpty()).isEqualTo(capability.available());
    }

    @Test
    void refusesWhatIsNoNameForAnInterface() {
        for (String bad : List.of("", "a/b", "a b", "sixteen-letters-", "ä")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> devices.open(bad))
                    .withMessageContaining("'" + bad + "'");
        }
    }

    @Test
    void aDeviceExistsAsLongAsItIsOpen() throws IOException {
        requireTun();
        try (TunDevice device = devices.open(name)) {
            assertThat(device.name()).isEqualTo(name);
            assertThat(interfaces()).contains(name + ":");
        }

        assertThat(interfaces()).doesNotContain(name + ":");
    }

    @Test
    void namesTheDeviceThatIsTaken() {
        requireTun();
        try (TunDevice device = devices.open(name)) {
            assertThatExceptionOfType(SystemCallException.class)
                    .isThrownBy(() -> devices.open(device.name()))
                    .withMessageContaining(name)
                    .satisfies(e -> assertThat(e.is(Errno.EBUSY)).isTrue());
        }
    }

    @Test
    void aDeviceThatIsDownGivesAndTakesNothing() {
        requireTun();
        try (TunDevice device = devices.open(name);
                Arena arena = Arena.ofConfined()) {
            MemorySegment packet = arena.allocate(1_500);

            packet.set(ValueLayout.JAVA_BYTE, 0, (byte) 0x45);

            assertThat(device.read(packet)).isZero();
            assertThat(device.write(packet, 40)).isFalse();
        }
    }

    @Test
    void refusesWhatIsNoPacketOfIp() {
        requireTun();
        try (TunDevice device = devices.open(name);
                Arena arena = Arena.ofConfined()) {
            MemorySegment zeros = arena.allocate(1_500);

            assertThatExceptionOfType(SystemCallException.class)
                    .isThrownBy(() -> device.write(zeros, 40))
                    .withMessageStartingWith("write(" + name + ", 40)")
                    .satisfies(e -> assertThat(e.is(Errno.EINVAL)).isTrue());
        }
    }

    @Test
    void aDeviceDeletedByOthersIsReadableAndSaysSo() throws IOException, InterruptedException {
        requireTun();
        try (TunDevice device = devices.open(name);
                Poller poller = Linux.polling().open(List.of(device));
                Arena arena = Arena.ofConfined()) {
            MemorySegment packet = arena.allocate(1_500);
            poller.await(0);
            assertThat(poller.isReadable(0)).isFalse();

            delete(name);
            poller.await(Poller.FOREVER_NS);

            assertThat(poller.isReadable(0)).isTrue();
            assertThatExceptionOfType(SystemCallException.class)
                    .isThrownBy(() -> device.read(packet))
                    .withMessageStartingWith("read(" + name)
                    .satisfies(e -> assertThat(e.is(Errno.EBADFD)).isTrue());
        }
    }

    private void requireTun() {
        Capability capability = devices.capability();
        assumeTrue(capability.available(), capability.cause());
    }

    private static String interfaces() throws IOException {
        return Files.readString(Path.of("/proc/net/dev"));
    }

    private static void delete(String name) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("ip", "link", "delete", name)
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
    }
}
