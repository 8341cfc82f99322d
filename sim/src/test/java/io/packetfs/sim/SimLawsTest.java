package io.packetfs.sim;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds on a link whatever its settings and its seed. */
class SimLawsTest {
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void everyDatagramEndsOnceAndNoneComesBeforeItsDelayIsOver(
            @ForAll("settings") LinkSettings settings, @ForAll long seed) {
        TwoHosts hosts = new TwoHosts(seed, settings);
        LinkCounters counters = hosts.there.counters();

        for (int i = 1; i <= 200; i++) {
            hosts.send(1, 7 * i);
        }
        hosts.run();

        long arrived = counters.datagrams(LinkEvent.DELIVERED) + counters.datagrams(LinkEvent.OVERRUN);
        assertThat(counters.datagrams(LinkEvent.SENT)).isEqualTo(200);
        assertThat(counters.datagrams(LinkEvent.PASSED) + counters.droppedOnLink())
                .isEqualTo(200);
        assertThat(arrived).isEqualTo(counters.datagrams(LinkEvent.PASSED) + counters.datagrams(LinkEvent.DUPLICATED));
        assertThat(counters.bytes(LinkEvent.DELIVERED))
                .isEqualTo(
                        hosts.atB.stream().mapToLong(TwoHosts.Received::length).sum());
        assertThat(hosts.timesAtB()).allMatch(ns -> ns >= settings.delayNs()).isSorted();
        assertThat(hosts.atB).allMatch(received -> received.segmentBytes() <= settings.payloadBytesMax());
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void nothingOvertakesUnlessReorderingIsSet(@ForAll("settings") LinkSettings settings, @ForAll long seed) {
        LinkSettings inOrder = settings.toBuilder()
                .reordering(Reordering.NONE)
                .corruption(Corruption.NONE)
                .truncateProbability(0.0)
                .merging(Merging.NONE)
                .build();
        TwoHosts hosts = new TwoHosts(seed, inOrder);

        hosts.sendNumbered(200, 20);
        hosts.run();

        assertThat(hosts.numbersAtB()).isSorted();
    }

    @Provide
    Arbitrary<LinkSettings> settings() {
        return AnySettings.arbitrary();
    }
}
