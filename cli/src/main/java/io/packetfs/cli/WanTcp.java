package io.packetfs.cli;

import io.packetfs.sim.NamespacePair;
import io.packetfs.sim.NamespacePair.Host;
import io.packetfs.transfer.Texts;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The kernel's TCP, driven by iperf3 from memory to memory, not encrypted. Its buffers may grow until they are no limit. */
final class WanTcp implements WanContender {
    private static final File NOWHERE = new File("/dev/null");
    private static final String BUFFER_BYTES = "4096 131072 67108864";
    private static final int ATTEMPTS_MAX = 20;

    /** TCP and IPv4 without and with the time stamps that Linux sends by default. */
    private static final int HEADER_BYTES = 40 + 12;

    /** Under heavy loss the last acknowledgements and the results take their time. */
    private static final long GRACE_NS = 60_000_000_000L;

    private final String name;
    private final String congestion;
    private final Path iperf3;
    private final String port;

    /**
     * @param iperf3 null if this machine has none
     * @param port of its receiver
     */
    WanTcp(String name, String congestion, Path iperf3, int port) {
        this.name = name;
        this.congestion = congestion;
        this.iperf3 = iperf3;
        this.port = Integer.toString(port);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public double payloadShare() {
        return (double) (NamespacePair.MTU_BYTES_DEFAULT - HEADER_BYTES) / NamespacePair.MTU_BYTES_DEFAULT;
    }

    @Override
    public String unavailabilityCause() {
        return KernelTcp.unavailabilityCause(iperf3, congestion);
    }

    @Override
    public WanMeasurement measure(NamespacePair hosts, WanPlan plan, Signals signals) throws CommandException {
        for (Host host : Host.values()) {
            hosts.parameter(host, "net/ipv4/tcp_rmem", BUFFER_BYTES);
            hosts.parameter(host, "net/ipv4/tcp_wmem", BUFFER_BYTES);
        }
        String address = hosts.address(Host.B).getHostAddress();
        String program = iperf3.toString();
        List<String> serve = List.of(program, "-s", "-1", "-J", "-B", address, "-p", port);
        try (TemporaryFolder folder = TemporaryFolder.make(null, 0);
                Child server = start("iperf3 server", hosts.command(Host.B, serve), NOWHERE)) {
            Path json = folder.file("client.json");
            for (int i = 0; i < ATTEMPTS_MAX && server.isRunning(); i++) {
                runClient(hosts, plan, signals, json);
                Map<String, Object> result = JsonFile.parse(Files.readString(json));
                if (result.get("error") == null) {
                    return measurement(hosts, plan, result);
                }
                // Most likely the server does not listen yet.
                server.pause(signals);
            }
            throw failed("no result: " + Files.readString(json));
        } catch (IOException e) {
            throw failed(Texts.reason(e));
        }
    }

    private void runClient(NamespacePair hosts, WanPlan plan, Signals signals, Path json) throws CommandException {
        String address = hosts.address(Host.B).getHostAddress();
        String seconds = Integer.toString(plan.totalSeconds());
        List<String> ask = List.of(
                iperf3.toString(),
                "-c",
                address,
                "-p",
                port,
                "-C",
                congestion,
                "-t",
                seconds,
                "-J",
                "--get-server-output");
        try (Child client = start("iperf3 client", hosts.command(Host.A, ask), json.toFile())) {
            long deadlineNs = System.nanoTime() + plan.totalSeconds() * 1_000_000_000L + GRACE_NS;
            while (client.isRunning()) {
                client.pause(signals);
                if (System.nanoTime() - deadlineNs > 0) {
                    throw failed("no end in sight");
                }
            }
        }
    }

    /** From what the server saw, second by second. */
    private static WanMeasurement measurement(NamespacePair hosts, WanPlan plan, Map<String, Object> result)
            throws CommandException {
        double steadySeconds = 0;
        double steadyBytes = 0;
        double bytes = 0;
        if (at(result, "server_output_json", "intervals") instanceof List<?> intervals) {
            for (Object interval : intervals) {
                double start = number(at(interval, "sum", "start"));
                double intervalBytes = number(at(interval, "sum", "bytes"));
                bytes += intervalBytes;
                if (start >= plan.warmUpSeconds() - 0.5 && start < plan.warmUpSeconds() + plan.seconds() - 0.5) {
                    steadySeconds += number(at(interval, "sum", "seconds"));
                    steadyBytes += intervalBytes;
                }
            }
        }
        if (steadySeconds == 0 || bytes == 0) {
            throw failed("the server told of nothing");
        }
        return new WanMeasurement(
                steadyBytes * 8 / steadySeconds,
                (long) bytes,
                WanContender.wireBytes(hosts),
                WanContender.wirePackets(hosts),
                (long) number(at(result, "end", "sum_sent", "retransmits")),
                null);
    }

    private static Object at(Object tree, String... keys) {
        Object value = tree;
        for (String key : keys) {
            value = value instanceof Map<?, ?> map ? map.get(key) : null;
        }
        return value;
    }

    private static double number(Object value) {
        return value instanceof Number number ? number.doubleValue() : 0;
    }

    private static Child start(String name, List<String> commandLine, File output) throws CommandException {
        return Child.start(name, commandLine, output, ProcessBuilder.Redirect.DISCARD);
    }

    private static CommandException failed(String how) {
        return new CommandException(ExitCode.INTERNAL, "iperf3", "iperf3: " + how);
    }
}
