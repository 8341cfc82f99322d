/**
 * The kernel as Java sees it: one interface per group of calls with one FFM class behind each, errno, and capability probes.
 *
 * <p>It may use {@code java.base} only. It must not know the network protocol.
 */
package io.packetfs.linux;
