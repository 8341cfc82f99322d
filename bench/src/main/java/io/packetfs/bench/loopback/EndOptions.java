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
 * @param isCold whether what is sent comes from memory that no cache holds; otherwise an engine sends a small piece over and over, as the peers
 *     do, and a pump what lies in its train
 * @param variant what else there is to know, by kind
 */
record EndOptions(
        Kind kind,
        boolean receives,
        String peer,
        PortKind io,
        boolean sealed,
        long windowBytes,
        boolean isCold,
        String variant) {
    /** What moves the bytes. */
    enum Kind {
        PUMP,
        NETTY_PUMP,
        PFS_UDP,
        AERON,
        QUIC
    }

    static EndOptions of(Kind kind) {
        return new EndOptions(kind, true, "", PortKind.LINUX, false, 0, false, "");
    }

    EndOptions over(PortKind port) {
        return new EndOptions(kind, receives, peer, port, sealed, windowBytes, isCold, variant);
    }

    EndOptions sealed(boolean value) {
        return new EndOptions(kind, receives, peer, io, value, windowBytes, isCold, variant);
    }

    EndOptions window(long bytes) {
        return new EndOptions(kind, receives, peer, io, sealed, bytes, isCold, variant);
    }

    /** From a source that no cache holds. */
    EndOptions cold() {
        return new EndOptions(kind, receives, peer, io, sealed, windowBytes, true, variant);
    }

    EndOptions variant(String value) {
        return new EndOptions(kind, receives, peer, io, sealed, windowBytes, isCold, value);
    }

    /** The other end, which sends. */
    EndOptions sendingTo(String word) {
        return new EndOptions(kind, false, word, io, sealed, windowBytes, isCold, variant);
    }

    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        arguments.add("kind=" + kind);
        arguments.add("receives=" + receives);
        arguments.add("peer=" + peer);
        arguments.add("io=" + io);
        arguments.add("sealed=" + sealed);
        arguments.add("window=" + windowBytes);
        arguments.add("cold=" + isCold);
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
                Boolean.parseBoolean(values.get("cold")),
                values.get("variant"));
    }
}
