package io.packetfs.cli;

import io.packetfs.protocol.Ticket;
import io.packetfs.protocol.crypto.CipherSuite;

/** The names of ciphers on the command line and in reports. */
final class Ciphers {
    /** What {@code --cipher} takes. */
    enum Choice {
        AES256GCM(CipherSuite.AES_256_GCM),
        CHACHA20(CipherSuite.CHACHA20_POLY1305);

        private final CipherSuite suite;

        Choice(CipherSuite suite) {
            this.suite = suite;
        }

        CipherSuite suite() {
            return suite;
        }
    }

    private Ciphers() {}

    /** What seals the packets of those who connect with a ticket; null if nothing does. */
    static CipherSuite suite(Ticket ticket) {
        if (ticket.isChecksummed()) {
            return null;
        }
        return (ticket.flags() & Ticket.FLAG_CHACHA20) != 0 ? CipherSuite.CHACHA20_POLY1305 : CipherSuite.AES_256_GCM;
    }

    /** What protects the packets of those who connect with a ticket. */
    static String name(Ticket ticket) {
        if (ticket.isChecksummed()) {
            return "none";
        }
        return suite(ticket) == CipherSuite.CHACHA20_POLY1305 ? "chacha20" : "aes256gcm";
    }
}
