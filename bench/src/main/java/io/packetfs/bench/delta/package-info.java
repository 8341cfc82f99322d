/**
 * What sending an edited file again costs, beside rsync, over loopback and over a wire in network namespaces.
 *
 * <p>It may use everything, and nothing uses it.
 */
package io.packetfs.bench.delta;
