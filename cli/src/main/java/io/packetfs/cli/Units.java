package io.packetfs.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Quantities as people write and read them. */
public final class Units {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
    private static final Pattern SCALED = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,6})?)([kKMGT]?)");
    private static final String PREFIXES = "kMGT";

    private Units() {}

    /** Such as {@code 500ms}, {@code 30s} or {@code 2m}. */
    static final class DurationConverter implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String value) {
            Matcher matcher = DURATION.matcher(value);
            if (!matcher.matches()) {
                throw new TypeConversionException("'" + value + "' is no duration such as 500ms, 30s or 2m");
            }
            long count = Long.parseLong(matcher.group(1));
            Duration duration = switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(count);
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                default -> Duration.ofHours(count);
            };
            if (duration.isZero() || duration.compareTo(Duration.ofDays(365)) > 0) {
                throw new TypeConversionException("'" + value + "' is outside 1ms to a year");
            }
            return duration;
        }
    }

    /** Bits per second, such as {@code 800M}: prefixes are powers of 1000. */
    public static final class BitRateConverter implements ITypeConverter<Long> {
        @Override
        public Long convert(String value) {
            return scaled(value, 1_000, "rate in bits per second such as 800M");
        }
    }

    /** Bytes, such as {@code 256M}: prefixes are powers of 1024. */
    public static final class ByteCountConverter implements ITypeConverter<Long> {
        @Override
        public Long convert(String value) {
            return scaled(value, 1_024, "size such as 256M");
        }
    }

    /** Such as {@code 12.3 MiB}. */
    public static String bytes(long bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
        double value = bytes;
        int unit = 0;
        while (value >= 1_024 && unit < units.length - 1) {
            value /= 1_024;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
    }

    /** Such as {@code 812.5 Mbit/s}. */
    static String bitRate(double bitsPerSecond) {
        String[] units = {"bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"};
        double value = bitsPerSecond;
        int unit = 0;
        while (value >= 1_000 && unit < units.length - 1) {
            value /= 1_000;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
    }

    /** A number with at most three decimals, such as {@code 10} or {@code 0.5}. */
    static String decimal(double value) {
        BigDecimal rounded = BigDecimal.valueOf(value).setScale(3, RoundingMode.HALF_UP);
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }

    /** Such as {@code 0:07} or {@code 1:02:03}. */
    static String clock(long seconds) {
        long hours = seconds / 3_600;
        long minutes = seconds / 60 % 60;
        return hours > 0
                ? String.format(Locale.ROOT, "%d:%02d:%02d", hours, minutes, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d", minutes, seconds % 60);
    }

    private static long scaled(String value, int base, String what) {
        Matcher matcher = SCALED.matcher(value);
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + value + "' is no " + what);
        }
        double number = Double.parseDouble(matcher.group(1));
        int power = matcher.group(2).isEmpty()
                ? 0
                : PREFIXES.indexOf(matcher.group(2).replace('K', 'k')) + 1;
        double product = number * Math.pow(base, power);
        if (product < 1 || product > 1e15) {
            throw new TypeConversionException("'" + value + "' is out of range");
        }
        return Math.round(product);
    }
}
