/**
 * Ack ranges, the receive window, round-trip times, loss detection, congestion control, pacing, ECN and path MTU: numbers only,
 * never bytes.
 *
 * <p>It may use {@code protocol}. It must not know grams or memory.
 */
package io.packetfs.ackwindow;
