package io.packetfs.protocol.handshake;

import io.packetfs.protocol.Ticket;
import io.packetfs.protocol.TransportParameters;
import io.packetfs.protocol.crypto.Entropy;
import io.packetfs.protocol.crypto.NoiseNkPsk0;
import io.packetfs.protocol.crypto.X25519;

/**
 * The connecting side's handshake (spec: HSK). Calling order: {@link #initial}, whose bytes are sent, again and again, until {@link
 * #onReply} gives a result or {@link #isFailed} says that none will come. Used by one thread.
 */
public final class InitiatorHandshake {
    /** Leaves the shard to chance. */
    public static final int NO_SPREAD = -1;

    /** The greatest number that connections are spread by. */
    public static final int SPREAD_MAX = 15;

    private final Protection protection;
    private final int connectionId;
    private final NoiseNkPsk0 noise;
    private final byte[] initial;
    private boolean answered;
    private boolean failed;

    /**
     * Draws a key for this one connection.
     *
     * @param local what this side accepts; its connection id is how the REPLY is known
     * @throws IllegalArgumentException if the ticket's public key is none
     */
    public InitiatorHandshake(Ticket ticket, TransportParameters local, Entropy entropy) {
        this(ticket, local, entropy, NO_SPREAD);
    }

    /**
     * Draws a key for one of several connections, which the shards of the responder share out (spec: SHD-2).
     *
     * @param spread what the lowest bits of the ephemeral key are to be, 0 to {@link #SPREAD_MAX}; or {@link #NO_SPREAD}
     */
    public InitiatorHandshake(Ticket ticket, TransportParameters local, Entropy entropy, int spread) {
        protection = Protection.of(ticket);
        connectionId = local.connectionId();
        byte[] secret = ticket.secret();
        noise = NoiseNkPsk0.initiator(
                protection.suite(),
                protection.prologue(),
                TicketKeys.presharedKey(secret),
                ticket.publicKey(),
                newPrivateKey(entropy, spread));
        initial = HandshakePacket.initial(
                ticket.ticketId(),
                protection.headerFlags(),
                noise.writeFirst(local.encode()),
                TicketKeys.macKey(secret));
    }

    private static byte[] newPrivateKey(Entropy entropy, int spread) {
        if (spread < NO_SPREAD || spread > SPREAD_MAX) {
            throw new IllegalArgumentException("connection " + spread + " of " + (SPREAD_MAX + 1));
        }
        byte[] key = X25519.newPrivateKey(entropy);
        while (spread != NO_SPREAD && (X25519.publicKey(key)[0] & SPREAD_MAX) != spread) {
            key = X25519.newPrivateKey(entropy);
        }
        return key;
    }

    /** The INITIAL, a whole datagram; the same bytes each time (spec: HSK-5). */
    public byte[] initial() {
        return initial.clone();
    }

    /**
     * A datagram that may be the REPLY.
     *
     * @return what the connection starts with; null when this is not the REPLY, and then the right one may still come, or when one
     *     was read before
     */
    public HandshakeResult onReply(byte[] array, int offset, int length) {
        byte[] message = answered
                ? null
                : HandshakePacket.messageOfReply(array, offset, length, connectionId, protection.headerFlags());
        byte[] payload = message == null ? null : noise.readSecond(message);
        if (payload == null) {
            return null;
        }
        answered = true;
        TransportParameters peer = TransportParameters.decode(payload);
        failed = peer == null;
        return failed
                ? null
                : new HandshakeResult(
                        protection.sealer(noise.initiatorSecret()), protection.opener(noise.responderSecret()), peer);
    }

    /** Whether the responder has answered with parameters that are out of range: there is nothing more to wait for (spec: PAR-3). */
    public boolean isFailed() {
        return failed;
    }
}
