package io.packetfs.proxy;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The seven toxics of Toxiproxy, those of this proxy for UDP, and what each can be told. */
enum ToxicType {
    /** Delays, in ms, evenly drawn from {@code latency ± jitter}. */
    LATENCY(Attribute.ms("latency"), Attribute.ms("jitter")),
    /** Passes {@code rate} KB/s, a KB being 1,000 bytes; 0 passes nothing. */
    BANDWIDTH(Attribute.whole("rate", 0, 1_000_000_000)),
    /** Passes an end {@code delay} ms late. */
    SLOW_CLOSE(Attribute.ms("delay")),
    /** Drops everything, and closes after {@code timeout} ms without data; 0 never closes. */
    TIMEOUT(Attribute.ms("timeout")),
    /** Resets both ends {@code timeout} ms after the first data. */
    RESET_PEER(Attribute.ms("timeout")),
    /** Cuts into slices of {@code average_size ± size_variation} bytes, {@code delay} µs apart. */
    SLICER(
            Attribute.whole("average_size", 1, 1 << 30),
            Attribute.whole("size_variation", 0, 1 << 30),
            Attribute.whole("delay", 0, 1_000 * Attribute.MS_MAX)),
    /** Closes after {@code bytes} bytes. */
    LIMIT_DATA(Attribute.whole("bytes", 0, Long.MAX_VALUE)),

    /** UDP: loses datagrams, each for itself. */
    LOSS(Attribute.probability("probability")),
    /** UDP: loses datagrams in bursts, after Gilbert and Elliott. */
    BURST_LOSS(
            Attribute.probability("good_to_bad"),
            Attribute.probability("bad_to_good"),
            Attribute.probability("good_loss"),
            Attribute.probability("bad_loss")),
    /** UDP: holds datagrams back by {@code delay_min} to {@code delay_max} ms, so that others overtake them. */
    REORDER(Attribute.probability("probability"), Attribute.ms("delay_min"), Attribute.ms("delay_max")),
    /** UDP: delivers datagrams twice. */
    DUPLICATE(Attribute.probability("probability")),
    /** UDP: inverts one bit of a datagram. */
    CORRUPT(Attribute.probability("probability")),
    /** UDP: a line of so many bits per second, IP packets counted whole, behind a queue that drops its tail. */
    RATE(Attribute.whole("bits_per_second", 1, 1_000_000_000_000L), Attribute.whole("queue_bytes", 0, Long.MAX_VALUE)),
    /** UDP: loses datagrams with a larger payload. */
    MTU(Attribute.whole("payload_bytes", 1, 65_535));

    private static final Set<ToxicType> STANDARD_FOR_UDP = Set.of(LATENCY, BANDWIDTH, TIMEOUT);

    /** Of {@link List#of}, which nobody can change. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<Attribute> attributes;

    ToxicType(Attribute... attributes) {
        this.attributes = List.of(attributes);
    }

    List<Attribute> attributes() {
        return attributes;
    }

    /** Whether Toxiproxy has it; its clients choke on others in a list. */
    boolean isStandard() {
        return compareTo(LIMIT_DATA) <= 0;
    }

    boolean isForTcp() {
        return isStandard();
    }

    boolean isForUdp() {
        return !isStandard() || STANDARD_FOR_UDP.contains(this);
    }

    /** The name in JSON. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The type of this name. */
    static ToxicType of(String text) throws ProxyException {
        for (ToxicType type : values()) {
            if (type.label().equals(text)) {
                return type;
            }
        }
        throw new ProxyException(ProxyException.BAD, "invalid toxic type");
    }

    /**
     * A number that belongs to a type of toxic. One that is not given is 0, which must be in range for it to be left out.
     *
     * @param min the least that is allowed
     * @param max the most
     * @param isWhole whether fractions are refused
     */
    record Attribute(String name, long min, long max, boolean isWhole) {
        /** An hour. */
        static final long MS_MAX = 3_600_000;

        static Attribute whole(String name, long min, long max) {
            return new Attribute(name, min, max, true);
        }

        static Attribute ms(String name) {
            return whole(name, 0, MS_MAX);
        }

        static Attribute probability(String name) {
            return new Attribute(name, 0, 1, false);
        }

        /** The value, if it can be. */
        Number checked(Number value) throws ProxyException {
            boolean inRange = isWhole
                    ? value.longValue() >= min && value.longValue() <= max
                    : value.doubleValue() >= min && value.doubleValue() <= max;
            if (isWhole && !(value instanceof Long || value instanceof Integer)) {
                throw ProxyException.bad(name + " must be a whole number of 64 bits, not " + value);
            }
            if (!inRange) {
                throw ProxyException.bad(name + " must be from " + min + " to " + max + ", not " + value);
            }
            return isWhole ? (Number) value.longValue() : (Number) value.doubleValue();
        }
    }
}
