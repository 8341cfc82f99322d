/**
 * AF_XDP sockets from Java: packet memory ({@link io.packetfs.afxdp.Umem}), the four rings, sockets ({@link io.packetfs.afxdp.XskSocket})
 * and the program that steers datagrams to them ({@link io.packetfs.afxdp.XdpProgram}).
 *
 * <p>It may use {@code blob}, {@code linux} and {@code protocol}. It must not know grams.
 */
package io.packetfs.afxdp;
