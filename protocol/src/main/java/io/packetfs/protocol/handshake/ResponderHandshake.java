package io.packetfs.protocol.handshake;

import io.packetfs.protocol.TransportParameters;
import io.packetfs.protocol.crypto.Entropy;
import io.packetfs.protocol.crypto.NoiseNkPsk0;
import io.packetfs.protocol.crypto.X25519;
import java.util.Arrays;

/**
 * The side that is connected to, for one ticket (spec: HSK). It keeps no state between INITIALs: which ones were answered, and how
 * often, is the endpoint's to remember. For each INITIAL: {@link #ephemeralOf} first, which is cheap, then {@link #accept} if the
 * ephemeral key is new. Used by one thread.
 */
public final class ResponderHandshake {
    private final TicketSecrets secrets;
    private final Protection protection;
    private final byte[] presharedKey;
    private final byte[] macKey;

    public ResponderHandshake(TicketSecrets secrets) {
        this.secrets = secrets;
        protection = secrets.protection();
        presharedKey = TicketKeys.presharedKey(secrets.secret());
        macKey = TicketKeys.macKey(secrets.secret());
    }

    /**
     * The initiator's ephemeral key, by which a repeated INITIAL is known.
     *
     * @return 32 bytes, or null when the datagram was not made by a holder of the ticket: it gets no answer at all (spec: HSK-4)
     */
    public byte[] ephemeralOf(byte[] array, int offset, int length) {
        byte[] message = message(array, offset, length);
        return message == null ? null : Arrays.copyOf(message, X25519.KEY_BYTES);
    }

    /**
     * Answers an INITIAL.
     *
     * @param local what this side accepts; its connection id is to be new
     * @return the connection's keys and the REPLY, or null when the INITIAL is not valid and gets no answer
     */
    public Accepted accept(byte[] array, int offset, int length, TransportParameters local, Entropy entropy) {
        byte[] message = message(array, offset, length);
        if (message == null) {
            return null;
        }
        NoiseNkPsk0 noise = NoiseNkPsk0.responder(
                protection.suite(),
                protection.prologue(),
                presharedKey,
                secrets.privateKey(),
                X25519.newPrivateKey(entropy));
        byte[] payload = noise.readFirst(message);
        TransportParameters peer = payload == null ? null : TransportParameters.decode(payload);
        if (peer == null) {
            return null;
        }
        byte[] reply =
                HandshakePacket.reply(peer.connectionId(), protection.headerFlags(), noise.writeSecond(local.encode()));
        HandshakeResult result = new HandshakeResult(
                protection.sealer(noise.responderSecret()), protection.opener(noise.initiatorSecret()), peer);
        return new Accepted(result, reply);
    }

    private byte[] message(byte[] array, int offset, int length) {
        byte[] message = HandshakePacket.messageOfInitial(
                array, offset, length, secrets.ticketId(), protection.headerFlags(), macKey);
        return message != null && message.length >= NoiseNkPsk0.MESSAGE_OVERHEAD_BYTES ? message : null;
    }

    /** What comes of an INITIAL that was accepted. */
    public static final class Accepted {
        private final HandshakeResult result;
        private final byte[] reply;

        private Accepted(HandshakeResult result, byte[] reply) {
            this.result = result;
            this.reply = reply;
        }

        public HandshakeResult result() {
            return result;
        }

        /** The REPLY, a whole datagram, which also answers the same INITIAL again (spec: HSK-6). The caller must not change it. */
        public byte[] reply() {
            return reply;
        }
    }
}
