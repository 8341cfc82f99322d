package io.packetfs.nettyio;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.portsuite.UdpPortSuite;
import io.packetfs.protocol.port.DatagramPort;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A port by Java's own channels, as on systems other than Linux. */
@ExtendWith(LeakWatch.class)
class NioPortTest extends UdpPortSuite {
    @Override
    protected DatagramPort newPort(InetSocketAddress address) {
        return NettyUdpPort.open(NettyUdpPortConfig.on(address).withIo(UdpIo.NIO));
    }

    @Test
    void saysWhatItCanDo() {
        assertThat(port().features().carrier()).isEqualTo("udp-nio");
        assertThat(port().features().mergesOnReceive()).isEqualTo(false);
    }
}
