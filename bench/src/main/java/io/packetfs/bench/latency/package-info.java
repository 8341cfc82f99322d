/** {@code pfs-udp bench latency}: how long records take over a lossy wire. */
package io.packetfs.bench.latency;
