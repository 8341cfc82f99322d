package io.packetfs.afxdp.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.linuxio.LinuxUdpPort;
import io.packetfs.linuxio.LinuxUdpPortConfig;
import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.DatagramTrain;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Packets in several frames of packet memory, on a link with an MTU of 9000. */
@Timeout(60)
class AfXdpJumboPortTest {
    /** Around the borders of frames: 4096 bytes on the way out, 3840 on the way in, with headers of 42 or 62 in the first. */
    private static final int[] SIZES = {
        1, 1472, 3_777, 3_778, 3_797, 3_798, 3_799, 4_033, 4_034, 4_035, 4_053, 4_054, 4_055, 7_637, 7_638, 7_639,
        8_129, 8_130, 8_131, 8_149, 8_150, 8_151, 8_952
    };

    private static Spokes spokes;

    @BeforeAll
    static void makeNetwork() throws IOException, InterruptedException {
        spokes = Spokes.open(2, 9000);
    }

    @AfterAll
    static void removeNetwork() throws IOException, InterruptedException {
        if (spokes != null) {
            spokes.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"true, true, true", "true, true, false", "true, false, true", "false, true, true", "false, true, false"
    })
    void datagramsOfEverySizeArriveWhole(boolean fromRings, boolean toRings, boolean ipv4) {
        try (DatagramPort sender = open(1, fromRings, ipv4);
                DatagramPort receiver = open(2, toRings, ipv4)) {
            untilTheNeighbourIsKnown(sender, receiver);
            Random random = new Random(1);
            for (int round = 0; round < 2; round++) {
                for (int bytes : SIZES) {
                    byte[] sent = new byte[bytes];
                    random.nextBytes(sent);

                    assertThat(exchange(sender, receiver, sent))
                            .as(bytes + " bytes")
                            .containsExactly(sent);
                }
            }
            if (receiver instanceof AfXdpPort rings) {
                assertThat(rings.ringCounters().datagramsFromRings()).isGreaterThanOrEqualTo(SIZES.length);
                assertThat(rings.ringCounters().datagramsFromKernel()).isZero();
            }
            if (sender instanceof AfXdpPort rings) {
                assertThat(rings.ringCounters().datagramsByRings()).isGreaterThanOrEqualTo(SIZES.length);
            }
        }
    }

    private static void untilTheNeighbourIsKnown(DatagramPort sender, DatagramPort receiver) {
        for (int i = 0; i < 500; i++) {
            exchange(sender, receiver, new byte[] {1});
            if (!(sender instanceof AfXdpPort rings) || rings.ringCounters().datagramsByRings() > 0) {
                return;
            }
            sender.await(FlowTable.RETRY_NS);
        }
    }

    private static List<byte[]> exchange(DatagramPort sender, DatagramPort receiver, byte[] payload) {
        DatagramTrain train = new DatagramTrain(payload.length);
        train.reset(receiver.localAddress(), payload.length, 1);
        System.arraycopy(payload, 0, train.array(), 0, payload.length);
        train.append(payload.length);
        while (!sender.send(train)) {
            sender.await(TimeUnit.SECONDS.toNanos(1));
        }
        List<byte[]> received = new ArrayList<>();
        long startNs = System.nanoTime();
        while (received.isEmpty() && System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(5)) {
            int count = receiver.receive((source, memory, length, segmentBytes, ecn) ->
                    received.add(memory.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE)));
            if (count == 0) {
                receiver.await(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
        return received;
    }

    private static DatagramPort open(int spoke, boolean rings, boolean ipv4) {
        InetSocketAddress address = ipv4 ? Spokes.ipv4(spoke) : Spokes.ipv6(spoke);
        LinuxUdpPortConfig kernel = LinuxUdpPortConfig.on(address);
        return spokes.in(
                spoke,
                () -> rings ? AfXdpPort.open(AfXdpPortConfig.on(kernel, Spokes.DEVICE)) : LinuxUdpPort.open(kernel));
    }
}
