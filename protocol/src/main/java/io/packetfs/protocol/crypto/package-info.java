/**
 * The handshake's cryptography and the protection of packets, on the primitives of the JDK alone.
 *
 * <p>It may use {@code java.base} only. It draws no randomness: {@link io.packetfs.protocol.crypto.Entropy} comes from outside.
 */
package io.packetfs.protocol.crypto;
