package io.packetfs.sim;

import io.packetfs.linux.KernelProbe.Capability;
import io.packetfs.linux.Linux;
import io.packetfs.linux.ProcessCapability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Two hosts on one machine with a rough wire between them: two network namespaces of the kernel, joined by a {@link TunLink}. Processes
 * are started in one of them by {@link #command}. It takes root, and {@code ip} of iproute2. Any thread may call.
 *
 * <p>The namespaces are named after this process. {@link #close} removes them; {@link #open} removes those that a killed process has left.
 */
public final class NamespacePair implements AutoCloseable {
    /** One end of the wire. The addresses are from the network that RFC 2544 sets aside for measuring. */
    public enum Host {
        A("a", "198.18.0.1"),
        B("b", "198.18.0.2");

        private final String suffix;
        private final String address;

        Host(String suffix, String address) {
            this.suffix = suffix;
            this.address = address;
        }
    }

    public static final int MTU_BYTES_DEFAULT = 1_500;

    /** Where {@code ip netns} keeps them. */
    private static final Path NAMESPACES = Path.of("/run/netns");

    private static final String PREFIX = "pfs-udp-";
    private static final Pattern NAME = Pattern.compile(Pattern.quote(PREFIX) + "(\\d+)-\\d+-[ab]");
    private static final AtomicInteger NEXT_NUMBER = new AtomicInteger();

    /** What the kernel may queue at a device before the link reads it: enough that every drop is the link's own decision. */
    private static final int DEVICE_QUEUE_PACKETS = 10_000;

    private final String namePrefix;
    private final TunLink link;

    private NamespacePair(String namePrefix, TunLink link) {
        this.namePrefix = namePrefix;
        this.link = link;
    }

    /** Whether this process can make such pairs. */
    public static Capability capability() {
        if (!Linux.isAvailable()) {
            return new Capability(false, Linux.unavailabilityCause());
        }
        Capability tun = Linux.tunDevices().capability();
        if (!tun.available()) {
            return tun;
        }
        if (!ProcessCapability.effective().contains(ProcessCapability.CAP_SYS_ADMIN)) {
            return new Capability(false, "this process lacks CAP_SYS_ADMIN; root has it");
        }
        try {
            ip("netns", "list");
        } catch (UncheckedIOException e) {
            return new Capability(false, e.getMessage());
        }
        return new Capability(true, "");
    }

    /**
     * Makes the namespaces, with one IPv4 address each, and the wire.
     *
     * @param settings of both directions
     * @param mtuBytes of the devices, 576 to 65,535
     * @throws UncheckedIOException if the kernel or {@code ip} refuses; nothing is left behind then
     */
    public static NamespacePair open(LinkSettings settings, long seed, int mtuBytes) {
        Ranges.check("MTU in bytes", mtuBytes, 576, 65_535);
        removeAbandoned();
        long pid = ProcessHandle.current().pid();
        int number = NEXT_NUMBER.getAndIncrement();
        String namePrefix = PREFIX + pid + "-" + number + "-";
        String devicePrefix = String.format(Locale.ROOT, "pfs%d-%x", pid, number);
        TunLink link = TunLink.start(devicePrefix + "a", devicePrefix + "b", settings, seed);
        NamespacePair pair = new NamespacePair(namePrefix, link);
        try {
            for (Host host : Host.values()) {
                pair.setUp(host, devicePrefix + host.suffix, mtuBytes);
            }
            return pair;
        } catch (RuntimeException e) {
            pair.close();
            throw e;
        }
    }

    public TunLink link() {
        return link;
    }

    /** The host's name as a namespace. */
    public String name(Host host) {
        return namePrefix + host.suffix;
    }

    public Inet4Address address(Host host) {
        try {
            return (Inet4Address) InetAddress.getByName(host.address);
        } catch (UnknownHostException e) {
            throw new AssertionError("a literal address", e);
        }
    }

    /** The command line that runs {@code command} on a host. */
    public List<String> command(Host host, List<String> command) {
        List<String> line = new ArrayList<>(List.of("ip", "netns", "exec", name(host)));
        line.addAll(command);
        return line;
    }

    /**
     * Runs a task of this process on a host, on a thread of its own; what it opens belongs to the host, whichever thread uses it later.
     *
     * @return what the task returned
     */
    public <T> T call(Host host, Supplier<T> task) {
        return Linux.networkNamespaces().call(NAMESPACES.resolve(name(host)), task);
    }

    /**
     * Sets a kernel parameter on one host.
     *
     * @param path below {@code /proc/sys}, such as {@code net/ipv4/tcp_rmem}
     * @throws UncheckedIOException if the kernel refuses
     */
    public void parameter(Host host, String path, String value) {
        run(command(host, List.of("sh", "-c", "printf %s \"$2\" >\"/proc/sys/$1\"", "sh", path, value)));
    }

    /**
     * Ends the wire and removes the namespaces; processes that still run there keep a network without it. Idempotent.
     *
     * @throws UncheckedIOException if the link had failed, or a namespace cannot be removed
     */
    @Override
    public synchronized void close() {
        try {
            link.close();
        } finally {
            List<String> existing = namespaces();
            for (Host host : Host.values()) {
                if (existing.contains(name(host))) {
                    ip("netns", "delete", name(host));
                }
            }
        }
    }

    private void setUp(Host host, String device, int mtuBytes) {
        String name = name(host);
        ip("netns", "add", name);
        ip("link", "set", device, "netns", name);
        if (Files.exists(Path.of("/proc/sys/net/ipv6"))) {
            // Else the hosts look for routers, and the counters tell of packets that nobody asked for.
            ip("-n", name, "link", "set", device, "addrgenmode", "none");
        }
        ip("-n", name, "address", "add", host.address + "/24", "dev", device);
        ip("-n", name, "link", "set", device, "mtu", "" + mtuBytes, "txqueuelen", "" + DEVICE_QUEUE_PACKETS, "up");
        ip("-n", name, "link", "set", "lo", "up");
    }

    private static void removeAbandoned() {
        for (String name : namespaces()) {
            Matcher matcher = NAME.matcher(name);
            if (matcher.matches()
                    && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty()) {
                ip("netns", "delete", name);
            }
        }
    }

    private static List<String> namespaces() {
        // A line may go on with the namespace's id: "pfs-udp-1-0-a (id: 0)".
        return ip("netns", "list").lines().map(line -> line.split(" ", 2)[0]).toList();
    }

    private static String ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private static String run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            int exitCode = process.waitFor();
            if (exitCode != 0) {
                throw new IOException(String.join(" ", command) + ": exit code " + exitCode + ": " + printed);
            }
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted in " + String.join(" ", command)));
        }
    }
}
