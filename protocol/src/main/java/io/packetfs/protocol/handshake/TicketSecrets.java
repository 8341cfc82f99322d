package io.packetfs.protocol.handshake;

import io.packetfs.protocol.Ticket;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.protocol.crypto.Entropy;
import io.packetfs.protocol.crypto.X25519;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;

/** The responder's side of a ticket: what is in it, and the private key that is not. Immutable. */
public final class TicketSecrets {
    private final int ticketId;
    private final byte[] privateKey;
    private final byte[] secret;
    private final Protection protection;

    /**
     * Secrets of the given parts.
     *
     * @param privateKey 32 bytes for X25519
     * @param secret 16 bytes
     * @param checksummed packets are check-summed, not sealed (spec: PRT-6)
     */
    public TicketSecrets(int ticketId, byte[] privateKey, byte[] secret, CipherSuite suite, boolean checksummed) {
        if (privateKey.length != X25519.KEY_BYTES || secret.length != Ticket.SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "a private key of " + privateKey.length + " bytes and a secret of " + secret.length);
        }
        this.ticketId = ticketId;
        this.privateKey = privateKey.clone();
        this.secret = secret.clone();
        protection = new Protection(suite, checksummed);
    }

    /** New secrets, for one ticket. */
    public static TicketSecrets generate(Entropy entropy, CipherSuite suite, boolean checksummed) {
        return new TicketSecrets(
                ByteBuffer.wrap(entropy.draw(Integer.BYTES)).getInt(),
                X25519.newPrivateKey(entropy),
                entropy.draw(Ticket.SECRET_BYTES),
                suite,
                checksummed);
    }

    /** The ticket to hand out, for a responder that listens at these addresses. */
    public Ticket ticket(List<InetSocketAddress> addresses) {
        return new Ticket(protection.ticketFlags(), ticketId, X25519.publicKey(privateKey), secret, addresses);
    }

    /** What an INITIAL for this ticket bears as connection id. */
    public int ticketId() {
        return ticketId;
    }

    byte[] privateKey() {
        return privateKey.clone();
    }

    byte[] secret() {
        return secret.clone();
    }

    Protection protection() {
        return protection;
    }

    @Override
    public String toString() {
        return "secrets of ticket " + Integer.toHexString(ticketId);
    }
}
