package io.packetfs.sim;

import static java.util.Objects.requireNonNull;

/**
 * How one direction of a link treats datagrams. Immutable; change a link by giving it other settings. The parts act in the order in
 * which {@link Impairment} describes them.
 *
 * @param delayNs one-way delay, nanoseconds, 0 to an hour
 * @param jitterNs the most that is added to the delay, drawn evenly per datagram, nanoseconds, 0 to an hour; order is kept
 * @param rateBitsPerSecond how fast IP packets (payload and {@link #HEADER_BYTES}) leave, bits per second, to 1 Tbit/s; 0 for no limit
 * @param queueBytesMax what may wait for a limited rate, IP bytes, the packet in transmission included; the tail is dropped. An idle
 *     link always takes one packet
 * @param payloadBytesMax larger UDP payloads vanish, bytes, 1 to 65,535
 * @param lossProbability of each datagram for itself, 0 to 1
 * @param duplicateProbability of a datagram to arrive twice, 0 to 1
 * @param truncateProbability of a datagram to lose at least one byte at its end, and keep at least one, 0 to 1
 */
public record LinkSettings(
        long delayNs,
        long jitterNs,
        long rateBitsPerSecond,
        long queueBytesMax,
        int payloadBytesMax,
        double lossProbability,
        LossBursts lossBursts,
        Reordering reordering,
        double duplicateProbability,
        Corruption corruption,
        double truncateProbability,
        Blackout blackout,
        EcnMarking ecnMarking,
        Merging merging) {
    /** What IPv4 and UDP put before each payload; it takes its time on a link of limited rate. */
    public static final int HEADER_BYTES = 28;

    /** The longest delay or jitter: an hour. */
    public static final long DELAY_NS_MAX = 3_600_000_000_000L;

    public static final long RATE_BITS_PER_SECOND_MAX = 1_000_000_000_000L;
    public static final long QUEUE_BYTES_MAX_DEFAULT = 1 << 20;
    public static final int PAYLOAD_BYTES_MAX = 65_535;

    /** No delay, no limit, nothing lost. */
    public static final LinkSettings CLEAN = new Builder().build();

    public LinkSettings {
        Ranges.check("delay in ns", delayNs, 0, DELAY_NS_MAX);
        Ranges.check("jitter in ns", jitterNs, 0, DELAY_NS_MAX);
        Ranges.check("rate in bits per second", rateBitsPerSecond, 0, RATE_BITS_PER_SECOND_MAX);
        Ranges.check("queue in bytes", queueBytesMax, 0, Long.MAX_VALUE);
        Ranges.check("largest payload in bytes", payloadBytesMax, 1, PAYLOAD_BYTES_MAX);
        Ranges.checkProbability("loss probability", lossProbability);
        Ranges.checkProbability("duplicate probability", duplicateProbability);
        Ranges.checkProbability("truncate probability", truncateProbability);
        requireNonNull(lossBursts, "lossBursts");
        requireNonNull(reordering, "reordering");
        requireNonNull(corruption, "corruption");
        requireNonNull(blackout, "blackout");
        requireNonNull(ecnMarking, "ecnMarking");
        requireNonNull(merging, "merging");
    }

    /** Starts from a clean link. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts from these settings. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.delayNs = delayNs;
        builder.jitterNs = jitterNs;
        builder.rateBitsPerSecond = rateBitsPerSecond;
        builder.queueBytesMax = queueBytesMax;
        builder.payloadBytesMax = payloadBytesMax;
        builder.lossProbability = lossProbability;
        builder.lossBursts = lossBursts;
        builder.reordering = reordering;
        builder.duplicateProbability = duplicateProbability;
        builder.corruption = corruption;
        builder.truncateProbability = truncateProbability;
        builder.blackout = blackout;
        builder.ecnMarking = ecnMarking;
        builder.merging = merging;
        return builder;
    }

    /** Collects settings; what is not set is as on a clean link. {@link #build} checks the ranges. */
    public static final class Builder {
        private long delayNs;
        private long jitterNs;
        private long rateBitsPerSecond;
        private long queueBytesMax = QUEUE_BYTES_MAX_DEFAULT;
        private int payloadBytesMax = PAYLOAD_BYTES_MAX;
        private double lossProbability;
        private LossBursts lossBursts = LossBursts.NONE;
        private Reordering reordering = Reordering.NONE;
        private double duplicateProbability;
        private Corruption corruption = Corruption.NONE;
        private double truncateProbability;
        private Blackout blackout = Blackout.NONE;
        private EcnMarking ecnMarking = EcnMarking.NONE;
        private Merging merging = Merging.NONE;

        private Builder() {}

        public Builder delayNs(long ns) {
            delayNs = ns;
            return this;
        }

        public Builder delayMs(long ms) {
            return delayNs(Math.multiplyExact(ms, 1_000_000L));
        }

        public Builder jitterNs(long ns) {
            jitterNs = ns;
            return this;
        }

        public Builder jitterMs(long ms) {
            return jitterNs(Math.multiplyExact(ms, 1_000_000L));
        }

        public Builder rateBitsPerSecond(long bitsPerSecond) {
            rateBitsPerSecond = bitsPerSecond;
            return this;
        }

        public Builder rateMegabitsPerSecond(long megabitsPerSecond) {
            return rateBitsPerSecond(Math.multiplyExact(megabitsPerSecond, 1_000_000L));
        }

        public Builder queueBytesMax(long bytes) {
            queueBytesMax = bytes;
            return this;
        }

        public Builder payloadBytesMax(int bytes) {
            payloadBytesMax = bytes;
            return this;
        }

        public Builder lossProbability(double probability) {
            lossProbability = probability;
            return this;
        }

        public Builder lossBursts(LossBursts bursts) {
            lossBursts = bursts;
            return this;
        }

        public Builder reordering(Reordering setting) {
            reordering = setting;
            return this;
        }

        public Builder duplicateProbability(double probability) {
            duplicateProbability = probability;
            return this;
        }

        public Builder corruption(Corruption setting) {
            corruption = setting;
            return this;
        }

        public Builder truncateProbability(double probability) {
            truncateProbability = probability;
            return this;
        }

        public Builder blackout(Blackout setting) {
            blackout = setting;
            return this;
        }

        public Builder ecnMarking(EcnMarking setting) {
            ecnMarking = setting;
            return this;
        }

        public Builder merging(Merging setting) {
            merging = setting;
            return this;
        }

        public LinkSettings build() {
            return new LinkSettings(
                    delayNs,
                    jitterNs,
                    rateBitsPerSecond,
                    queueBytesMax,
                    payloadBytesMax,
                    lossProbability,
                    lossBursts,
                    reordering,
                    duplicateProbability,
                    corruption,
                    truncateProbability,
                    blackout,
                    ecnMarking,
                    merging);
        }
    }
}
