package io.packetfs.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.sim.PacketFilter.Verdict;
import io.packetfs.sim.TwoHosts.Received;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PacketFilterTest {
    private final TwoHosts hosts =
            new TwoHosts(LinkSettings.builder().delayMs(10).build());

    @Test
    void dropsExactlyTheNthForEveryN() {
        for (int n = 0; n < 8; n++) {
            int dropped = n;
            TwoHosts run = new TwoHosts(LinkSettings.CLEAN);
            run.there.filter(PacketFilter.drop(dropped));

            run.sendNumbered(8, 10);
            run.run();

            assertThat(run.numbersAtB())
                    .containsExactlyElementsOf(IntStream.range(0, 8)
                            .filter(number -> number != dropped)
                            .boxed()
                            .toList());
            assertThat(run.there.counters().datagrams(LinkEvent.FILTERED)).isEqualTo(1);
        }
    }

    @Test
    void doublesTheDatagramItIsToldTo() {
        hosts.there.filter(datagram -> datagram.index() == 1 ? Verdict.DUPLICATE : Verdict.PASS);

        hosts.sendNumbered(3, 10);
        hosts.run();

        assertThat(hosts.numbersAtB()).containsExactly(0, 1, 1, 2);
    }

    @Test
    void corruptsOneBitOfTheDatagramItIsToldTo() {
        hosts.there.filter(datagram -> datagram.index() == 1 ? Verdict.CORRUPT : Verdict.PASS);

        for (int i = 0; i < 3; i++) {
            hosts.send(0, 50);
        }
        hosts.run();

        assertThat(hosts.atB.stream()
                        .map(received -> BitSet.valueOf(received.bytes()).cardinality()))
                .containsExactly(0, 1, 0);
        assertThat(hosts.there.counters().datagrams(LinkEvent.CORRUPTED)).isEqualTo(1);
    }

    @Test
    void holdsADatagramBackSoThatOthersOvertakeIt() {
        hosts.there.filter(datagram -> {
            datagram.holdNs(datagram.index() == 0 ? 3 : 0);
            return Verdict.PASS;
        });

        hosts.sendNumbered(3, 10);
        hosts.run();

        assertThat(hosts.numbersAtB()).containsExactly(1, 2, 0);
        assertThat(hosts.atB.getLast().atNs()).isEqualTo(10 * TwoHosts.MS + 3);
    }

    @Test
    void mayChangeWhatPasses() {
        InetSocketAddress elsewhere = new InetSocketAddress(TwoHosts.host(9), 99);
        hosts.there.filter(datagram -> {
            datagram.source(elsewhere);
            datagram.invertBit(9);
            datagram.truncate(2);
            datagram.ecn(EcnMarking.CE);
            return Verdict.PASS;
        });

        hosts.send(1, 50);
        hosts.run();

        Received received = hosts.atB.getFirst();
        assertThat(received.bytes()).containsExactly(1, 2);
        assertThat(received.source()).isEqualTo(elsewhere);
        assertThat(received.ecn()).isEqualTo(EcnMarking.CE);
    }

    @Test
    void mayReplayWhatItSawLong() {
        List<byte[]> seen = new ArrayList<>();
        hosts.there.filter(datagram -> {
            seen.add(datagram.copy());
            if (datagram.index() == 2) {
                hosts.network.inject(datagram.source(), datagram.destination(), seen.getFirst(), 5, 0);
            }
            return Verdict.PASS;
        });

        hosts.sendNumbered(3, 10);
        hosts.run();

        assertThat(hosts.numbersAtB()).containsExactly(0, 0, 1, 2);
        assertThat(hosts.timesAtB().getFirst()).isEqualTo(5);
    }

    @Test
    void seesOnlyItsDirection() {
        List<Long> indexes = new ArrayList<>();
        hosts.back.filter(datagram -> {
            indexes.add(datagram.index());
            return Verdict.DROP;
        });

        hosts.sendNumbered(3, 10);
        hosts.send(hosts.b, hosts.a.localAddress(), 0, new byte[5], new byte[5]);
        hosts.run();

        assertThat(indexes).containsExactly(0L, 1L);
        assertThat(hosts.atB).hasSize(3);
        assertThat(hosts.atA).isEmpty();
    }
}
