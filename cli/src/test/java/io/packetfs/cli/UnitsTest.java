package io.packetfs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class UnitsTest {
    private final Units.DurationConverter durations = new Units.DurationConverter();
    private final Units.BitRateConverter rates = new Units.BitRateConverter();
    private final Units.ByteCountConverter sizes = new Units.ByteCountConverter();

    @Test
    void readsDurations() {
        assertThat(durations.convert("500ms")).isEqualTo(Duration.ofMillis(500));
        assertThat(durations.convert("30s")).isEqualTo(Duration.ofSeconds(30));
        assertThat(durations.convert("2m")).isEqualTo(Duration.ofMinutes(2));
        assertThat(durations.convert("1h")).isEqualTo(Duration.ofHours(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "-1s", "0s", "1 s", "1d", "9999999999s", "999999999h"})
    void rejectsWhatIsNoDuration(String text) {
        assertThatThrownBy(() -> durations.convert(text)).isInstanceOf(TypeConversionException.class);
    }

    @Test
    void ratesAreDecimalAndSizesAreBinary() {
        assertThat(rates.convert("800M")).isEqualTo(800_000_000L);
        assertThat(rates.convert("2.5G")).isEqualTo(2_500_000_000L);
        assertThat(rates.convert("10k")).isEqualTo(10_000L);
        assertThat(sizes.convert("256M")).isEqualTo(256L << 20);
        assertThat(sizes.convert("1K")).isEqualTo(1_024L);
        assertThat(sizes.convert("7")).isEqualTo(7L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "M", "-5M", "0", "1X", "1MM", "9999999T", "1e9"})
    void rejectsWhatIsNoRate(String text) {
        assertThatThrownBy(() -> rates.convert(text)).isInstanceOf(TypeConversionException.class);
    }

    @Test
    void writesQuantitiesForPeople() {
        assertThat(Units.bytes(1_023)).isEqualTo("1023 B");
        assertThat(Units.bytes(1_536)).isEqualTo("1.5 KiB");
        assertThat(Units.bytes(5L << 40)).isEqualTo("5.0 TiB");
        assertThat(Units.bitRate(812_500_000)).isEqualTo("812.5 Mbit/s");
        assertThat(Units.clock(7)).isEqualTo("0:07");
        assertThat(Units.clock(3_723)).isEqualTo("1:02:03");
    }
}
