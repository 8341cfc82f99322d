package io.packetfs.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.function.Consumer;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class LinkSettingsTest {
    @Property(edgeCases = EdgeCasesMode.NONE)
    void builderStartsFromWhatItIsGiven(@ForAll("settings") LinkSettings settings) {
        assertThat(settings.toBuilder().build()).isEqualTo(settings);
    }

    @Property(edgeCases = EdgeCasesMode.NONE)
    void aChangeLeavesTheRestAlone(
            @ForAll("settings") LinkSettings settings, @ForAll @LongRange(max = 3_600_000_000_000L) long delayNs) {
        LinkSettings changed = settings.toBuilder().delayNs(delayNs).build();

        assertThat(changed.delayNs()).isEqualTo(delayNs);
        assertThat(changed.toBuilder().delayNs(settings.delayNs()).build()).isEqualTo(settings);
    }

    @Property
    void probabilitiesOutsideZeroToOneAreRejected(@ForAll double value) {
        Consumer<LinkSettings.Builder> loss = builder -> builder.lossProbability(value);
        Consumer<LinkSettings.Builder> duplicate = builder -> builder.duplicateProbability(value);
        Consumer<LinkSettings.Builder> truncate = builder -> builder.truncateProbability(value);
        boolean valid = value >= 0.0 && value <= 1.0;

        assertAccepted(valid, loss);
        assertAccepted(valid, duplicate);
        assertAccepted(valid, truncate);
    }

    @Property
    void numbersOutsideTheirRangeAreRejected(@ForAll long value) {
        assertAccepted(value >= 0 && value <= LinkSettings.DELAY_NS_MAX, builder -> builder.delayNs(value));
        assertAccepted(value >= 0 && value <= LinkSettings.DELAY_NS_MAX, builder -> builder.jitterNs(value));
        assertAccepted(
                value >= 0 && value <= LinkSettings.RATE_BITS_PER_SECOND_MAX,
                builder -> builder.rateBitsPerSecond(value));
        assertAccepted(value >= 0, builder -> builder.queueBytesMax(value));
        assertAccepted(
                (int) value >= 1 && (int) value <= LinkSettings.PAYLOAD_BYTES_MAX,
                builder -> builder.payloadBytesMax((int) value));
    }

    @Test
    void notANumberIsNoProbability() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> LinkSettings.builder().lossProbability(Double.NaN).build())
                .withMessage("loss probability NaN outside 0 to 1");
        assertThatIllegalArgumentException().isThrownBy(() -> LossBursts.of(Double.NaN, 3));
    }

    @Test
    void messagesNameTheValueAndTheRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinkSettings.builder().delayNs(-1).build())
                .withMessage("delay in ns -1 outside 0 to 3600000000000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Reordering(0.1, 10, 5))
                .withMessage("shortest extra delay in ns 10 outside 0 to 5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Corruption(0.1, 0, 1))
                .withMessage("datagrams in a corruption burst 0 outside 1 to 1000000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Blackout.every(7, 8))
                .withMessage("dark part of the period in ns 8 outside 0 to 7");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Merging(0, true, 0))
                .withMessage("merged segments 0 outside 1 to 65535");
    }

    @Property
    void burstsLoseTheShareTheyWereMadeFor(
            @ForAll @DoubleRange(min = 0.0, max = 0.5) double share,
            @ForAll @DoubleRange(min = 1.0, max = 100.0) double mean) {
        LossBursts bursts = LossBursts.of(share, mean);

        assertThat(bursts.lossShare()).isCloseTo(share, within(1e-9));
        assertThat(1.0 / bursts.badToGoodProbability()).isCloseTo(mean, within(1e-9));
    }

    @Test
    void burstsThatCannotBeAreRejected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LossBursts.of(0.9, 2))
                .withMessage("no bursts of 2.0 datagrams on average lose a share of 0.9");
        assertThatIllegalArgumentException().isThrownBy(() -> LossBursts.of(0.1, 0.5));
        assertThatIllegalArgumentException().isThrownBy(() -> LossBursts.of(1.0, 2));
    }

    @Property
    void aPeriodicBlackoutIsDarkForItsShareOfEveryPeriod(
            @ForAll @IntRange(min = 1, max = 50) int periodNs, @ForAll @IntRange(max = 50) int darkNs) {
        Blackout blackout = Blackout.every(periodNs, Math.min(darkNs, periodNs));

        for (long start = 0; start < 3L * periodNs; start += periodNs) {
            int dark = 0;
            for (long ns = start; ns < start + periodNs; ns++) {
                dark += blackout.isDark(ns) ? 1 : 0;
            }
            assertThat(dark).isEqualTo(Math.min(darkNs, periodNs));
        }
    }

    @Test
    void aSingleBlackoutIsDarkFromItsStartToBeforeItsEnd() {
        Blackout blackout = Blackout.between(10, 12);

        assertThat(blackout.isDark(9)).isFalse();
        assertThat(blackout.isDark(10)).isTrue();
        assertThat(blackout.isDark(11)).isTrue();
        assertThat(blackout.isDark(12)).isFalse();
        assertThat(Blackout.since(10).isDark(Long.MAX_VALUE - 1)).isTrue();
        assertThat(Blackout.NONE.isDark(0)).isFalse();
    }

    @Provide
    Arbitrary<LinkSettings> settings() {
        return AnySettings.arbitrary();
    }

    private static void assertAccepted(boolean valid, Consumer<LinkSettings.Builder> change) {
        LinkSettings.Builder builder = LinkSettings.builder();
        change.accept(builder);
        if (valid) {
            assertThatCode(builder::build).doesNotThrowAnyException();
        } else {
            assertThatIllegalArgumentException().isThrownBy(builder::build);
        }
    }
}
