/**
 * A real-time proxy that treats TCP connections and UDP datagrams badly on purpose, and takes its orders in Toxiproxy's HTTP API: {@link
 * io.packetfs.proxy.ControlApi} reads them, {@link io.packetfs.proxy.ImpairmentProxy} owns the proxies, and each direction of a
 * TCP connection is a {@code StreamPipe} of stages, one per toxic. Datagrams go through a {@link io.packetfs.sim.UdpRelay}.
 *
 * <p>It may use {@code sim}, Netty and jackson-jr. It is a module of its own rather than a part of {@code sim}
 * because nearly every module tests with {@code sim}, and would have Netty on its test path without wanting it.
 */
package io.packetfs.proxy;
