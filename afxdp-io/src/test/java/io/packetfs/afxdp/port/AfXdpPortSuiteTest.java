package io.packetfs.afxdp.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.linuxio.LinuxUdpPortConfig;
import io.packetfs.portsuite.DatagramPortSuite;
import io.packetfs.protocol.port.DatagramPort;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The behaviour of every port, by rings both ways, on hosts of their own around a switch. */
class AfXdpPortSuiteTest extends DatagramPortSuite {
    private static final int SPOKES = 13;

    private static Spokes spokes;

    private int opened;

    @BeforeAll
    static void makeNetwork() throws IOException, InterruptedException {
        spokes = Spokes.open(SPOKES, 1500);
    }

    @AfterAll
    static void removeNetwork() throws IOException, InterruptedException {
        if (spokes != null) {
            spokes.close();
        }
    }

    @Override
    protected DatagramPort newPort() {
        int spoke = ++opened;
        return spokes.in(
                spoke,
                () -> AfXdpPort.open(AfXdpPortConfig.on(LinuxUdpPortConfig.on(Spokes.ipv4(spoke)), Spokes.DEVICE)));
    }

    @Override
    protected int datagramBytesMax() {
        return 1472;
    }

    @Test
    void saysWhatItCanDo() {
        assertThat(port().features().carrier()).isEqualTo("afxdp");
        assertThat(port().features().reportsEcn()).isTrue();
        assertThat(port().features().marksEcn()).isTrue();
        assertThat(port().features().reliableAndOrdered()).isFalse();
    }
}
