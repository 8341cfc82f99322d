package io.packetfs.cli;

import io.packetfs.sim.Corruption;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.LossBursts;
import io.packetfs.sim.Reordering;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How rough a link is, the same in both directions. */
final class LinkOptions {
    @Option(
            names = "--delay",
            paramLabel = "MS",
            defaultValue = "0",
            converter = MillisecondConverter.class,
            description = "One-way delay, milliseconds (default: 0).")
    private long delayNs;

    @Option(
            names = "--jitter",
            paramLabel = "MS",
            defaultValue = "0",
            converter = MillisecondConverter.class,
            description = "At most this is added to the delay; the order is kept (default: 0).")
    private long jitterNs;

    @Option(
            names = "--rate",
            paramLabel = "MBIT",
            defaultValue = "0",
            converter = MegabitConverter.class,
            description = "Megabits per second that leave, IP headers included (default: no limit).")
    private long rateBitsPerSecond;

    @Option(
            names = "--queue",
            paramLabel = "BYTES",
            converter = Units.ByteCountConverter.class,
            description = "What may wait for the rate, such as 250k; the tail is dropped (default: 1M).")
    private long queueBytesMax = LinkSettings.QUEUE_BYTES_MAX_DEFAULT;

    @Option(
            names = "--mtu",
            paramLabel = "BYTES",
            description = "Longer IP packets vanish without a word (default: none do).")
    private int mtuBytes = LinkSettings.PAYLOAD_BYTES_MAX;

    @Option(names = "--loss", paramLabel = "P", description = "Lose each packet with this probability, 0 to 1.")
    private double lossProbability;

    @Option(
            names = "--burst",
            paramLabel = "P:N",
            converter = BurstConverter.class,
            description = "Lose a share of P of all packets, in bursts of N on average.")
    private LossBursts lossBursts = LossBursts.NONE;

    @Option(
            names = "--reorder",
            paramLabel = "P:MS",
            converter = ReorderingConverter.class,
            description = "Hold a packet back with probability P, by up to MS milliseconds.")
    private Reordering reordering = Reordering.NONE;

    @Option(names = "--duplicate", paramLabel = "P", description = "Deliver a packet twice with this probability.")
    private double duplicateProbability;

    @Option(
            names = "--corrupt",
            paramLabel = "P",
            description = "Invert a bit behind the IP header with this probability.")
    private double corruptProbability;

    /**
     * The settings.
     *
     * @throws IllegalArgumentException if one is out of range; the message says which
     */
    LinkSettings settings() {
        return LinkSettings.builder()
                .delayNs(delayNs)
                .jitterNs(jitterNs)
                .rateBitsPerSecond(rateBitsPerSecond)
                .queueBytesMax(queueBytesMax)
                .payloadBytesMax(mtuBytes - LinkSettings.HEADER_BYTES)
                .lossProbability(lossProbability)
                .lossBursts(lossBursts)
                .reordering(reordering)
                .duplicateProbability(duplicateProbability)
                .corruption(Corruption.ofBits(corruptProbability))
                .build();
    }

    /** As reports tell it. */
    static Map<String, Object> describe(LinkSettings settings) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("delay_ns", settings.delayNs());
        tree.put("jitter_ns", settings.jitterNs());
        tree.put("rate_bps", settings.rateBitsPerSecond());
        tree.put("queue_bytes", settings.queueBytesMax());
        tree.put("ip_bytes_max", settings.payloadBytesMax() + LinkSettings.HEADER_BYTES);
        tree.put("loss", settings.lossProbability());
        tree.put("burst_loss", settings.lossBursts().lossShare());
        tree.put("reorder", settings.reordering().probability());
        tree.put("reorder_ns", settings.reordering().extraNsMax());
        tree.put("duplicate", settings.duplicateProbability());
        tree.put("corrupt", settings.corruption().probability());
        return tree;
    }

    /** Such as {@code 12.5}, into nanoseconds. */
    static final class MillisecondConverter implements ITypeConverter<Long> {
        @Override
        public Long convert(String value) {
            return scaled(value, 6, "number of milliseconds");
        }
    }

    /** Such as {@code 400} or {@code 0.5}, or with a prefix, {@code 1G}, into bits per second. */
    static final class MegabitConverter implements ITypeConverter<Long> {
        @Override
        public Long convert(String value) {
            boolean prefixed = !value.isEmpty() && Character.isLetter(value.charAt(value.length() - 1));
            return prefixed
                    ? new Units.BitRateConverter().convert(value)
                    : scaled(value, 6, "rate in Mbit/s such as 400");
        }
    }

    /** Such as {@code 0.01:8}. */
    static final class BurstConverter implements ITypeConverter<LossBursts> {
        @Override
        public LossBursts convert(String value) {
            String[] parts = pair(value, "P:N such as 0.01:8");
            try {
                return LossBursts.of(Double.parseDouble(parts[0]), Double.parseDouble(parts[1]));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** Such as {@code 0.25:5}. */
    static final class ReorderingConverter implements ITypeConverter<Reordering> {
        @Override
        public Reordering convert(String value) {
            String[] parts = pair(value, "P:MS such as 0.25:5");
            try {
                return new Reordering(
                        Double.parseDouble(parts[0]), 1, Math.max(new MillisecondConverter().convert(parts[1]), 1));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    private static String[] pair(String value, String what) {
        String[] parts = value.split(":", -1);
        if (parts.length != 2) {
            throw new TypeConversionException("'" + value + "' is not " + what);
        }
        return parts;
    }

    private static long scaled(String value, int decimals, String what) {
        try {
            return new BigDecimal(value)
                    .scaleByPowerOfTen(decimals)
                    .setScale(0, RoundingMode.HALF_UP)
                    .longValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            throw new TypeConversionException("'" + value + "' is no " + what);
        }
    }
}
