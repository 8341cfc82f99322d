package io.packetfs.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

/**
 * Counts are checked against their binomial distribution at five standard deviations: with a fixed seed they pass or fail for ever,
 * and a wrong probability of even a few percent fails.
 */
class ImpairmentTest {
    private static final int COUNT = 200_000;
    private static final int LENGTH = 1_000;

    private final LinkCounters counters = new LinkCounters();

    @Test
    void losesEachDatagramWithTheProbabilitySet() {
        send(LinkSettings.builder().lossProbability(0.03).build());

        assertBinomial(counters.datagrams(LinkEvent.LOST), 0.03);
        assertThat(counters.bytes(LinkEvent.LOST)).isEqualTo(counters.datagrams(LinkEvent.LOST) * LENGTH);
    }

    @Test
    void lossesAreIndependentOfOneAnother() {
        Impairment impairment =
                impairment(LinkSettings.builder().lossProbability(0.1).build());
        int pairs = 0;
        boolean lostBefore = false;
        for (int i = 0; i < COUNT; i++) {
            boolean lost = impairment.onDatagram(0, LENGTH, 0) == LinkEvent.LOST;
            pairs += lost && lostBefore ? 1 : 0;
            lostBefore = lost;
        }

        // Neighbouring pairs overlap, which widens their distribution a little.
        assertThat((double) pairs).isCloseTo(COUNT * 0.01, within(6 * Math.sqrt(COUNT * 0.01 * 1.2)));
    }

    @Test
    void burstsHaveTheShareAndTheMeanLengthSet() {
        Impairment impairment = impairment(
                LinkSettings.builder().lossBursts(LossBursts.of(0.05, 8)).build());
        int bursts = 0;
        boolean lostBefore = false;
        for (int i = 0; i < COUNT; i++) {
            boolean lost = impairment.onDatagram(0, LENGTH, 0) == LinkEvent.LOST_IN_BURST;
            bursts += lost && !lostBefore ? 1 : 0;
            lostBefore = lost;
        }
        double lost = counters.datagrams(LinkEvent.LOST_IN_BURST);

        // A burst's length has standard deviation sqrt(8 * 7); about 1250 bursts are seen.
        assertThat(lost / bursts).isCloseTo(8.0, within(5 * Math.sqrt(56.0 / bursts)));
        assertThat(lost / COUNT).isCloseTo(0.05, within(0.01));
    }

    @Test
    void holdsBackTheShareSetWithinTheRangeSet() {
        Impairment impairment = impairment(LinkSettings.builder()
                .delayNs(1_000)
                .reordering(new Reordering(0.25, 300, 500))
                .build());
        long shortest = Long.MAX_VALUE;
        long longest = 0;
        for (int i = 0; i < COUNT; i++) {
            long before = counters.datagrams(LinkEvent.REORDERED);
            impairment.onDatagram(0, LENGTH, 0);
            if (counters.datagrams(LinkEvent.REORDERED) > before) {
                shortest = Math.min(shortest, impairment.arrivalNs());
                longest = Math.max(longest, impairment.arrivalNs());
            } else {
                assertThat(impairment.arrivalNs()).isEqualTo(1_000);
            }
        }

        assertBinomial(counters.datagrams(LinkEvent.REORDERED), 0.25);
        assertThat(shortest).isEqualTo(1_300);
        assertThat(longest).isEqualTo(1_500);
    }

    @Test
    void jitterIsEvenWithinItsRangeAndKeepsTheOrder() {
        Impairment impairment =
                impairment(LinkSettings.builder().delayNs(100).jitterNs(99).build());
        long sumNs = 0;
        long lastNs = 0;
        for (int i = 0; i < COUNT; i++) {
            // Far enough apart that order does not interfere.
            impairment.onDatagram(i * 1_000L, LENGTH, 0);
            long lateNs = impairment.arrivalNs() - i * 1_000L - 100;
            assertThat(lateNs).isBetween(0L, 99L);
            sumNs += lateNs;
        }
        for (int i = 0; i < 1_000; i++) {
            impairment.onDatagram(COUNT * 1_000L + i, LENGTH, 0);
            assertThat(impairment.arrivalNs()).isGreaterThanOrEqualTo(lastNs);
            lastNs = impairment.arrivalNs();
        }

        double deviation = Math.sqrt((100.0 * 100.0 - 1) / 12 / COUNT);
        assertThat((double) sumNs / COUNT).isCloseTo(49.5, within(5 * deviation));
    }

    @Test
    void doublesTheShareSet() {
        send(LinkSettings.builder().duplicateProbability(0.02).build());

        assertBinomial(counters.datagrams(LinkEvent.DUPLICATED), 0.02);
    }

    @Test
    void cutsTheShareSetAndLeavesAtLeastOneByte() {
        Impairment impairment =
                impairment(LinkSettings.builder().truncateProbability(0.5).build());
        BitSet lengths = new BitSet();
        for (int i = 0; i < COUNT; i++) {
            impairment.onDatagram(0, 5, 0);
            lengths.set(impairment.length());
        }

        assertBinomial(counters.datagrams(LinkEvent.TRUNCATED), 0.5);
        assertThat(lengths).hasToString("{1, 2, 3, 4, 5}");
    }

    @Test
    void neverCutsADatagramOfOneByte() {
        Impairment impairment =
                impairment(LinkSettings.builder().truncateProbability(1.0).build());

        impairment.onDatagram(0, 1, 0);

        assertThat(impairment.length()).isEqualTo(1);
        assertThat(counters.datagrams(LinkEvent.TRUNCATED)).isZero();
    }

    @Test
    void corruptsTheShareSetOneBitEach() {
        assertThat(corrupt(Corruption.ofBits(0.02), 200)).isEqualTo(counters.datagrams(LinkEvent.CORRUPTED));
        assertBinomial(counters.datagrams(LinkEvent.CORRUPTED), 0.02);
    }

    @Test
    void invertsARunOfBits() {
        long inverted = corrupt(new Corruption(0.02, 1, 13), 200);

        assertThat(inverted).isEqualTo(13 * counters.datagrams(LinkEvent.CORRUPTED));
    }

    @Test
    void aRunLongerThanTheDatagramInvertsAllOfIt() {
        long inverted = corrupt(new Corruption(0.02, 1, 99), 4);

        assertThat(inverted).isEqualTo(32 * counters.datagrams(LinkEvent.CORRUPTED));
    }

    @Test
    void corruptionComesInBurstsOfTheLengthSet() {
        Impairment impairment = impairment(
                LinkSettings.builder().corruption(new Corruption(0.01, 3, 1)).build());
        int run = 0;
        int starts = 0;
        for (int i = 0; i < COUNT; i++) {
            long before = counters.datagrams(LinkEvent.CORRUPTED);
            impairment.onDatagram(0, LENGTH, 0);
            if (counters.datagrams(LinkEvent.CORRUPTED) > before) {
                run++;
            } else {
                assertThat(run % 3).isZero();
                starts += run / 3;
                run = 0;
            }
        }

        // A burst starts at one in a hundred of the datagrams that are not inside one.
        double trials = COUNT - 2.0 * starts;
        assertThat((double) starts).isCloseTo(trials * 0.01, within(5 * Math.sqrt(trials * 0.01 * 0.99)));
    }

    @Test
    void largerThanThePathVanishesToTheByte() {
        Impairment impairment =
                impairment(LinkSettings.builder().payloadBytesMax(1_200).build());

        assertThat(impairment.onDatagram(0, 1_200, 0)).isEqualTo(LinkEvent.PASSED);
        assertThat(impairment.onDatagram(0, 1_201, 0)).isEqualTo(LinkEvent.TOO_LARGE);
    }

    @Test
    void marksOnlyWhatUnderstandsEcn() {
        Impairment impairment =
                impairment(LinkSettings.builder().ecnMarking(EcnMarking.ALL_CE).build());

        assertThat(ecnAfter(impairment, EcnMarking.NOT_ECT)).isEqualTo(EcnMarking.NOT_ECT);
        assertThat(ecnAfter(impairment, EcnMarking.ECT_0)).isEqualTo(EcnMarking.CE);
        assertThat(ecnAfter(impairment, EcnMarking.ECT_1)).isEqualTo(EcnMarking.CE);
        assertThat(ecnAfter(impairment, EcnMarking.CE)).isEqualTo(EcnMarking.CE);
        assertThat(counters.datagrams(LinkEvent.MARKED)).isEqualTo(2);
    }

    @Test
    void bleachesEveryMark() {
        Impairment impairment = impairment(
                LinkSettings.builder().ecnMarking(EcnMarking.BLEACHED).build());

        for (int field = 0; field <= 3; field++) {
            assertThat(ecnAfter(impairment, field)).isEqualTo(EcnMarking.NOT_ECT);
        }
        assertThat(counters.datagrams(LinkEvent.BLEACHED)).isEqualTo(3);
    }

    @Test
    void marksTheShareSet() {
        Impairment impairment = impairment(LinkSettings.builder()
                .ecnMarking(new EcnMarking(false, 0.1, Long.MAX_VALUE))
                .build());
        for (int i = 0; i < COUNT; i++) {
            ecnAfter(impairment, EcnMarking.ECT_0);
        }

        assertBinomial(counters.datagrams(LinkEvent.MARKED), 0.1);
    }

    @Test
    void marksWhatFindsTheQueueAboveItsThreshold() {
        Impairment impairment = impairment(LinkSettings.builder()
                .rateBitsPerSecond(8_000_000)
                .ecnMarking(EcnMarking.aboveQueueBytes(2 * (LENGTH + LinkSettings.HEADER_BYTES)))
                .build());

        assertThat(ecnAfter(impairment, EcnMarking.ECT_0)).isEqualTo(EcnMarking.ECT_0);
        assertThat(ecnAfter(impairment, EcnMarking.ECT_0)).isEqualTo(EcnMarking.ECT_0);
        assertThat(ecnAfter(impairment, EcnMarking.ECT_0)).isEqualTo(EcnMarking.CE);
    }

    @Test
    void otherImpairmentsDoNotChangeWhichDatagramsAreLost() {
        BitSet alone = losses(LinkSettings.builder().lossProbability(0.1).build());
        BitSet amongOthers = losses(LinkSettings.builder()
                .lossProbability(0.1)
                .jitterNs(1_000)
                .duplicateProbability(0.3)
                .corruption(Corruption.ofBits(0.3))
                .reordering(new Reordering(0.3, 1, 9))
                .build());

        assertThat(amongOthers).isEqualTo(alone);
    }

    private void send(LinkSettings settings) {
        Impairment impairment = impairment(settings);
        for (int i = 0; i < COUNT; i++) {
            impairment.onDatagram(0, LENGTH, 0);
        }
    }

    /** Sends datagrams of zeros and counts the bits that come out as ones. */
    private long corrupt(Corruption corruption, int length) {
        Impairment impairment =
                impairment(LinkSettings.builder().corruption(corruption).build());
        long inverted = 0;
        for (int i = 0; i < COUNT; i++) {
            byte[] bytes = new byte[length];
            impairment.onDatagram(0, length, 0);
            impairment.damage(MemorySegment.ofArray(bytes));
            inverted += BitSet.valueOf(bytes).cardinality();
        }
        return inverted;
    }

    private BitSet losses(LinkSettings settings) {
        Impairment impairment = impairment(settings);
        BitSet lost = new BitSet();
        for (int i = 0; i < 10_000; i++) {
            byte[] bytes = new byte[LENGTH];
            lost.set(i, impairment.onDatagram(0, LENGTH, 0) == LinkEvent.LOST);
            impairment.damage(MemorySegment.ofArray(bytes));
        }
        return lost;
    }

    private Impairment impairment(LinkSettings settings) {
        return new Impairment(42, settings, counters);
    }

    private static int ecnAfter(Impairment impairment, int field) {
        impairment.onDatagram(0, LENGTH, field);
        return impairment.ecn();
    }

    private static void assertBinomial(long count, double probability) {
        double deviation = Math.sqrt(COUNT * probability * (1 - probability));
        assertThat((double) count).isCloseTo(COUNT * probability, within(5 * deviation));
    }
}
