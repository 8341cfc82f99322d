package io.packetfs.linuxio;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.portsuite.UdpPortSuite;
import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.Offload;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A port where one message is a train, both ways. */
@EnabledOnOs(OS.LINUX)
class LinuxOffloadPortTest extends UdpPortSuite {
    @Override
    protected DatagramPort newPort(InetSocketAddress address) {
        return LinuxUdpPort.open(
                LinuxUdpPortConfig.on(address).withGso(Offload.ON).withGro(Offload.ON));
    }

    @Test
    void saysWhatItCanDo() {
        assertThat(port().features().carrier()).isEqualTo("udp-linux-gso");
        assertThat(port().features().mergesOnReceive()).isEqualTo(true);
        assertThat(port().features().reportsEcn()).isTrue();
        assertThat(port().features().marksEcn()).isTrue();
    }
}
