package io.packetfs.protocol.crypto;

import java.util.Arrays;

/**
 * The Noise handshake {@code NKpsk0} over X25519 and SHA-256 (Noise revision 34; spec: HSK-1), for either side. The initiator knows the
 * responder's static key, both know a secret:
 *
 * <pre>
 *   &lt;- s
 *   ...
 *   -&gt; psk, e, es
 *   &lt;- e, ee
 * </pre>
 *
 * <p>Calling order of an initiator: {@link #writeFirst}, {@link #readSecond}; of a responder: {@link #readFirst}, {@link
 * #writeSecond}; then, for both, the secrets. A message that is not valid changes nothing: the right one may still come.
 */
public final class NoiseNkPsk0 {
    /** What a message is longer than its payload: an ephemeral key and a tag. */
    public static final int MESSAGE_OVERHEAD_BYTES = X25519.KEY_BYTES + CipherSuite.TAG_BYTES;

    private enum Step {
        WRITE_FIRST,
        READ_FIRST,
        WRITE_SECOND,
        READ_SECOND,
        DONE
    }

    private final byte[] presharedKey;
    private final byte[] ephemeralPrivate;
    private final byte[] ephemeralPublic;

    /** The responder's static key: its public half with the initiator, its private half with the responder. */
    private final byte[] responderStatic;

    private NoiseSymmetricState state;
    private byte[] peerEphemeral = new byte[0];
    private Step step;

    private NoiseNkPsk0(
            Step first,
            NoiseSymmetricState state,
            byte[] presharedKey,
            byte[] responderStatic,
            byte[] ephemeralPrivate) {
        step = first;
        this.state = state;
        this.presharedKey = presharedKey.clone();
        this.responderStatic = responderStatic.clone();
        this.ephemeralPrivate = ephemeralPrivate.clone();
        ephemeralPublic = X25519.publicKey(ephemeralPrivate);
    }

    /** The connecting side, which knows the responder's public key. */
    public static NoiseNkPsk0 initiator(
            CipherSuite suite, byte[] prologue, byte[] presharedKey, byte[] responderPublic, byte[] ephemeralPrivate) {
        return new NoiseNkPsk0(
                Step.WRITE_FIRST,
                startState(suite, prologue, responderPublic),
                presharedKey,
                responderPublic,
                ephemeralPrivate);
    }

    /** The side that is connected to. */
    public static NoiseNkPsk0 responder(
            CipherSuite suite, byte[] prologue, byte[] presharedKey, byte[] staticPrivate, byte[] ephemeralPrivate) {
        return new NoiseNkPsk0(
                Step.READ_FIRST,
                startState(suite, prologue, X25519.publicKey(staticPrivate)),
                presharedKey,
                staticPrivate,
                ephemeralPrivate);
    }

    private static NoiseSymmetricState startState(CipherSuite suite, byte[] prologue, byte[] responderPublic) {
        NoiseSymmetricState state =
                new NoiseSymmetricState(suite, "Noise_NKpsk0_25519_" + suite.noiseName() + "_SHA256");
        state.mixHash(prologue);
        state.mixHash(responderPublic);
        return state;
    }

    /** The initiator's message. */
    public byte[] writeFirst(byte[] payload) {
        require(Step.WRITE_FIRST);
        byte[] shared = X25519.agree(ephemeralPrivate, responderStatic);
        if (shared == null) {
            throw new IllegalArgumentException("the responder's public key is of small order");
        }
        state.mixKeyAndHash(presharedKey);
        mixEphemeral(state, ephemeralPublic);
        state.mixKey(shared);
        step = Step.READ_SECOND;
        return message(payload);
    }

    /** The payload of the initiator's message, or null when the message is not valid. */
    public byte[] readFirst(byte[] message) {
        require(Step.READ_FIRST);
        NoiseSymmetricState next = state.copy();
        next.mixKeyAndHash(presharedKey);
        return read(next, message, responderStatic, Step.WRITE_SECOND);
    }

    /** The responder's message. */
    public byte[] writeSecond(byte[] payload) {
        require(Step.WRITE_SECOND);
        byte[] shared = X25519.agree(ephemeralPrivate, peerEphemeral);
        assert shared != null : "the peer's ephemeral key was good for the static key";
        mixEphemeral(state, ephemeralPublic);
        state.mixKey(shared);
        step = Step.DONE;
        return message(payload);
    }

    /** The payload of the responder's message, or null when the message is not valid. */
    public byte[] readSecond(byte[] message) {
        require(Step.READ_SECOND);
        return read(state.copy(), message, ephemeralPrivate, Step.DONE);
    }

    /** The secret for what the initiator sends after the handshake. */
    public byte[] initiatorSecret() {
        require(Step.DONE);
        return state.split(0);
    }

    /** The secret for what the responder sends after the handshake. */
    public byte[] responderSecret() {
        require(Step.DONE);
        return state.split(1);
    }

    private byte[] message(byte[] payload) {
        byte[] sealed = state.encryptAndHash(payload);
        byte[] message = Arrays.copyOf(ephemeralPublic, ephemeralPublic.length + sealed.length);
        System.arraycopy(sealed, 0, message, ephemeralPublic.length, sealed.length);
        return message;
    }

    private byte[] read(NoiseSymmetricState next, byte[] message, byte[] ourPrivate, Step after) {
        if (message.length < MESSAGE_OVERHEAD_BYTES) {
            return null;
        }
        byte[] theirEphemeral = Arrays.copyOf(message, X25519.KEY_BYTES);
        byte[] shared = X25519.agree(ourPrivate, theirEphemeral);
        if (shared == null) {
            return null;
        }
        mixEphemeral(next, theirEphemeral);
        next.mixKey(shared);
        byte[] payload = next.decryptAndHash(Arrays.copyOfRange(message, X25519.KEY_BYTES, message.length));
        if (payload != null) {
            state = next;
            peerEphemeral = theirEphemeral;
            step = after;
        }
        return payload;
    }

    /** In a handshake with a preshared key the ephemeral keys go into the key too (Noise, section 9.2). */
    private static void mixEphemeral(NoiseSymmetricState state, byte[] ephemeral) {
        state.mixHash(ephemeral);
        state.mixKey(ephemeral);
    }

    private void require(Step expected) {
        if (step != expected) {
            throw new IllegalStateException("the handshake is at " + step + ", not at " + expected);
        }
    }
}
