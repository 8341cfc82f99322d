package io.packetfs.linuxio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packetfs.protocol.PacketHeader;
import io.packetfs.protocol.Shards;
import io.packetfs.protocol.port.DatagramTrain;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several ports at one address, and a real kernel that chooses among them. */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
class ShardPortsTest {
    private static final int DATAGRAM_BYTES = 200;
    private static final int PER_SHARD = 5;
    private static final LinuxUdpPortConfig CONFIG =
            LinuxUdpPortConfig.on(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));

    private final List<LinuxUdpPort> ports = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void theKernelGivesEachDatagramToThePortOfItsShard(int count) {
        for (boolean initial : new boolean[] {false, true}) {
            ports.addAll(LinuxUdpPort.openShards(CONFIG, count));
            try (LinuxUdpPort sender = LinuxUdpPort.open(CONFIG)) {
                for (int i = 0; i < count * PER_SHARD; i++) {
                    send(sender, initial, 0x7ab0_0000 + i, i);
                }

                for (int shard = 0; shard < count; shard++) {
                    assertThat(ports.get(shard).isSteered()).isTrue();
                    assertThat(receive(ports.get(shard), initial))
                            .as("initial %s, shard %d", initial, shard)
                            .hasSize(PER_SHARD)
                            .containsOnly(shard);
                }
            } finally {
                ports.forEach(LinuxUdpPort::close);
                ports.clear();
            }
        }
    }

    @Test
    void datagramsTooShortToSayGoToTheFirst() {
        ports.addAll(LinuxUdpPort.openShards(CONFIG, 2));
        try (LinuxUdpPort sender = LinuxUdpPort.open(CONFIG)) {
            DatagramTrain train = new DatagramTrain(1);
            train.reset(ports.getFirst().localAddress(), 1, 1);
            train.array()[0] = PacketHeader.VERSION << 4 | PacketHeader.TYPE_PROTECTED;
            train.append(1);
            assertThat(sender.send(train)).isTrue();

            ports.getFirst().await(1_000_000_000);
            assertThat(ports.getFirst().receive((source, memory, length, segmentBytes, ecn) -> {}))
                    .isEqualTo(1);
        } finally {
            ports.forEach(LinuxUdpPort::close);
        }
    }

    @Test
    void allPortsAnswerFromOneAddressWhichNobodyElseGets() {
        ports.addAll(LinuxUdpPort.openShards(CONFIG, 4));
        try {
            InetSocketAddress address = ports.getFirst().localAddress();
            assertThat(ports).allSatisfy(port -> assertThat(port.localAddress()).isEqualTo(address));
            assertThatThrownBy(() -> LinuxUdpPort.open(CONFIG.withBindAddress(address)))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("bind");
        } finally {
            ports.forEach(LinuxUdpPort::close);
        }
    }

    private void send(LinuxUdpPort sender, boolean initial, int connectionId, int ephemeral) {
        DatagramTrain train = new DatagramTrain(DATAGRAM_BYTES);
        train.reset(ports.getFirst().localAddress(), DATAGRAM_BYTES, 1);
        int type = initial ? PacketHeader.TYPE_INITIAL : PacketHeader.TYPE_PROTECTED;
        // in an INITIAL the id is the ticket's and says nothing of shards
        int id = initial ? ~connectionId : connectionId;
        PacketHeader.write(train.array(), 0, type, 0, DATAGRAM_BYTES - PacketHeader.BYTES, id, 0);
        train.array()[Shards.EPHEMERAL_OFFSET] = (byte) (initial ? ephemeral : ~ephemeral);
        train.append(DATAGRAM_BYTES);
        assertThat(sender.send(train)).isTrue();
    }

    /** The shards of the datagrams that a port has got. */
    private List<Integer> receive(LinuxUdpPort port, boolean initial) {
        List<Integer> shards = new ArrayList<>();
        for (int attempt = 0; attempt < 20 && shards.size() < PER_SHARD; attempt++) {
            port.await(100_000_000);
            port.receive((source, memory, length, segmentBytes, ecn) -> {
                byte[] array = (byte[]) memory.heapBase().orElseThrow();
                int step = segmentBytes <= 0 ? length : segmentBytes;
                for (int at = 0; at < length; at += step) {
                    shards.add(
                            initial
                                    ? Shards.ofInitial(array, at, step, ports.size())
                                    : Shards.ofConnectionId(
                                            PacketHeader.connectionId(PacketHeader.fields(array, at)), ports.size()));
                }
            });
        }
        return shards;
    }
}
