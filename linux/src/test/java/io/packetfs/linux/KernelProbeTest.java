package io.packetfs.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.linux.KernelProbe.Capability;
import io.packetfs.linux.KernelProbe.SocketBuffers;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnLinux
class KernelProbeTest {
    private KernelProbe probe;

    @BeforeEach
    void link() {
        probe = Linux.kernelProbe();
    }

    @Test
    void saysWhyWhatIsMissingIsMissing() {
        List<Capability> capabilities =
                List.of(probe.udpSegmentation(), probe.udpReceiveMerging(), probe.afXdp(), probe.ioUring());

        assertThat(capabilities)
                .allSatisfy(
                        capability -> assertThat(capability.cause().isEmpty()).isEqualTo(capability.available()));
    }

    @Test
    void givesTheSameAnswerTwice() {
        assertThat(probe.udpSegmentation()).isEqualTo(probe.udpSegmentation());
        assertThat(probe.afXdp()).isEqualTo(probe.afXdp());
    }

    @Test
    void reportsTheBuffersThatTheKernelGrants() {
        SocketBuffers small = probe.socketBuffers(65_536);
        SocketBuffers large = probe.socketBuffers(1 << 30);

        // The kernel doubles what is asked for, to make room for its book-keeping.
        assertThat(small.receiveBytes()).isEqualTo(131_072);
        assertThat(small.sendBytes()).isEqualTo(131_072);
        assertThat(large.receiveBytes()).isGreaterThanOrEqualTo(small.receiveBytes());
        if (!large.limitExceeded()) {
            long limit = NetworkSettings.read().receiveBufferBytesMax().orElseThrow();
            assertThat(large.receiveBytes()).isLessThanOrEqualTo(Math.toIntExact(2 * limit));
        }
    }
}
