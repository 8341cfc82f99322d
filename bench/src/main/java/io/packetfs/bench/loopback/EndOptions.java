package io.packetfs.bench.loopback;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the process of an end is told.
 *
 * @param kind what moves the bytes
 * @param receives whether it is the receiving end
 * @param peer the word that the other end gave; empty for the end that is started first
 * @param io the port under pumps and engines
 * @param sealed whether an engine seals packets; otherwise it check-sums them
 * @param windowBytes what an engine may have in flight, whatever its congestion control thinks; 0 to leave that to it
 * @param sourceBytes how large the memory is that a pump or an engine sends over and over; the processor's caches hold it or not
 * @param variant what else there is to know, by kind
 */
record EndOptions(
        Kind kind,
        boolean receives,
        String peer,
        PortKind io,
        boolean sealed,
        long windowBytes,
        int sourceBytes,
        String variant) {
    /** A small piece of memory, sent over and over, as the peers do. */
    static final int SOURCE_HOT_BYTES = 1 << 20;

    /** Far more than caches hold: every byte comes from memory. */
    static final int SOURCE_COLD_BYTES = 256 << 20;

    /** What moves the bytes. */
    enum Kind {
        PUMP,
        NETTY_PUMP,
        PFS_UDP,
        AERON,
        QUIC
    }

    static EndOptions of(Kind kind) {
        return new EndOptions(kind, true, "", PortKind.LINUX, false, 0, SOURCE_HOT_BYTES, "");
    }

    EndOptions over(PortKind port) {
        return new EndOptions(kind, receives, peer, port, sealed, windowBytes, sourceBytes, variant);
    }

    EndOptions sealed(boolean value) {
        return new EndOptions(kind, receives, peer, io, value, windowBytes, sourceBytes, variant);
    }

    EndOptions window(long bytes) {
        return new EndOptions(kind, receives, peer, io, sealed, bytes, sourceBytes, variant);
    }

    /** From a source that no cache holds. */
    EndOptions cold() {
        return new EndOptions(kind, receives, peer, io, sealed, windowBytes, SOURCE_COLD_BYTES, variant);
    }

    EndOptions variant(String value) {
        return new EndOptions(kind, receives, peer, io, sealed, windowBytes, sourceBytes, value);
    }

    /** The other end, which sends. */
    EndOptions sendingTo(String word) {
        return new EndOptions(kind, false, word, io, sealed, windowBytes, sourceBytes, variant);
    }

    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        arguments.add("kind=" + kind);
        arguments.add("receives=" + receives);
        arguments.add("peer=" + peer);
        arguments.add("io=" + io);
        arguments.add("sealed=" + sealed);
        arguments.add("window=" + windowBytes);
        arguments.add("source=" + sourceBytes);
        arguments.add("variant=" + variant);
        return arguments;
    }

    static EndOptions parse(String... arguments) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            values.put(argument.substring(0, equals), argument.substring(equals + 1));
        }
        return new EndOptions(
                Kind.valueOf(values.get("kind")),
                Boolean.parseBoolean(values.get("receives")),
                values.get("peer"),
                PortKind.valueOf(values.get("io")),
                Boolean.parseBoolean(values.get("sealed")),
                Long.parseLong(values.get("window")),
                Integer.parseInt(values.get("source")),
                values.get("variant"));
    }
}
