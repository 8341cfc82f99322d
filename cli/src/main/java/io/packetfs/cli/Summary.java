package io.packetfs.cli;

import io.packetfs.endpoint.ConnectionStats;
import io.packetfs.linux.ResourceUsage;
import io.packetfs.protocol.crypto.AeadProvider;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.transfer.Failure;
import io.packetfs.transfer.FileReport;
import io.packetfs.transfer.TransferReport;
import io.packetfs.transfer.TransferStatus;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The summary of one transfer as a tree of maps, schema {@code pfs-udp.summary/1}: every field is there, null when it is not known. What
 * the commands learn on their way is put in with the setters.
 */
final class Summary {
    static final String SCHEMA = "pfs-udp.summary/1";

    private static final double NS_PER_SECOND = 1e9;
    private static final double GIB = 1L << 30;

    private final String role;
    private final Map<String, Object> config = new LinkedHashMap<>();
    private String cipher;
    private CipherSuite suite;
    private String congestion;
    private String carrier = "udp";
    private String io;
    private Map<String, Object> roundTrips = new LinkedHashMap<>();
    private Map<String, Object> latencies = new LinkedHashMap<>();

    /** @param role sender or receiver */
    Summary(String role) {
        this.role = role;
    }

    /** What the command was told. */
    Map<String, Object> config() {
        return config;
    }

    /**
     * How packets are protected.
     *
     * @param suite that seals them; null if they are not sealed
     */
    void cipher(String name, CipherSuite suite) {
        cipher = name;
        this.suite = suite;
    }

    void congestion(String name) {
        congestion = name;
    }

    /** Takes what was measured since the last summary. */
    void measured(TransferMeter meter) {
        roundTrips = meter.takeRoundTrips();
        latencies = meter.takeLatencies();
    }

    void carrier(String name) {
        carrier = name;
    }

    void io(String name) {
        io = name;
    }

    /** The summary of a command that did not come as far as a transfer. */
    Map<String, Object> of(CommandException failure) {
        TransferReport none = new TransferReport(TransferStatus.FAILED, null, 0, 0, 0, 0, 0, 0, List.of(), null, null);
        return of(none, failure.exitCode(), error(failure.code(), failure.getMessage(), false));
    }

    Map<String, Object> of(TransferReport report, ExitCode exitCode) {
        return of(report, exitCode, (String) null);
    }

    /**
     * The summary of a transfer.
     *
     * @param untraced why its log is not complete, which is an error if there is no other; or null
     */
    Map<String, Object> of(TransferReport report, ExitCode exitCode, String untraced) {
        Failure failure = report.failure();
        Map<String, Object> error = failure == null
                ? (untraced == null ? null : error("local_io", untraced, false))
                : error(failure.kind().name().toLowerCase(Locale.ROOT), failure.message(), failure.resumable());
        return of(report, exitCode, error);
    }

    private Map<String, Object> of(TransferReport report, ExitCode exitCode, Map<String, Object> error) {
        ConnectionStats stats = report.stats();
        boolean moved = stats != null;
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("schema", SCHEMA);
        summary.put("version", PfsUdp.version());
        summary.put("role", role);
        summary.put("carrier", carrier);
        summary.put("status", report.status().name().toLowerCase(Locale.ROOT));
        summary.put("exit_code", exitCode.number());
        summary.put("error", error);
        summary.put("peer", report.peer() == null ? null : text(report.peer()));
        summary.put("cipher", cipher);
        summary.put("cipher_provider", suite == null ? null : AeadProvider.nameFor(suite));
        summary.put("congestion", congestion);
        summary.put("datagram_bytes", moved ? stats.datagramBytes() : null);
        summary.put("bytes", report.bytes());
        summary.put("bytes_resumed", report.resumedBytes());
        summary.put("bytes_reused", report.reusedBytes());
        summary.put("duration_s", moved ? report.durationNs() / NS_PER_SECOND : null);
        summary.put("goodput_bps", moved ? goodputBitsPerSecond(report) : null);
        summary.put("wire", wire(report, stats));
        summary.put("grams", grams(report, stats));
        summary.put("rtt_us", rtt(stats, roundTrips));
        putUsage(summary, report.bytes());
        summary.put("files", files(report.files()));
        summary.put("config", config);
        summary.put("host", HostFacts.host(io));
        return summary;
    }

    static String text(InetSocketAddress address) {
        String host = address.getAddress() == null
                ? address.getHostString()
                : address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    private static Map<String, Object> error(String code, String message, boolean resumable) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("code", code);
        error.put("message", message);
        error.put("resumable", resumable);
        return error;
    }

    private static Long goodputBitsPerSecond(TransferReport report) {
        if (report.durationNs() <= 0) {
            return null;
        }
        return Math.round((report.bytes() - report.resumedBytes()) * 8 / (report.durationNs() / NS_PER_SECOND));
    }

    private Map<String, Object> wire(TransferReport report, ConnectionStats stats) {
        boolean sender = role.equals("sender");
        boolean known = stats != null;
        long wireBytes = !known ? 0 : sender ? stats.bytesSent() : stats.bytesReceived();
        long movedBytes = report.bytes() - report.resumedBytes() - report.reusedBytes();
        Map<String, Object> wire = new LinkedHashMap<>();
        wire.put("bytes", known ? wireBytes : null);
        wire.put("packets", !known ? null : sender ? stats.packetsSent() : stats.packetsReceived());
        wire.put("retransmitted", known ? stats.packetsRetransmitted() : null);
        wire.put("lost", known ? stats.packetsLost() : null);
        wire.put("spurious", known ? stats.packetsSpurious() : null);
        wire.put("duplicate", known ? stats.packetsDuplicate() : null);
        wire.put("discarded", known ? stats.packetsDiscarded() : null);
        wire.put("repair_symbols", 0);
        wire.put("ecn_ce", null);
        wire.put("overhead_ratio", known && movedBytes > 0 ? (double) (wireBytes - movedBytes) / movedBytes : null);
        return wire;
    }

    private Map<String, Object> grams(TransferReport report, ConnectionStats stats) {
        Map<String, Object> latency = new LinkedHashMap<>();
        for (String key : List.of("p50", "p90", "p99", "p999", "max")) {
            latency.put(key, latencies.get(key));
        }
        Map<String, Object> grams = new LinkedHashMap<>();
        grams.put(role.equals("sender") ? "sent" : "delivered", stats == null ? null : report.gramCount());
        grams.put("descriptors", stats == null ? null : report.descriptorCount());
        grams.put("latency_us", latency);
        return grams;
    }

    private static Map<String, Object> rtt(ConnectionStats stats, Map<String, Object> roundTrips) {
        Map<String, Object> rtt = new LinkedHashMap<>();
        rtt.put("min", stats == null || stats.rttNsMin() == 0 ? null : stats.rttNsMin() / 1_000.0);
        for (String key : List.of("p50", "p99", "max")) {
            rtt.put(key, roundTrips.get(key));
        }
        return rtt;
    }

    private static void putUsage(Map<String, Object> summary, long bytes) {
        ResourceUsage usage = HostFacts.usage();
        Map<String, Object> cpu = new LinkedHashMap<>();
        cpu.put("user", usage == null ? null : usage.userCpuNs() / NS_PER_SECOND);
        cpu.put("system", usage == null ? null : usage.systemCpuNs() / NS_PER_SECOND);
        summary.put("cpu_s", cpu);
        boolean perGib = usage != null && bytes > 0;
        summary.put("cpu_s_per_gib", perGib ? usage.cpuNs() / NS_PER_SECOND / (bytes / GIB) : null);
        summary.put("rss_max_bytes", usage == null ? null : usage.residentBytesMax());
    }

    private static List<Map<String, Object>> files(List<FileReport> reports) {
        List<Map<String, Object>> files = new ArrayList<>(reports.size());
        for (FileReport report : reports) {
            Map<String, Object> file = new LinkedHashMap<>();
            file.put("path", report.path());
            file.put("bytes", report.bytes());
            file.put("digest", report.digest());
            file.put("status", report.status().name().toLowerCase(Locale.ROOT));
            files.add(file);
        }
        return files;
    }
}
