package io.packetfs.bench.afxdp;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One measurement of one contender.
 *
 * @param payloadBytes of each datagram
 * @param received datagrams
 * @param elapsedNs in which they were
 * @param senderCpuNs what the sending thread used meanwhile, with what the kernel did for it
 * @param receiverCpuNs the same of the receiving thread
 * @param lost datagrams sent and not received
 * @param drops why, as far as somebody counted since the ports were opened, so while warming up, too; empty if nobody did
 */
record Throughput(
        int payloadBytes,
        long received,
        long elapsedNs,
        long senderCpuNs,
        long receiverCpuNs,
        long lost,
        Map<String, Long> drops) {
    double gigabitsPerSecond() {
        return received * 8.0 * payloadBytes / elapsedNs;
    }

    double packetsPerSecond() {
        return received * 1e9 / elapsedNs;
    }

    double cpuSecondsPerGib() {
        return (senderCpuNs + receiverCpuNs) / 1e9 / (received * (double) payloadBytes / (1L << 30));
    }

    double lossRatio() {
        return (double) lost / Math.max(1, lost + received);
    }

    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("gbps", gigabitsPerSecond());
        tree.put("packets_per_s", packetsPerSecond());
        tree.put("cpu_s_per_gib", cpuSecondsPerGib());
        tree.put("sender_cpu_s", senderCpuNs / 1e9);
        tree.put("receiver_cpu_s", receiverCpuNs / 1e9);
        tree.put("received", received);
        tree.put("lost", lost);
        tree.put("drops_since_open", drops);
        return tree;
    }
}
