package io.packetfs.proxy;

import java.util.List;
import java.util.Locale;

/** The seven toxics of Toxiproxy, and what each can be told. */
enum ToxicType {
    /** Delays, in ms, evenly drawn from {@code latency ± jitter}. */
    LATENCY(new Attribute("latency", 0, Attribute.MS_MAX), new Attribute("jitter", 0, Attribute.MS_MAX)),
    /** Passes {@code rate} KB/s, a KB being 1,000 bytes; 0 passes nothing. */
    BANDWIDTH(new Attribute("rate", 0, 1_000_000_000)),
    /** Passes an end {@code delay} ms late. */
    SLOW_CLOSE(new Attribute("delay", 0, Attribute.MS_MAX)),
    /** Drops everything, and closes after {@code timeout} ms without data; 0 never closes. */
    TIMEOUT(new Attribute("timeout", 0, Attribute.MS_MAX)),
    /** Resets both ends {@code timeout} ms after the first data. */
    RESET_PEER(new Attribute("timeout", 0, Attribute.MS_MAX)),
    /** Cuts into slices of {@code average_size ± size_variation} bytes, {@code delay} µs apart. */
    SLICER(
            new Attribute("average_size", 1, 1 << 30),
            new Attribute("size_variation", 0, 1 << 30),
            new Attribute("delay", 0, 1_000 * Attribute.MS_MAX)),
    /** Closes after {@code bytes} bytes. */
    LIMIT_DATA(new Attribute("bytes", 0, Long.MAX_VALUE));

    /** Of {@link List#of}, which nobody can change. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<Attribute> attributes;

    ToxicType(Attribute... attributes) {
        this.attributes = List.of(attributes);
    }

    List<Attribute> attributes() {
        return attributes;
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
     * A whole number that belongs to a type of toxic. One that is not given is 0, unless that is out of range.
     *
     * @param min the least that is allowed
     * @param max the most
     */
    record Attribute(String name, long min, long max) {
        /** An hour. */
        static final long MS_MAX = 3_600_000;
    }
}
