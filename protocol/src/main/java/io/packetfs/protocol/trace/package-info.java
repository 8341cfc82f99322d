/**
 * What a connection tells of itself: one vocabulary of events, counters and metrics for logs, summaries and the snapshots of tests, and
 * its form as qlog.
 */
package io.packetfs.protocol.trace;
