package io.packetfs.swarm;

import io.packetfs.protocol.crypto.CipherSuite;

/** What guards the packets of a scenario. */
public enum Protection {
    AES256GCM(CipherSuite.AES_256_GCM, false),
    CHACHA20(CipherSuite.CHACHA20_POLY1305, false),

    /** A check sum; the handshake is sealed all the same. */
    INSECURE(CipherSuite.AES_256_GCM, true);

    private final CipherSuite suite;
    private final boolean isChecksummed;

    Protection(CipherSuite suite, boolean isChecksummed) {
        this.suite = suite;
        this.isChecksummed = isChecksummed;
    }

    CipherSuite suite() {
        return suite;
    }

    boolean isChecksummed() {
        return isChecksummed;
    }
}
