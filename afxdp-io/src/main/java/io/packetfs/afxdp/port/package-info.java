/**
 * The carrier: a port over AF_XDP sockets, with an ordinary UDP socket beside them that reserves the port, takes what the rings do not,
 * and takes over if they are lost.
 *
 * <p>It may use {@code io.packetfs.afxdp}, {@code linux-io}, {@code linux} and {@code protocol}. It must not know grams.
 */
package io.packetfs.afxdp.port;
