package io.packetfs.nettyio;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.portsuite.UdpPortSuite;
import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.Offload;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;

/** A port by sendmmsg and recvmmsg, as on a kernel without offloads. */
@EnabledOnOs(OS.LINUX)
@ExtendWith(LeakWatch.class)
class EpollPlainPortTest extends UdpPortSuite {
    @Override
    protected DatagramPort newPort(InetSocketAddress address) {
        return NettyUdpPort.open(NettyUdpPortConfig.on(address)
                .withIo(UdpIo.EPOLL)
                .withGso(Offload.OFF)
                .withGro(Offload.OFF));
    }

    @Test
    void saysWhatItCanDo() {
        assertThat(port().features().carrier()).isEqualTo("udp-epoll");
        assertThat(port().features().mergesOnReceive()).isEqualTo(false);
    }
}
