package io.packetfs.cli;

import io.packetfs.linux.HostInfo;
import io.packetfs.linux.Linux;
import io.packetfs.linux.ResourceUsage;
import java.util.LinkedHashMap;
import java.util.Map;

/** What reports say of the machine and of what this process has used. */
public final class HostFacts {
    private HostFacts() {}

    /**
     * The machine.
     *
     * @param io the transport in use; null if none was opened
     */
    public static Map<String, Object> host(String io) {
        HostInfo info = HostInfo.read();
        Map<String, Object> host = new LinkedHashMap<>();
        host.put("cpu", info.cpuModel().orElse(null));
        host.put("cores", info.cpuCount());
        host.put("kernel", info.kernelRelease().orElse(null));
        host.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
        host.put("io", io);
        return host;
    }

    /** What this process has used so far; null where the kernel cannot be asked. */
    static ResourceUsage usage() {
        return Linux.isAvailable() ? Linux.scheduling().processUsage() : null;
    }
}
