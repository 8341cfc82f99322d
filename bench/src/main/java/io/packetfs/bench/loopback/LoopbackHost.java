package io.packetfs.bench.loopback;

import io.packetfs.cli.HostFacts;
import io.packetfs.linux.HostInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What of the machine bears upon throughput over loopback. */
public final class LoopbackHost {
    private static final Path SYSCTL = Path.of("/proc/sys");

    private LoopbackHost() {}

    public static Map<String, Object> tree() {
        Map<String, Object> host = HostFacts.host(null);
        HostInfo info = HostInfo.read();
        host.put(
                "memory_bytes",
                info.memoryBytes().isPresent() ? info.memoryBytes().getAsLong() : null);
        host.put("rmem_max_bytes", number("net/core/rmem_max"));
        host.put("wmem_max_bytes", number("net/core/wmem_max"));
        host.put("tcp_congestion", text("net/ipv4/tcp_congestion_control"));
        return host;
    }

    /** For people, in a line. */
    public static String line(Map<String, Object> host) {
        return host.get("cpu") + ", " + host.get("cores") + " cores, "
                + (host.get("memory_bytes") instanceof Long bytes ? (bytes >> 30) + " GiB, " : "")
                + "Linux " + host.get("kernel") + ", " + host.get("java")
                + ", rmem_max " + host.get("rmem_max_bytes") + ", wmem_max " + host.get("wmem_max_bytes")
                + ", TCP " + host.get("tcp_congestion");
    }

    private static Long number(String name) {
        String text = text(name);
        return text == null ? null : Long.valueOf(text);
    }

    private static String text(String name) {
        try {
            return Files.readString(SYSCTL.resolve(name)).strip();
        } catch (IOException e) {
            return null;
        }
    }
}
