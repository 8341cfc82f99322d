package io.packetfs.protocol.handshake;

import io.packetfs.protocol.PacketHeader;
import io.packetfs.protocol.Ticket;
import io.packetfs.protocol.crypto.AeadPacketOpener;
import io.packetfs.protocol.crypto.AeadPacketSealer;
import io.packetfs.protocol.crypto.ChecksumPacketOpener;
import io.packetfs.protocol.crypto.ChecksumPacketSealer;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.protocol.crypto.PacketOpener;
import io.packetfs.protocol.crypto.PacketSealer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Which suite a ticket asks for, and whether packets are sealed with it; how header flags, ticket flags and the prologue say so. */
record Protection(CipherSuite suite, boolean checksummed) {
    private static final byte[] PROTOCOL = "pfs-udp/1".getBytes(StandardCharsets.US_ASCII);
    private static final int PROLOGUE_BYTES = 12;

    static Protection of(Ticket ticket) {
        boolean chaCha20 = (ticket.flags() & Ticket.FLAG_CHACHA20) != 0;
        return new Protection(
                chaCha20 ? CipherSuite.CHACHA20_POLY1305 : CipherSuite.AES_256_GCM, ticket.isChecksummed());
    }

    // spec: TKT-1
    int ticketFlags() {
        return (checksummed ? Ticket.FLAG_CHECKSUMMED : 0)
                | (suite == CipherSuite.CHACHA20_POLY1305 ? Ticket.FLAG_CHACHA20 : 0);
    }

    // spec: HDR-5
    int headerFlags() {
        return suite.wireId() | (checksummed ? PacketHeader.FLAG_CHECKSUMMED : 0);
    }

    // spec: HSK-1
    byte[] prologue() {
        byte[] prologue = Arrays.copyOf(PROTOCOL, PROLOGUE_BYTES);
        prologue[PROTOCOL.length] = (byte) ((PacketHeader.VERSION << 4) | PacketHeader.TYPE_INITIAL);
        prologue[PROTOCOL.length + 1] = (byte) headerFlags();
        return prologue;
    }

    PacketSealer sealer(byte[] secret) {
        return checksummed ? new ChecksumPacketSealer() : new AeadPacketSealer(suite, secret);
    }

    PacketOpener opener(byte[] secret) {
        return checksummed ? new ChecksumPacketOpener() : new AeadPacketOpener(suite, secret);
    }
}
