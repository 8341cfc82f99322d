package io.packetfs.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.linux.NetworkDevices.NetworkDevice;
import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnLinux
class NetworkDevicesTest {
    @BeforeEach
    void available() {
        assumeTrue(Linux.isAvailable(), () -> "skipped: " + Linux.unavailabilityCause());
    }

    @Test
    void findsWhatTheJdkFinds() throws IOException {
        for (NetworkInterface expected : NetworkInterface.networkInterfaces().toList()) {
            NetworkDevice device = Linux.networkDevices().find(expected.getName());

            assertThat(device.index()).isEqualTo(expected.getIndex());
            assertThat(device.mtuBytes()).isEqualTo(expected.getMTU());
            assertThat(device.up()).isEqualTo(expected.isUp());
            assertThat(device.receiveQueueCount()).isPositive();
        }
    }

    @Test
    void namesADeviceThatIsNotThere() {
        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(() -> Linux.networkDevices().find("nosuchdev"))
                .withMessage("ioctl(SIOCGIFINDEX, nosuchdev): no such device (ENODEV)");
        for (String name : new String[] {"", "sixteen-letters-", "a b", "a/b", "caf\u00e9"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Linux.networkDevices().find(name));
        }
    }

    @Test
    void namesANamespaceThatCannotBeEntered() {
        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(() -> Linux.networkDevices().enterNamespace(Path.of("/nowhere")))
                .withMessage("open(/nowhere): no such file or directory (ENOENT)");
        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(() -> Linux.networkDevices().enterNamespace(Path.of("/proc/self/status")))
                .withMessage("setns(/proc/self/status, CLONE_NEWNET): invalid argument (EINVAL)");
    }
}
