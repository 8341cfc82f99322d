package io.packetfs.bench.loopback;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one round gave, over its steady part.
 *
 * @param seconds how long that was
 * @param bytes what the receiver's application got
 * @param packets datagrams that the receiver took; {@link Tally#UNKNOWN} if nobody counts them
 * @param lost datagrams that did not arrive; {@link Tally#UNKNOWN} if nobody counts them
 * @param senderCpuSeconds processor time of the sending side, user and system; the kernel charges it much of loopback's receiving
 * @param receiverCpuSeconds processor time of the receiving side
 * @param otherCpuSeconds processor time of everybody else on the machine, hypervisor included; NaN if it does not say
 * @param senderResidentBytesMax the most memory the sending side ever had
 * @param receiverResidentBytesMax the most memory the receiving side ever had
 * @param inFlightBytesMax the most in flight; {@link Tally#UNKNOWN} if nobody looked
 * @param memory resident memory over time
 */
record Measurement(
        double seconds,
        long bytes,
        long packets,
        long lost,
        double senderCpuSeconds,
        double receiverCpuSeconds,
        double otherCpuSeconds,
        long senderResidentBytesMax,
        long receiverResidentBytesMax,
        long inFlightBytesMax,
        List<MemorySample> memory) {
    private static final double GIB = 1L << 30;

    /**
     * Resident memory at one moment.
     *
     * @param bytes what had been moved in the steady part
     */
    record MemorySample(long bytes, long senderResidentBytes, long receiverResidentBytes) {}

    double bytesPerSecond() {
        return bytes / seconds;
    }

    double packetsPerSecond() {
        return packets == Tally.UNKNOWN ? Double.NaN : packets / seconds;
    }

    double senderCpuSecondsPerGib() {
        return senderCpuSeconds / (bytes / GIB);
    }

    double receiverCpuSecondsPerGib() {
        return receiverCpuSeconds / (bytes / GIB);
    }

    /** How many cores everybody else kept busy. */
    double otherCores() {
        return otherCpuSeconds / seconds;
    }

    double cpuSecondsPerGib() {
        return senderCpuSecondsPerGib() + receiverCpuSecondsPerGib();
    }

    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("seconds", seconds);
        tree.put("bytes", bytes);
        tree.put("goodput_bytes_per_s", bytesPerSecond());
        tree.put("packets", known(packets));
        tree.put("packets_lost", known(lost));
        tree.put("sender_cpu_s", senderCpuSeconds);
        tree.put("receiver_cpu_s", receiverCpuSeconds);
        tree.put("other_cores", Double.isNaN(otherCores()) ? null : otherCores());
        tree.put("sender_rss_max_bytes", senderResidentBytesMax);
        tree.put("receiver_rss_max_bytes", receiverResidentBytesMax);
        tree.put("in_flight_max_bytes", known(inFlightBytesMax));
        List<Map<String, Object>> samples = new ArrayList<>();
        for (MemorySample sample : memory) {
            Map<String, Object> each = new LinkedHashMap<>();
            each.put("bytes", sample.bytes());
            each.put("sender_rss_bytes", sample.senderResidentBytes());
            each.put("receiver_rss_bytes", sample.receiverResidentBytes());
            samples.add(each);
        }
        tree.put("memory", samples);
        return tree;
    }

    private static Long known(long count) {
        return count == Tally.UNKNOWN ? null : Long.valueOf(count);
    }
}
