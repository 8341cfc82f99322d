package io.packetfs.linux;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The kernel's settings that decide how far a datagram socket gets. Absent where the kernel does not tell, as in some containers.
 *
 * @param receiveBufferBytesMax {@code net.core.rmem_max}
 * @param sendBufferBytesMax {@code net.core.wmem_max}
 * @param queueDiscipline {@code net.core.default_qdisc}
 * @param tcpCongestionControl {@code net.ipv4.tcp_congestion_control}
 */
public record NetworkSettings(
        OptionalLong receiveBufferBytesMax,
        OptionalLong sendBufferBytesMax,
        Optional<String> queueDiscipline,
        Optional<String> tcpCongestionControl) {
    public static NetworkSettings read() {
        return read(ProcFiles.ofThisHost());
    }

    static NetworkSettings read(ProcFiles files) {
        return new NetworkSettings(
                files.number("proc/sys/net/core/rmem_max"),
                files.number("proc/sys/net/core/wmem_max"),
                files.text("proc/sys/net/core/default_qdisc"),
                files.text("proc/sys/net/ipv4/tcp_congestion_control"));
    }
}
