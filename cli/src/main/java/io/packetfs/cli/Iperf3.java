package io.packetfs.cli;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The program iperf3, if this machine has it: plain TCP over loopback, from memory to memory. */
final class Iperf3 {
    private static final String SECONDS = "3";
    private static final long TIMEOUT_S = 30;
    private static final long SERVER_START_MS = 300;

    private final Path program;

    private Iperf3(Path program) {
        this.program = program;
    }

    /** Null if it is not on the path. */
    static Iperf3 find() {
        String path = System.getenv("PATH");
        if (path == null) {
            return null;
        }
        for (String folder : path.split(File.pathSeparator, -1)) {
            Path program = Path.of(folder.isEmpty() ? "." : folder, "iperf3");
            if (Files.isExecutable(program)) {
                return new Iperf3(program);
            }
        }
        return null;
    }

    Path program() {
        return program;
    }

    /** Runs a server and a client once. */
    double measureBitsPerSecond() throws CommandException {
        Process server = null;
        try {
            String port = Integer.toString(freePort());
            server = new ProcessBuilder(program.toString(), "-s", "-1", "-B", "127.0.0.1", "-p", port)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            server.waitFor(SERVER_START_MS, TimeUnit.MILLISECONDS);
            Process client = new ProcessBuilder(program.toString(), "-c", "127.0.0.1", "-p", port, "-t", SECONDS, "-J")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String json = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!client.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
                client.destroyForcibly();
            }
            return receivedBitsPerSecond(JsonFile.parse(json));
        } catch (IOException e) {
            throw new CommandException(ExitCode.INTERNAL, "iperf3", "iperf3 failed: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.INTERNAL, "interrupted", "interrupted");
        } finally {
            if (server != null) {
                server.destroy();
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static double receivedBitsPerSecond(Map<String, Object> json) throws CommandException {
        if (json.get("end") instanceof Map<?, ?> end
                && end.get("sum_received") instanceof Map<?, ?> received
                && received.get("bits_per_second") instanceof Number rate) {
            return rate.doubleValue();
        }
        throw new CommandException(ExitCode.INTERNAL, "iperf3", "iperf3 gave no result: " + json.get("error"));
    }
}
