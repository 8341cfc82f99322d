package io.packetfs.sim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.zip.CRC32;

/**
 * What happened to every datagram, folded into one number as it happens and, if asked for, written out line by line. Two runs with
 * the same number did the same; two logs differ first where the runs did.
 */
final class PacketLog {
    private static final long HASH_OF_NOTHING = 0x5046535F4C4F4731L;

    // Not CRC32C: over a packet that ends in its own CRC32C, that is the same whatever the packet says.
    private final CRC32 crc = new CRC32();
    private long hash = HASH_OF_NOTHING;
    private Appendable text;

    /** Writes each record from now on, one a line: time in ns, direction, event, length in bytes, CRC-32 of the bytes. */
    void writeTo(Appendable text) {
        this.text = text;
    }

    long hash() {
        return hash;
    }

    void record(long nowNs, LinkEvent event, SimDatagram datagram) {
        crc.reset();
        crc.update(datagram.array, 0, datagram.length);
        int digest = (int) crc.getValue();
        fold(nowNs);
        fold(datagram.link.number());
        fold(((long) event.number() << 56) | ((long) datagram.length << 32) | Integer.toUnsignedLong(digest));
        if (text != null) {
            write(nowNs, event, datagram, digest);
        }
    }

    private void fold(long value) {
        hash = RandomStream.mix64(hash * 31 + value);
    }

    private void write(long nowNs, LinkEvent event, SimDatagram datagram, int digest) {
        try {
            text.append(Long.toString(nowNs))
                    .append(' ')
                    .append(datagram.link.name())
                    .append(' ');
            text.append(event.name())
                    .append(' ')
                    .append(Integer.toString(datagram.length))
                    .append(' ');
            text.append(HexFormat.of().toHexDigits(digest)).append('\n');
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the packet log", e);
        }
    }
}
