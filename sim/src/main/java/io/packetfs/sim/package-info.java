/**
 * The deterministic network in virtual time, the real-time impairment proxy, and the lossy link between TUN devices.
 *
 * <p>It may use {@code linux} and {@code protocol}. It must not know the engine, so that every module may test with it.
 */
package io.packetfs.sim;
