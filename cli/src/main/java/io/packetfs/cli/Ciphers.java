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

    /** What protects the packets of those who connect with a ticket. */
    static String name(Ticket ticket) {
        if (ticket.isChecksummed()) {
            return "none";
        }
        return (ticket.flags() & Ticket.FLAG_CHACHA20) != 0 ? "chacha20" : "aes256gcm";
    }
}
