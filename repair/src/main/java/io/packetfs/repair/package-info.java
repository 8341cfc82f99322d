/**
 * What to send again: which bytes are there, what each packet carried, and the ranges that were lost. Numbers only.
 *
 * <p>It may use {@code ackwindow} and {@code protocol}. It must not know how congestion is decided.
 */
package io.packetfs.repair;
