package io.packetfs.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.sim.TwoHosts.Received;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** A run is a function of its seed and its calls, and of nothing else. */
class SimReplayTest {
    private static final LinkSettings ROUGH = LinkSettings.builder()
            .delayMs(5)
            .jitterMs(2)
            .rateMegabitsPerSecond(200)
            .queueBytesMax(60_000)
            .lossProbability(0.02)
            .lossBursts(LossBursts.of(0.01, 4))
            .reordering(new Reordering(0.1, 0, 3 * TwoHosts.MS))
            .duplicateProbability(0.02)
            .corruption(new Corruption(0.01, 2, 5))
            .truncateProbability(0.01)
            .ecnMarking(new EcnMarking(false, 0.1, 20_000))
            .build();

    @Property(tries = 30)
    void theSameSeedGivesTheSameRun(@ForAll long seed) {
        StringBuilder firstText = new StringBuilder();
        StringBuilder secondText = new StringBuilder();

        long first = hash(seed, firstText);
        long second = hash(seed, secondText);

        assertThat(second).isEqualTo(first);
        assertThat(secondText).hasToString(firstText.toString());
    }

    @Property(tries = 30)
    void anotherSeedGivesAnotherRun(@ForAll long seed) {
        assertThat(hash(seed + 1, new StringBuilder())).isNotEqualTo(hash(seed, new StringBuilder()));
    }

    @Test
    void theHashIsThatOfEveryJavaRelease() {
        assertThat(hash(1, new StringBuilder())).isEqualTo(-7690690621779381244L);
    }

    @Test
    void theHashTellsRunsApartThatDifferInOneBit() {
        TwoHosts zero = new TwoHosts(LinkSettings.CLEAN);
        TwoHosts one = new TwoHosts(LinkSettings.CLEAN);
        zero.send(0, 100);
        one.send(1, 100);

        assertThat(one.network.packetLogHash()).isNotEqualTo(zero.network.packetLogHash());
    }

    @Test
    void theHashTellsRunsApartThatDifferInTimeOnly() {
        TwoHosts early = new TwoHosts(LinkSettings.CLEAN);
        TwoHosts late = new TwoHosts(LinkSettings.CLEAN);
        late.runTo(1);
        early.send(0, 100);
        late.send(0, 100);

        assertThat(late.network.packetLogHash()).isNotEqualTo(early.network.packetLogHash());
    }

    @Test
    void trafficTheOtherWayDisturbsNothing() {
        TwoHosts alone = new TwoHosts(7, ROUGH);
        TwoHosts both = new TwoHosts(7, ROUGH);
        for (int i = 0; i < 1_000; i++) {
            alone.send(i, 1_000);
            both.send(i, 1_000);
            both.send(both.b, both.a.localAddress(), 0, new byte[500], new byte[400]);
            alone.runTo(i * 10_000L);
            both.runTo(i * 10_000L);
        }
        alone.run();
        both.run();

        assertThat(both.timesAtB()).isEqualTo(alone.timesAtB());
        assertThat(marks(both)).isEqualTo(marks(alone));
        assertThat(both.atA).isNotEmpty();
    }

    @Test
    void theOrderInWhichLinksAreMadeChangesNothing() {
        TwoHosts plain = new TwoHosts(7, ROUGH);
        TwoHosts crowded = new TwoHosts(7, LinkSettings.CLEAN);
        for (int i = 100; i < 200; i++) {
            crowded.network.link(TwoHosts.host(i), TwoHosts.HOST_B);
        }
        crowded.there.settings(ROUGH);
        crowded.back.settings(ROUGH);
        plain.sendNumbered(500, 100);
        crowded.sendNumbered(500, 100);
        plain.run();
        crowded.run();

        assertThat(crowded.network.packetLogHash()).isEqualTo(plain.network.packetLogHash());
    }

    @Test
    void theTextLogSaysWhatHappenedAndWhen() {
        TwoHosts hosts = new TwoHosts(LinkSettings.builder().delayMs(1).build());
        StringBuilder text = new StringBuilder();
        hosts.network.logTo(text);
        hosts.there.filter(PacketFilter.drop(1));

        hosts.send(0, 32);
        hosts.send(0, 32);
        hosts.run();

        // 190a55ad is the CRC-32 of 32 zeros, as zlib has it.
        assertThat(text).hasToString("""
                0 10.0.0.1>10.0.0.2 PASSED 32 190a55ad
                0 10.0.0.1>10.0.0.2 FILTERED 32 190a55ad
                1000000 10.0.0.1>10.0.0.2 DELIVERED 32 190a55ad
                """);
    }

    private static List<Byte> marks(TwoHosts hosts) {
        return hosts.atB.stream().map(received -> received.bytes()[0]).toList();
    }

    @Test
    void datagramsThatEndInTheirOwnCheckSumDifferInTheLog() {
        assertThat(hashOfChecksummed(1)).isNotEqualTo(hashOfChecksummed(2));
    }

    private static long hashOfChecksummed(int content) {
        byte[] bytes = new byte[20];
        bytes[0] = (byte) content;
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, 16);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(16, (int) crc.getValue());
        InetSocketAddress host = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        SimNetwork network = new SimNetwork(1);
        network.inject(host, host, bytes, 0, 0);
        return network.packetLogHash();
    }

    private static long hash(long seed, StringBuilder text) {
        TwoHosts hosts = new TwoHosts(seed, ROUGH);
        hosts.network.logTo(text);
        for (int i = 0; i < 300; i++) {
            hosts.send(hosts.a, hosts.b.localAddress(), i & 3, new byte[1_200], new byte[1_200], new byte[i + 1]);
            if (i % 5 == 0) {
                hosts.send(hosts.b, hosts.a.localAddress(), 0, new byte[40]);
            }
            hosts.runTo(i * 100_000L);
        }
        hosts.run();
        assertThat(hosts.atB).isNotEmpty().map(Received::length).doesNotContain(0);
        return hosts.network.packetLogHash();
    }
}
