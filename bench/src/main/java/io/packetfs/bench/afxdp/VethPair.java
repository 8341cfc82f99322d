package io.packetfs.bench.afxdp;

import io.packetfs.cli.CommandException;
import io.packetfs.cli.ExitCode;
import io.packetfs.linux.Linux;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Two network namespaces and a pair of virtual devices between them, on which every datagram is a frame of its own: what a sender hands
 * over in one piece is cut before it crosses. Removed when closed.
 */
final class VethPair implements AutoCloseable {
    static final String DEVICE = "port0";

    private final String prefix = "pfs-xdp-" + ProcessHandle.current().pid() + "-";

    private VethPair() {}

    static VethPair open(int mtuBytes) throws CommandException {
        VethPair pair = new VethPair();
        String a = pair.prefix + "0";
        String b = pair.prefix + "1";
        StringBuilder script = new StringBuilder("set -e; ip netns add " + a + "; ip netns add " + b + "; ");
        script.append("ip -n " + a + " link add " + DEVICE + " mtu " + mtuBytes + " type veth peer name " + DEVICE
                + " mtu " + mtuBytes + " netns " + b + "; ");
        for (int end = 0; end < 2; end++) {
            String ip = "ip -n " + pair.prefix + end + " ";
            script.append(ip + "link set lo up; " + ip + "link set " + DEVICE + " gso_max_segs 1 up; ");
            script.append(ip + "addr add 198.18.0." + (end + 1) + "/24 dev " + DEVICE + "; ");
        }
        try {
            run(script.toString());
            for (int end = 0; end < 2; end++) {
                boolean ignored = pair.in(end, () -> {
                    Linux.networkDevices().mergeOnReceive(DEVICE, true);
                    return true;
                });
            }
            return pair;
        } catch (CommandException | RuntimeException e) {
            pair.close();
            throw e;
        }
    }

    static InetSocketAddress address(int end) {
        return new InetSocketAddress(InetAddress.ofLiteral("198.18.0." + (end + 1)), 0);
    }

    /** Runs at one end, 0 or 1; sockets that are opened stay there. */
    <T> T in(int end, Callable<T> action) {
        FutureTask<T> task = new FutureTask<>(() -> {
            Linux.networkDevices().enterNamespace(Path.of("/run/netns/" + prefix + end));
            return action.call();
        });
        try {
            Thread.ofPlatform().name("pfs-namespace").start(task).join();
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

    @Override
    public void close() {
        try {
            run("ip netns del " + prefix + "0 2>/dev/null; ip netns del " + prefix + "1 2>/dev/null; true");
        } catch (CommandException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void run(String script) throws CommandException {
        String output;
        boolean ok;
        try {
            Process process = new ProcessBuilder("sh", "-c", script)
                    .redirectErrorStream(true)
                    .start();
            output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            ok = process.waitFor() == 0;
        } catch (IOException e) {
            throw new CommandException(ExitCode.UNAVAILABLE, "no_namespaces", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.INTERNAL, "interrupted", "interrupted while ip ran");
        }
        if (!ok) {
            throw new CommandException(
                    ExitCode.UNAVAILABLE, "no_namespaces", "cannot make network namespaces: " + output.strip());
        }
    }
}
