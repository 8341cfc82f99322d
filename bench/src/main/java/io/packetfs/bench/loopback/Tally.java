package io.packetfs.bench.loopback;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What an end has moved since it began. The thread that moves bytes writes it; another reads it, each figure by itself, and may see it a
 * moment late.
 */
final class Tally {
    /** A figure that this end does not know. */
    static final long UNKNOWN = -1;

    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong packets = new AtomicLong(UNKNOWN);
    private final AtomicLong lost = new AtomicLong(UNKNOWN);
    private final AtomicLong inFlightBytesMax = new AtomicLong(UNKNOWN);

    /** Bytes for the application. */
    void bytes(long count) {
        bytes.lazySet(count);
    }

    /** Datagrams that carried them. */
    void packets(long count) {
        packets.lazySet(count);
    }

    /** Datagrams that did not arrive, as far as is known. */
    void lost(long count) {
        lost.lazySet(count);
    }

    /** The most that was ever sent and not acknowledged. */
    void inFlightBytesMax(long count) {
        inFlightBytesMax.lazySet(count);
    }

    Snapshot snapshot() {
        return new Snapshot(System.nanoTime(), bytes.get(), packets.get(), lost.get(), inFlightBytesMax.get());
    }

    /**
     * The figures at one moment; {@link #UNKNOWN} where they are not known.
     *
     * @param ns when, by the clock that all processes of a machine share
     */
    record Snapshot(long ns, long bytes, long packets, long lost, long inFlightBytesMax) {
        String line() {
            return ns + " " + bytes + " " + packets + " " + lost + " " + inFlightBytesMax;
        }

        /** @throws IllegalArgumentException if it is none */
        static Snapshot parse(String line) {
            String[] fields = line.split(" ", -1);
            if (fields.length != 5) {
                throw new IllegalArgumentException("no five numbers: " + line);
            }
            return new Snapshot(
                    Long.parseLong(fields[0]),
                    Long.parseLong(fields[1]),
                    Long.parseLong(fields[2]),
                    Long.parseLong(fields[3]),
                    Long.parseLong(fields[4]));
        }
    }
}
