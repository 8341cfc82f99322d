/**
 * {@code pfs-udp bench loopback}: ways to move bytes from one process to another over loopback, side by side.
 *
 * <p>The command starts two processes per contender and reads what they use from {@code /proc}. What runs in them implements {@link
 * io.packetfs.bench.loopback.End}; programs of others are driven as they are.
 */
package io.packetfs.bench.loopback;
