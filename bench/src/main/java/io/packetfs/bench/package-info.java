/**
 * Benchmarks and side-by-side comparisons, with their reports.
 *
 * <p>It may use every module but {@code interop}, JMH, HdrHistogram, and what it compares with: Aeron and Netty.
 */
package io.packetfs.bench;
