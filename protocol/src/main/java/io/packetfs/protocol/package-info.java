/**
 * Packets, frames, grams, descriptor encodings, validators, the key schedule and AEAD framing, the datagram port, traces and
 * reason codes.
 *
 * <p>It may use {@code java.base} only. It must not know sockets, clocks or threads.
 */
package io.packetfs.protocol;
