/**
 * The seam between engine and carriers: a port that moves trains of datagrams, and what it can do.
 */
package io.packetfs.protocol.port;
