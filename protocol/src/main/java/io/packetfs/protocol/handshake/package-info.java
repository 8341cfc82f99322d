/**
 * The handshake as pure functions over datagrams: what an INITIAL and a REPLY say, and what follows from them. Timers, repetition and
 * memory of what was answered belong to the endpoint.
 *
 * <p>It may use {@code java.base} only. It draws no randomness: {@link io.packetfs.protocol.crypto.Entropy} comes from outside.
 */
package io.packetfs.protocol.handshake;
