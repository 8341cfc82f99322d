package io.packetfs.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/** The addresses read lately, so that a source that sends again costs no new object. Each has one place, by its hash. */
final class SourceCache {
    private static final int PLACES = 64;
    private static final int HASH_SHIFT = Long.SIZE - Integer.numberOfTrailingZeros(PLACES);

    /** 2^64 divided by the golden ratio: multiplied by it, keys that differ anywhere differ in their highest bits. */
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

    private final Entry[] entries = new Entry[PLACES];

    /** Family, port and IPv4 address; the two halves of the IPv6 address; its scope. */
    private record Entry(long start, long high, long low, int scope, InetSocketAddress address) {
        boolean matches(long otherStart, long otherHigh, long otherLow, int otherScope) {
            return start == otherStart && high == otherHigh && low == otherLow && scope == otherScope;
        }
    }

    InetSocketAddress source(MemorySegment memory, long offset) {
        long start = memory.get(JAVA_LONG, offset);
        long high = 0;
        long low = 0;
        int scope = 0;
        if ((short) start == SocketAddresses.AF_INET6) {
            start &= 0xFFFF_FFFFL; // what follows is no address but a flow label
            high = memory.get(JAVA_LONG, offset + SocketAddresses.INET6_ADDRESS);
            low = memory.get(JAVA_LONG, offset + SocketAddresses.INET6_ADDRESS + Long.BYTES);
            scope = memory.get(JAVA_INT, offset + SocketAddresses.INET6_SCOPE);
        }
        int place = place(start ^ high ^ low);
        Entry entry = entries[place];
        if (entry == null || !entry.matches(start, high, low, scope)) {
            entry = new Entry(start, high, low, scope, SocketAddresses.read(memory, offset));
            entries[place] = entry;
        }
        return entry.address;
    }

    private static int place(long key) {
        return (int) ((key * SPREAD) >>> HASH_SHIFT);
    }
}
