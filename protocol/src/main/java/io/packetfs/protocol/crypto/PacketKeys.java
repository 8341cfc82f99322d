package io.packetfs.protocol.crypto;

import io.packetfs.protocol.PacketHeader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The keys of one generation of one direction (spec: PRT-1), and the nonce of each packet under them (spec: PRT-4). A generation lasts
 * for 2^22 packet numbers, so that nobody has to announce a change of keys (spec: PRT-2).
 */
final class PacketKeys {
    private static final VarHandle NUMBER = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int NUMBER_OFFSET = CipherSuite.NONCE_BYTES - Long.BYTES;

    private final CipherSuite suite;
    private final long generation;
    private final byte[] secret;
    private final Aead aead;
    private final long ivNumber;
    private final byte[] nonce;

    private PacketKeys(CipherSuite suite, long generation, byte[] secret) {
        this.suite = suite;
        this.generation = generation;
        this.secret = secret;
        aead = new Aead(suite, Hkdf.expand(secret, "pfs-udp 1 key", CipherSuite.KEY_BYTES));
        nonce = Hkdf.expand(secret, "pfs-udp 1 iv", CipherSuite.NONCE_BYTES);
        ivNumber = (long) NUMBER.get(nonce, NUMBER_OFFSET);
    }

    /** The keys of generation 0; the secret is Noise's output for the direction. */
    static PacketKeys first(CipherSuite suite, byte[] secret) {
        return new PacketKeys(suite, 0, secret.clone());
    }

    static long generationOf(long packetNumber) {
        return packetNumber / PacketHeader.NUMBERS_PER_KEY;
    }

    PacketKeys next() {
        return new PacketKeys(suite, generation + 1, Hkdf.expand(secret, "pfs-udp 1 next", Hkdf.HASH_BYTES));
    }

    long generation() {
        return generation;
    }

    Aead aead() {
        return aead;
    }

    /** The packet's nonce, in an array that the next call overwrites. */
    byte[] nonce(long packetNumber) {
        NUMBER.set(nonce, NUMBER_OFFSET, ivNumber ^ packetNumber);
        return nonce;
    }
}
