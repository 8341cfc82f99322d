package io.packetfs.afxdp.port;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.afxdp.AfXdp;
import io.packetfs.linux.Linux;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Hosts around a switch: network namespaces, each with an end of a veth pair whose other end is in a bridge. Needs root; made once for a
 * test class and removed after it.
 */
final class Spokes {
    static final String DEVICE = "port0";

    private final String prefix;
    private final int count;

    private Spokes(String prefix, int count) {
        this.prefix = prefix;
        this.count = count;
    }

    /** Makes a hub with so many hosts, or skips the test, saying why. */
    static Spokes open(int count, int mtuBytes) throws IOException, InterruptedException {
        assumeTrue(Linux.isAvailable(), Linux.unavailabilityCause());
        assumeTrue(AfXdp.isAvailable(), AfXdp.unavailabilityCause());
        assumeTrue(Files.isWritable(Path.of("/run")), "network namespaces take root");
        Spokes spokes = new Spokes("xf" + ProcessHandle.current().pid() + "h", count);
        StringBuilder script = new StringBuilder("set -e\n");
        script.append("ip netns add %1$s; ip -n %1$s link add hub mtu %2$d type bridge; ip -n %1$s link set hub up\n"
                .formatted(spokes.prefix, mtuBytes));
        for (int i = 1; i <= count; i++) {
            script.append(
                    ("ip netns add %1$s%2$d; ip netns exec %1$s%2$d sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0; "
                                    + "ip -n %1$s link add to%2$d mtu %3$d type veth peer name %4$s mtu %3$d netns %1$s%2$d; "
                                    + "ip -n %1$s link set to%2$d master hub up; ip -n %1$s%2$d link set lo up; ip -n %1$s%2$d link set %4$s up; "
                                    + "ip -n %1$s%2$d addr add 10.77.0.%2$d/24 dev %4$s; ip -n %1$s%2$d addr add fd77::%2$d/64 dev %4$s nodad\n")
                            .formatted(spokes.prefix, i, mtuBytes, DEVICE));
        }
        try {
            spokes.run(script.toString());
        } catch (IOException e) {
            spokes.close();
            throw e;
        }
        return spokes;
    }

    static InetSocketAddress ipv4(int spoke) {
        return new InetSocketAddress(InetAddress.ofLiteral("10.77.0." + spoke), 0);
    }

    static InetSocketAddress ipv6(int spoke) {
        return new InetSocketAddress(InetAddress.ofLiteral("fd77::" + spoke), 0);
    }

    /** Runs in a host's network namespace; sockets that are opened stay there. Hosts count from 1. */
    <T> T in(int spoke, Callable<T> action) {
        FutureTask<T> task = new FutureTask<>(() -> {
            Linux.networkDevices().enterNamespace(Path.of("/run/netns/" + prefix + spoke));
            return action.call();
        });
        try {
            Thread.ofPlatform().start(task).join();
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Runs {@code ip} in a host's namespace. */
    void ip(int spoke, String arguments) throws IOException, InterruptedException {
        run("ip -n " + prefix + spoke + " " + arguments);
    }

    /** Runs {@code ip} where the switch is. */
    void ipAtHub(String arguments) throws IOException, InterruptedException {
        run("ip -n " + prefix + " " + arguments);
    }

    /** Removes it; to be called once, after the test. */
    void close() throws IOException, InterruptedException {
        StringBuilder script = new StringBuilder();
        for (int i = 1; i <= count; i++) {
            script.append("ip netns del ").append(prefix).append(i).append("; ");
        }
        run(script + "ip netns del " + prefix + "; true");
    }

    private void run(String script) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder("sh", "-c", script).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(script + ": " + output);
        }
    }
}
