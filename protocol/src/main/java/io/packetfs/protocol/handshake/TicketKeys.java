package io.packetfs.protocol.handshake;

import io.packetfs.protocol.crypto.Hkdf;

/** The two keys that come from a ticket's secret (spec: TKT-4). */
final class TicketKeys {
    private TicketKeys() {}

    static byte[] presharedKey(byte[] secret) {
        return Hkdf.derive(secret, "pfs-udp 1 psk", Hkdf.HASH_BYTES);
    }

    static byte[] macKey(byte[] secret) {
        return Hkdf.derive(secret, "pfs-udp 1 mac", Hkdf.HASH_BYTES);
    }
}
