package io.packetfs.nettyio;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.portsuite.StreamPortSuite;
import io.packetfs.protocol.port.DatagramPort;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Streams over Java's own channels, as on systems other than Linux. */
@ExtendWith(LeakWatch.class)
class NioTcpPortTest extends StreamPortSuite {
    @Override
    protected DatagramPort newPort(InetSocketAddress address) {
        return NettyTcpPort.open(NettyTcpPortConfig.on(address).withIo(UdpIo.NIO));
    }

    @Test
    void saysWhatItCanDo() {
        assertThat(port().features().carrier()).isEqualTo("tcp-nio");
        assertThat(port().features().reliableAndOrdered()).isTrue();
    }
}
