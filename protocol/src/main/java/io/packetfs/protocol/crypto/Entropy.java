package io.packetfs.protocol.crypto;

/**
 * Where keys come from. Production passes a {@link java.security.SecureRandom} in, tests a seeded source, so that a run can be
 * repeated.
 */
@FunctionalInterface
public interface Entropy {
    /** Fills the whole array with bytes that nobody can foresee. */
    void fill(byte[] bytes);

    /** Draws {@code count} bytes. */
    default byte[] draw(int count) {
        byte[] bytes = new byte[count];
        fill(bytes);
        return bytes;
    }
}
