package io.packetfs.linuxio;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.portsuite.UdpPortSuite;
import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.Offload;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A port with a message for each datagram, as on a kernel without offloads. */
@EnabledOnOs(OS.LINUX)
class LinuxPlainPortTest extends UdpPortSuite {
    @Override
    protected DatagramPort newPort(InetSocketAddress address) {
        return LinuxUdpPort.open(
                LinuxUdpPortConfig.on(address).withGso(Offload.OFF).withGro(Offload.OFF));
    }

    @Test
    void saysWhatItCanDo() {
        assertThat(port().features().carrier()).isEqualTo("udp-linux");
        assertThat(port().features().mergesOnReceive()).isEqualTo(false);
        assertThat(port().features().reportsEcn()).isTrue();
        assertThat(port().features().marksEcn()).isTrue();
    }
}
