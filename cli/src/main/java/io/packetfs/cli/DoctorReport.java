package io.packetfs.cli;

import io.packetfs.afxdp.AfXdp;
import io.packetfs.linux.CgroupLimits;
import io.packetfs.linux.HostInfo;
import io.packetfs.linux.HugePages;
import io.packetfs.linux.KernelProbe;
import io.packetfs.linux.Linux;
import io.packetfs.linux.NetworkSettings;
import io.packetfs.linux.ProcessCapability;
import io.packetfs.protocol.crypto.AeadProvider;
import io.packetfs.protocol.crypto.CipherSuite;
import io.packetfs.protocol.port.DatagramPort;
import io.packetfs.protocol.port.FeatureUnavailableException;
import io.packetfs.protocol.port.Offload;
import io.packetfs.transfer.TransferReport;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Examines the machine, and moves a small file over loopback. Nothing stays changed. */
final class DoctorReport {
    /** How much a finding matters. */
    enum Verdict {
        /** As good as it gets. */
        GOOD,
        /** It works, and could be better. */
        BETTER,
        /** It is not there; things are slower, or fail if they ask for it by name. */
        MISSING
    }

    /**
     * One finding.
     *
     * @param hint what to change; empty if nothing
     */
    record Check(String name, Verdict verdict, String value, String hint) {}

    /** What keeps a gigabit per second apart for 100 ms, in round numbers. */
    private static final int SOCKET_BUFFER_BYTES_WISHED = 16 << 20;

    private static final List<ProcessCapability> AF_XDP_CAPABILITIES =
            List.of(ProcessCapability.CAP_NET_RAW, ProcessCapability.CAP_NET_ADMIN, ProcessCapability.CAP_BPF);

    /** What a port over AF_XDP locks for each queue of a device with the usual MTU. */
    private static final long RING_MEMORY_BYTES = 6 << 20;

    private static final long MEMORY_BYTES_MIN = 1L << 30;

    private final List<Check> checks = new ArrayList<>();

    private DoctorReport() {}

    static List<Check> examine() {
        DoctorReport report = new DoctorReport();
        report.machine();
        report.java();
        report.ciphers();
        report.kernelCalls();
        report.port(
                "UDP by kernel calls",
                PortChoice.Carrier.UDP,
                PortChoice.Io.LINUX,
                "Netty is used, at about twice the processor time");
        report.port(
                "UDP by Netty epoll",
                PortChoice.Carrier.UDP,
                PortChoice.Io.EPOLL,
                "where kernel calls do not work either, the slower NIO is used");
        report.port(
                "TCP by Netty epoll",
                PortChoice.Carrier.TCP,
                PortChoice.Io.EPOLL,
                "the slower NIO is used for --carrier tcp");
        report.afXdp();
        report.socketBuffers();
        report.hugePages();
        report.transfer();
        return report.checks;
    }

    private void machine() {
        HostInfo host = HostInfo.read();
        good("processor", host.cpuModel().orElse("unknown"));
        CgroupLimits limits = CgroupLimits.read();
        String cores = host.cpuCount()
                + limits.cpuCountMax().stream()
                        .mapToObj(max -> ", limited to " + max + " by a control group")
                        .findFirst()
                        .orElse("");
        boolean enough = host.cpuCount() >= 2;
        add("cores", enough, cores, "one core is shared by the agent, the disk and everything else");
        OptionalLong memory = host.memoryAvailableBytes();
        if (memory.isPresent()) {
            boolean roomy = memory.getAsLong() >= MEMORY_BYTES_MIN;
            add("memory available", roomy, Units.bytes(memory.getAsLong()), "less than 1 GiB may make it slow");
        }
        good("kernel", host.operatingSystem() + " " + host.kernelRelease().orElse("of unknown release"));
    }

    private void java() {
        int feature = Runtime.version().feature();
        String value = System.getProperty("java.vm.name") + " " + Runtime.version();
        add("java", feature >= 25, value, "install a JDK 25 or newer");
        String encoding = System.getProperty("sun.jnu.encoding");
        add(
                "file names",
                "UTF-8".equalsIgnoreCase(encoding),
                encoding,
                "names beyond ASCII cannot be written in this locale; set LC_ALL=C.UTF-8");
    }

    private void ciphers() {
        good("AES-256-GCM", "by " + AeadProvider.nameFor(CipherSuite.AES_256_GCM));
    }

    private void kernelCalls() {
        String cause = Linux.unavailabilityCause();
        if (cause != null) {
            missing("kernel calls", cause, "reservation of disk space and the probes below are left out");
            return;
        }
        good("kernel calls", "available");
        KernelProbe probe = Linux.kernelProbe();
        capability("send offload (GSO)", probe.udpSegmentation(), "sending costs about ten times the processor time");
        capability(
                "receive offload (GRO)", probe.udpReceiveMerging(), "receiving costs several times the processor time");
        capability("TUN devices", Linux.tunDevices().capability(), "link and bench wan do not work");
    }

    private void port(String name, PortChoice.Carrier carrier, PortChoice.Io io, String consequence) {
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (DatagramPort port =
                new PortChoice(carrier, true, loopback, io, Offload.AUTO, Offload.AUTO, Optional.empty()).open()) {
            good(name, port.features().carrier());
        } catch (FeatureUnavailableException | UncheckedIOException e) {
            missing(name, e.getMessage(), consequence);
        }
    }

    /** What a port over rings needs, one by one, and whether it all comes together. */
    private void afXdp() {
        if (!Linux.isAvailable()) {
            return;
        }
        String cause = AfXdp.unavailabilityCause();
        String carrier = "AF_XDP (--carrier afxdp)";
        String pinnedCause = AfXdp.unavailabilityCausePinned();
        if (cause == null) {
            good(carrier, "available");
        } else if (pinnedCause == null) {
            add(
                    carrier,
                    false,
                    cause,
                    "with what root's 'pfs-udp afxdp-setup' leaves, --afxdp-pinned works all the same");
        } else {
            missing(carrier, cause, "the kernel's UDP is used, which needs nothing of this");
        }
        Set<ProcessCapability> effective = ProcessCapability.effective();
        List<String> there = new ArrayList<>();
        List<String> lacking = new ArrayList<>();
        for (ProcessCapability needed : AF_XDP_CAPABILITIES) {
            (effective.contains(needed) ? there : lacking).add(needed.name());
        }
        add(
                "capabilities for AF_XDP",
                lacking.isEmpty(),
                there.isEmpty() ? "none" : String.join(", ", there),
                "missing: " + String.join(", ", lacking));
        Optional<String> memory = AfXdp.memoryCause(RING_MEMORY_BYTES);
        add("memory for AF_XDP", memory.isEmpty(), memory.isEmpty() ? "may be locked" : "limited", memory.orElse(""));
    }

    private void socketBuffers() {
        NetworkSettings settings = NetworkSettings.read();
        buffer("receive buffer limit", "net.core.rmem_max", settings.receiveBufferBytesMax());
        buffer("send buffer limit", "net.core.wmem_max", settings.sendBufferBytesMax());
        if (Linux.isAvailable()) {
            KernelProbe.SocketBuffers granted = Linux.kernelProbe().socketBuffers(SOCKET_BUFFER_BYTES_WISHED);
            good(
                    "buffers granted",
                    Units.bytes(granted.receiveBytes()) + " to receive, " + Units.bytes(granted.sendBytes())
                            + " to send" + (granted.limitExceeded() ? ", past the limits by privilege" : ""));
        }
    }

    private void hugePages() {
        HugePages pages = HugePages.read();
        String mode = pages.transparentMode().orElse("unknown");
        add(
                "transparent huge pages",
                !mode.equals("never"),
                mode,
                "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled");
        good(
                "reserved huge pages",
                pages.totalCount().isPresent()
                        ? pages.freeCount().orElse(0) + " of "
                                + pages.totalCount().getAsLong() + " free"
                        : "unknown");
    }

    private void transfer() {
        try {
            TransferReport report = SelfTest.run();
            if (report.failure() == null) {
                good(
                        "transfer over loopback",
                        String.format(
                                Locale.ROOT, "%s in %.2f s", Units.bytes(report.bytes()), report.durationNs() / 1e9));
            } else {
                missing("transfer over loopback", report.failure().message(), "");
            }
        } catch (CommandException e) {
            missing("transfer over loopback", e.getMessage(), "");
        }
    }

    private void buffer(String name, String setting, OptionalLong bytes) {
        if (bytes.isEmpty()) {
            return;
        }
        boolean large = bytes.getAsLong() >= SOCKET_BUFFER_BYTES_WISHED;
        add(
                name,
                large,
                Units.bytes(bytes.getAsLong()),
                "bursts may be lost above some Gbit/s: sysctl -w " + setting + "=" + SOCKET_BUFFER_BYTES_WISHED);
    }

    private void capability(String name, KernelProbe.Capability capability, String consequence) {
        if (capability.available()) {
            good(name, "available");
        } else {
            missing(name, capability.cause(), consequence);
        }
    }

    private void good(String name, String value) {
        checks.add(new Check(name, Verdict.GOOD, value, ""));
    }

    private void missing(String name, String value, String hint) {
        checks.add(new Check(name, Verdict.MISSING, value, hint));
    }

    private void add(String name, boolean good, String value, String hint) {
        checks.add(new Check(name, good ? Verdict.GOOD : Verdict.BETTER, value, good ? "" : hint));
    }
}
