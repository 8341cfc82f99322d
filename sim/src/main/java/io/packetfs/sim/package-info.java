/**
 * Rough networks to try the protocol on: {@link io.packetfs.sim.SimNetwork}, deterministic and in virtual time, and {@link
 * io.packetfs.sim.UdpRelay}, which impairs real datagrams in real time. One class, {@code Impairment}, decides for both what becomes
 * of a datagram, as {@link io.packetfs.sim.LinkSettings} say.
 *
 * <p>It may use {@code linux} and {@code protocol}. It must not know the engine, so that every module may test with it.
 */
package io.packetfs.sim;
