/**
 * Carriers over Netty: UDP by epoll with sendmmsg, GSO and GRO where the kernel has them and by NIO elsewhere, and TCP.
 *
 * <p>It may use {@code protocol} and Netty. It must not know grams.
 */
package io.packetfs.nettyio;
