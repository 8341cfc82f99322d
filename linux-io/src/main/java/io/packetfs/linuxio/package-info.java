/**
 * A carrier for UDP by the kernel's own calls: GSO, GRO and the ECN field of every datagram, without a library in between.
 *
 * <p>It may use {@code linux} and {@code protocol}. It must not know grams.
 */
package io.packetfs.linuxio;
