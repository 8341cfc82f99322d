/**
 * Rough networks to try the protocol on: {@link io.packetfs.sim.SimNetwork}, deterministic and in virtual time; {@link
 * io.packetfs.sim.UdpRelay}, which impairs real datagrams in real time; and {@link io.packetfs.sim.TunLink}, a wire for the IP packets
 * of any program, with {@link io.packetfs.sim.NamespacePair} for its two ends. One class, {@code Impairment}, decides for all what becomes
 * of a datagram, as {@link io.packetfs.sim.LinkSettings} say.
 *
 * <p>It may use {@code linux} and {@code protocol}. It must not know the engine, so that every module may test with it.
 */
package io.packetfs.sim;
