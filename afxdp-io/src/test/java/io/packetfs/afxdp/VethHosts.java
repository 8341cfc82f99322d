package io.packetfs.afxdp;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.linux.Linux;
import io.packetfs.linux.NetworkDevices.NetworkDevice;
import io.packetfs.linux.ProcessCapability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Two network namespaces joined by a veth pair, for the length of a test. Both ends have an address of each family. */
final class VethHosts implements AutoCloseable {
    /** One end. */
    enum Host {
        A("a", 1),
        B("b", 2);

        final String suffix;
        final int number;

        Host(String suffix, int number) {
            this.suffix = suffix;
            this.number = number;
        }
    }

    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final int INSIDE_SECONDS_MAX = 30;

    private final String prefix = "xe" + ProcessHandle.current().pid() + "x" + NEXT.getAndIncrement();

    private VethHosts() {}

    /** Skips the test, and says why, where namespaces or AF_XDP are not to be had. */
    static void assumePossible() {
        assumeTrue(Linux.isAvailable(), () -> "skipped: " + Linux.unavailabilityCause());
        assumeTrue(AfXdp.isAvailable(), () -> "skipped: " + AfXdp.unavailabilityCause());
        assumeTrue(
                ProcessCapability.effective().contains(ProcessCapability.CAP_SYS_ADMIN),
                "skipped: namespaces take CAP_SYS_ADMIN; root has it");
        assumeTrue(
                Files.isExecutable(Path.of("/usr/sbin/ip")) || Files.isExecutable(Path.of("/sbin/ip")),
                "skipped: no ip");
    }

    static VethHosts open(int mtuBytes, int queueCount) {
        assumePossible();
        VethHosts hosts = new VethHosts();
        try {
            for (Host host : Host.values()) {
                run("ip", "netns", "add", hosts.namespace(host));
            }
            String queues = Integer.toString(queueCount);
            run(
                    "ip",
                    "-n",
                    hosts.namespace(Host.A),
                    "link",
                    "add",
                    hosts.device(Host.A),
                    "numrxqueues",
                    queues,
                    "numtxqueues",
                    queues,
                    "type",
                    "veth",
                    "peer",
                    "name",
                    hosts.device(Host.B),
                    "numrxqueues",
                    queues,
                    "numtxqueues",
                    queues,
                    "netns",
                    hosts.namespace(Host.B));
            for (Host host : Host.values()) {
                hosts.setUp(host, mtuBytes);
            }
            return hosts;
        } catch (Throwable e) {
            hosts.close();
            throw e;
        }
    }

    static VethHosts open() {
        return open(1500, 1);
    }

    private void setUp(Host host, int mtuBytes) {
        ip(host, "link", "set", device(host), "addrgenmode", "none");
        ip(host, "address", "add", ipv4(host).getHostAddress() + "/24", "dev", device(host));
        ip(host, "-6", "address", "add", ipv6(host).getHostAddress() + "/64", "dev", device(host), "nodad");
        ip(host, "link", "set", device(host), "mtu", Integer.toString(mtuBytes), "up");
        ip(host, "link", "set", "lo", "up");
    }

    String namespace(Host host) {
        return prefix + host.suffix;
    }

    String device(Host host) {
        return "xe" + host.suffix;
    }

    InetAddress ipv4(Host host) {
        return address("198.18.5." + host.number);
    }

    InetAddress ipv6(Host host) {
        return address("fd00:5::" + host.number);
    }

    byte[] ethernet(Host host) {
        return inside(host, () -> NetworkInterface.getByName(device(host)).getHardwareAddress());
    }

    NetworkDevice find(Host host) {
        return inside(host, () -> Linux.networkDevices().find(device(host)));
    }

    void ip(Host host, String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip", "-n", namespace(host)));
        command.addAll(List.of(arguments));
        run(command.toArray(String[]::new));
    }

    List<String> command(Host host, List<String> command) {
        List<String> line = new ArrayList<>(List.of("ip", "netns", "exec", namespace(host)));
        line.addAll(command);
        return line;
    }

    /** Runs something on a thread that is in the host's namespace; sockets stay there. */
    <T> T inside(Host host, Callable<T> action) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().name(namespace(host)).daemon().start(() -> {
            try {
                Linux.networkDevices().enterNamespace(Path.of("/run/netns", namespace(host)));
                result.complete(action.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        try {
            T value = result.get(INSIDE_SECONDS_MAX, TimeUnit.SECONDS);
            thread.join();
            return value;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException exception) {
                throw exception;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        for (Host host : Host.values()) {
            if (Files.exists(Path.of("/run/netns", namespace(host)))) {
                run("ip", "netns", "delete", namespace(host));
            }
        }
    }

    static String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exitCode = process.waitFor();
            if (exitCode != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + exitCode + ": " + printed);
            }
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
