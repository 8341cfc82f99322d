/**
 * What to send again, when to ask, and forward error correction.
 *
 * <p>It may use {@code ackwindow} and {@code protocol}. It must not know how congestion is decided.
 */
package io.packetfs.repair;
