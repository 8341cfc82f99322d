package io.packetfs.nettyio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.epoll.Epoll;
import io.packetfs.portsuite.StreamPortSuite;
import io.packetfs.protocol.port.DatagramPort;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Streams over epoll. */
@ExtendWith(LeakWatch.class)
class EpollTcpPortTest extends StreamPortSuite {
    @Override
    protected DatagramPort newPort(InetSocketAddress address) {
        assumeTrue(Epoll.isAvailable(), "no epoll here");
        return NettyTcpPort.open(NettyTcpPortConfig.on(address).withIo(UdpIo.EPOLL));
    }

    @Test
    void saysWhatItCanDo() {
        assertThat(port().features().carrier()).isEqualTo("tcp-epoll");
        assertThat(port().features().reliableAndOrdered()).isTrue();
    }
}
