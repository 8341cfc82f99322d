package io.packetfs.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.packetfs.sim.TwoHosts.Received;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SimNetworkTest {
    private static final long MS = TwoHosts.MS;
    private static final long SECOND = 1_000 * MS;

    @Test
    void aCleanLinkDeliversAtOnceAndUnchanged() {
        TwoHosts hosts = new TwoHosts(LinkSettings.CLEAN);

        hosts.send(hosts.a, hosts.b.localAddress(), EcnMarking.ECT_0, new byte[] {1, 2, 3});
        hosts.run();

        Received received = hosts.atB.getFirst();
        assertThat(hosts.atB).hasSize(1);
        assertThat(received.bytes()).containsExactly(1, 2, 3);
        assertThat(received.atNs()).isZero();
        assertThat(received.source()).isEqualTo(hosts.a.localAddress());
        assertThat(received.segmentBytes()).isEqualTo(3);
        assertThat(received.ecn()).isEqualTo(EcnMarking.ECT_0);
    }

    @Test
    void delayIsExactToTheNanosecond() {
        TwoHosts hosts = new TwoHosts(LinkSettings.builder().delayNs(12_345_678).build());
        hosts.send(1, 100);

        hosts.runTo(12_345_677);
        assertThat(hosts.atB).isEmpty();
        assertThat(hosts.network.nextEventNs()).isEqualTo(12_345_678);

        hosts.runTo(12_345_678);
        assertThat(hosts.atB).hasSize(1);
        assertThat(hosts.network.nextEventNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void eachDirectionHasItsOwnSettings() {
        TwoHosts hosts = new TwoHosts(LinkSettings.CLEAN);
        hosts.there.settings(LinkSettings.builder().delayMs(10).build());
        hosts.back.settings(LinkSettings.builder().delayMs(3).build());

        hosts.send(hosts.a, hosts.b.localAddress(), 0, new byte[1]);
        hosts.send(hosts.b, hosts.a.localAddress(), 0, new byte[1]);
        hosts.run();

        assertThat(hosts.atB.getFirst().atNs()).isEqualTo(10 * MS);
        assertThat(hosts.atA.getFirst().atNs()).isEqualTo(3 * MS);
    }

    @Test
    void aTrainIsSplitIntoItsDatagrams() {
        TwoHosts hosts = new TwoHosts(LinkSettings.CLEAN);

        hosts.send(hosts.a, hosts.b.localAddress(), 0, new byte[] {1, 1}, new byte[] {2, 2}, new byte[] {3});
        hosts.run();

        assertThat(hosts.atB.stream().map(Received::bytes))
                .containsExactly(new byte[] {1, 1}, new byte[] {2, 2}, new byte[] {3});
    }

    @Test
    void rateSpacesATrainExactlyAndHeadersTakeTheirTime() {
        // 972 + 28 bytes at 8 Mbit/s are 1 ms.
        TwoHosts hosts = new TwoHosts(
                LinkSettings.builder().delayMs(5).rateMegabitsPerSecond(8).build());

        hosts.send(hosts.a, hosts.b.localAddress(), 0, new byte[972], new byte[972], new byte[472]);
        hosts.run();

        assertThat(hosts.timesAtB()).containsExactly(6 * MS, 7 * MS, 7 * MS + MS / 2);
    }

    @Test
    void aFullQueueDropsTheTail() {
        TwoHosts hosts = new TwoHosts(LinkSettings.builder()
                .rateMegabitsPerSecond(8)
                .queueBytesMax(10_000)
                .build());

        hosts.sendNumbered(100, 972);
        hosts.run();

        assertThat(hosts.numbersAtB())
                .containsExactlyElementsOf(IntStream.range(0, 10).boxed().toList());
        assertThat(hosts.there.counters().datagrams(LinkEvent.QUEUE_DROPPED)).isEqualTo(90);
        assertThat(hosts.atB.getLast().atNs()).isEqualTo(10 * MS);
    }

    @Test
    void jitterKeepsTheOrder() {
        TwoHosts hosts =
                new TwoHosts(LinkSettings.builder().delayMs(10).jitterMs(50).build());

        hosts.sendNumbered(500, 100);
        hosts.run();

        assertThat(hosts.numbersAtB())
                .containsExactlyElementsOf(IntStream.range(0, 500).boxed().toList());
        assertThat(hosts.timesAtB()).allMatch(ns -> ns >= 10 * MS && ns <= 60 * MS);
    }

    @Test
    void reorderedDatagramsAreOvertakenByTheOthers() {
        TwoHosts hosts = new TwoHosts(LinkSettings.builder()
                .delayMs(10)
                .reordering(new Reordering(0.25, MS, 5 * MS))
                .build());

        hosts.sendNumbered(1_000, 100);
        hosts.run();

        long held = hosts.there.counters().datagrams(LinkEvent.REORDERED);
        List<Integer> inTime = hosts.atB.stream()
                .filter(received -> received.atNs() == 10 * MS)
                .map(Received::number)
                .toList();
        assertThat(hosts.atB).hasSize(1_000);
        assertThat(inTime).hasSize((int) (1_000 - held)).isSorted();
        assertThat(hosts.timesAtB().subList(inTime.size(), 1_000)).allMatch(ns -> ns >= 11 * MS && ns <= 15 * MS);
    }

    @Test
    void duplicatesFollowTheirOriginal() {
        TwoHosts hosts =
                new TwoHosts(LinkSettings.builder().duplicateProbability(1.0).build());

        hosts.sendNumbered(3, 100);
        hosts.run();

        assertThat(hosts.numbersAtB()).containsExactly(0, 0, 1, 1, 2, 2);
    }

    @Test
    void corruptedDatagramsDifferInTheBitsSet() {
        TwoHosts hosts = new TwoHosts(
                LinkSettings.builder().corruption(new Corruption(1.0, 1, 3)).build());

        hosts.send(hosts.a, hosts.b.localAddress(), 0, new byte[100]);
        hosts.run();

        byte[] bytes = hosts.atB.getFirst().bytes();
        assertThat(BitSet.valueOf(bytes).cardinality()).isEqualTo(3);
    }

    @Test
    void aDarkLinkSwallowsWhatIsSentAndDeliversWhatWasUnderWay() {
        TwoHosts hosts = new TwoHosts(LinkSettings.builder()
                .delayMs(500)
                .blackout(Blackout.every(7 * SECOND, 2 * SECOND))
                .build());

        for (int second = 0; second < 21; second++) {
            hosts.runTo(second * SECOND);
            hosts.send(second, 10);
        }
        hosts.run();

        assertThat(hosts.atB.stream().map(received -> (int) received.bytes()[0]))
                .containsExactly(0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 14, 15, 16, 17, 18);
        assertThat(hosts.there.counters().datagrams(LinkEvent.DARKENED)).isEqualTo(6);
    }

    @Test
    void settingsChangeAtTheTimesScheduled() {
        TwoHosts hosts = new TwoHosts(LinkSettings.CLEAN);
        hosts.there.settingsAt(20, LinkSettings.builder().payloadBytesMax(50).build());
        hosts.there.settingsAt(10, LinkSettings.builder().lossProbability(1.0).build());
        hosts.there.settingsAt(30, LinkSettings.CLEAN);

        for (long ns : new long[] {0, 9, 10, 19, 20, 29, 30}) {
            hosts.runTo(ns);
            hosts.send((int) ns, 100);
            hosts.send((int) ns, 50);
        }
        hosts.run();

        assertThat(hosts.timesAtB()).containsExactly(0L, 0L, 9L, 9L, 20L, 29L, 30L, 30L);
        assertThat(hosts.there.settings()).isEqualTo(LinkSettings.CLEAN);
    }

    @Test
    void hostsMayShareOneBottleneck() {
        TwoHosts hosts = new TwoHosts(LinkSettings.CLEAN);
        SimPort third = hosts.network.bind(new InetSocketAddress(TwoHosts.host(3), 3000));
        SimLink narrow = hosts.network.newLink(
                "narrow", LinkSettings.builder().rateMegabitsPerSecond(8).build());
        hosts.network.route(TwoHosts.HOST_A, TwoHosts.HOST_B, narrow);
        hosts.network.route(TwoHosts.host(3), TwoHosts.HOST_B, narrow);

        hosts.send(hosts.a, hosts.b.localAddress(), 0, new byte[972]);
        hosts.send(third, hosts.b.localAddress(), 0, new byte[972]);
        hosts.run();

        assertThat(hosts.timesAtB()).containsExactly(MS, 2 * MS);
        assertThat(narrow.counters().datagrams(LinkEvent.DELIVERED)).isEqualTo(2);
    }

    @Test
    void whatNobodyIsBoundToIsCountedAsUnreachable() {
        TwoHosts hosts = new TwoHosts(LinkSettings.CLEAN);

        hosts.send(hosts.a, new InetSocketAddress(TwoHosts.HOST_B, 9), 0, new byte[10]);
        hosts.run();

        assertThat(hosts.there.counters()).hasToString("SENT=1 PASSED=1 UNREACHABLE=1");
    }

    @Test
    void aReboundPortIsReachedAtItsNewAddressOnlyAndKeepsItsLink() {
        TwoHosts hosts = new TwoHosts(LinkSettings.builder().delayMs(10).build());
        InetSocketAddress rebound = new InetSocketAddress(TwoHosts.host(77), 7777);
        hosts.send(hosts.b, hosts.a.localAddress(), 0, new byte[10]);

        hosts.a.rebind(rebound);
        hosts.send(1, 10);
        hosts.run();
        hosts.send(hosts.b, hosts.atB.getFirst().source(), 0, new byte[20]);
        hosts.run();

        assertThat(hosts.atB.getFirst().source()).isEqualTo(rebound);
        assertThat(hosts.atA.stream().map(Received::length)).containsExactly(20);
        assertThat(hosts.a.localAddress()).isEqualTo(new InetSocketAddress(TwoHosts.HOST_A, 1000));
        assertThat(hosts.back.counters()).hasToString("SENT=2 PASSED=2 DELIVERED=1 UNREACHABLE=1");
    }

    @Test
    void injectedDatagramsComeFromWhereTheySay() {
        TwoHosts hosts =
                new TwoHosts(LinkSettings.builder().lossProbability(1.0).build());
        InetSocketAddress nowhere = new InetSocketAddress(TwoHosts.host(200), 5);

        hosts.network.inject(nowhere, hosts.b.localAddress(), new byte[] {9}, 4 * MS, EcnMarking.CE);
        hosts.run();

        Received received = hosts.atB.getFirst();
        assertThat(received.source()).isEqualTo(nowhere);
        assertThat(received.bytes()).containsExactly(9);
        assertThat(received.atNs()).isEqualTo(4 * MS);
        assertThat(received.ecn()).isEqualTo(EcnMarking.CE);
        assertThat(hosts.network.injected()).hasToString("SENT=1 PASSED=1 DELIVERED=1");
    }

    @Test
    void everyDatagramIsAccountedFor() {
        TwoHosts hosts = new TwoHosts(LinkSettings.builder()
                .delayMs(3)
                .rateMegabitsPerSecond(100)
                .queueBytesMax(20_000)
                .payloadBytesMax(1_400)
                .lossProbability(0.05)
                .lossBursts(LossBursts.of(0.05, 3))
                .duplicateProbability(0.1)
                .reordering(new Reordering(0.1, 0, MS))
                .blackout(Blackout.between(50 * MS, 60 * MS))
                .build());
        hosts.b.receiveBufferBytesMax(2_000);
        hosts.there.filter(PacketFilter.drop(17, 19, 30));
        LinkCounters counters = hosts.there.counters();

        for (int i = 0; i < 10_000; i++) {
            hosts.network.advanceTo(i * 10_000L);
            hosts.send(1, 1_000 + i % 410);
            if (i % 3 == 0) {
                hosts.receive();
            }
        }

        assertThat(counters.datagrams(LinkEvent.SENT)).isEqualTo(10_000);
        assertThat(counters.datagrams(LinkEvent.FILTERED)).isEqualTo(3);
        for (LinkEvent event : LinkEvent.values()) {
            boolean unused = Set.of(
                            LinkEvent.CORRUPTED,
                            LinkEvent.TRUNCATED,
                            LinkEvent.MARKED,
                            LinkEvent.BLEACHED,
                            LinkEvent.UNREACHABLE)
                    .contains(event);
            assertThat(counters.datagrams(event) == 0).as(event.name()).isEqualTo(unused);
        }
        assertThat(counters.datagrams(LinkEvent.SENT))
                .isEqualTo(counters.datagrams(LinkEvent.PASSED) + counters.droppedOnLink());
        assertThat(ended(counters)).isLessThan(begun(counters));
        hosts.run();
        assertThat(ended(counters)).isEqualTo(begun(counters));
        assertThat(hosts.atB).hasSize((int) counters.datagrams(LinkEvent.DELIVERED));
    }

    @Test
    void portsOfAnyNumberAreDistinctAndAddressesInUseAreRefused() {
        SimNetwork network = new SimNetwork(1);
        Set<Integer> numbers = new TreeSet<>();
        for (int i = 0; i < 100; i++) {
            numbers.add(network.bind(new InetSocketAddress(TwoHosts.HOST_A, 0))
                    .localAddress()
                    .getPort());
        }

        assertThat(numbers).hasSize(100).doesNotContain(0);
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> network.bind(new InetSocketAddress(TwoHosts.HOST_A, 49_152)))
                .withMessageContaining("/10.0.0.1:49152");
    }

    @Test
    void aClosedPortFreesItsAddress() {
        TwoHosts hosts = new TwoHosts(LinkSettings.CLEAN);
        hosts.send(1, 10);
        hosts.network.advanceTo(1);

        hosts.b.close();
        hosts.b.close();
        hosts.run();

        assertThat(hosts.atB).isEmpty();
        assertThat(hosts.network.bind(hosts.b.localAddress()).localAddress()).isEqualTo(hosts.b.localAddress());
    }

    @Test
    void timeDoesNotGoBackwards() {
        SimNetwork network = new SimNetwork(1);
        network.advanceTo(10);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.advanceTo(9))
                .withMessage("time in ns 9 outside 10 to 9223372036854775807");
        assertThat(network.nowNs()).isEqualTo(10);
    }

    @Test
    void eventNumbersAreThePlacesInTheCounters() {
        assertThat(Arrays.stream(LinkEvent.values()).mapToInt(LinkEvent::number).toArray())
                .isEqualTo(IntStream.range(0, LinkEvent.values().length).toArray());
    }

    private static long begun(LinkCounters counters) {
        return counters.datagrams(LinkEvent.PASSED) + counters.datagrams(LinkEvent.DUPLICATED);
    }

    private static long ended(LinkCounters counters) {
        return counters.datagrams(LinkEvent.DELIVERED)
                + counters.datagrams(LinkEvent.UNREACHABLE)
                + counters.datagrams(LinkEvent.OVERRUN);
    }
}
