/**
 * Whole runs of the protocol in virtual time: a scenario says what is to happen, a run plays it over a simulated network and checks what
 * must hold, and a swarm plays scenarios drawn from seeds until one fails.
 *
 * <p>It may use {@code transfer}, {@code endpoint}, {@code sim} and what they stand on, and jackson-jr. It must not know real sockets or commands.
 */
package io.packetfs.swarm;
