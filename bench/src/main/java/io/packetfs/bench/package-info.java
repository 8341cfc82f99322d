/**
 * Benchmarks and side-by-side comparisons, with their reports.
 *
 * <p>It may use every module, JMH and HdrHistogram.
 */
package io.packetfs.bench;
