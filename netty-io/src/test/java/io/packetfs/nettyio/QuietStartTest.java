package io.packetfs.nettyio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A JVM that opens a port says nothing: no warning about Unsafe, native access, or a missing logger. */
class QuietStartTest {
    @ParameterizedTest
    @EnumSource
    void opensAPortWithoutAWord(UdpIo io) throws IOException, InterruptedException {
        assertThat(ChildJvm.run(OpenAndClose.class, io.name())).isEmpty();
    }

    static final class OpenAndClose {
        private OpenAndClose() {}

        public static void main(String[] args) {
            final InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            NettyUdpPort.open(NettyUdpPortConfig.on(address).withIo(UdpIo.valueOf(args[0])))
                    .close();
        }
    }
}
