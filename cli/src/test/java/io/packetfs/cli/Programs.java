package io.packetfs.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** This program as processes of their own, over loopback. */
final class Programs implements AutoCloseable {
    private static final long TIMEOUT_S = 60;

    private final Path folder;
    private final List<Process> started = new ArrayList<>();
    private int count;

    Programs(Path folder) {
        this.folder = folder;
    }

    /** A process, and where it writes what. */
    record Program(Process process, Path json, Path out, Path err) {
        int exitCode() throws InterruptedException {
            if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
                throw new AssertionError("still running: " + process.info());
            }
            return process.exitValue();
        }

        Map<String, Object> summary() throws IOException {
            return JsonFile.parse(Files.readString(json));
        }

        String errText() throws IOException {
            return Files.readString(err);
        }

        /** The error of the summary. */
        String errorMessage() throws IOException {
            return summary().get("error") instanceof Map<?, ?> error
                    ? error.get("message").toString()
                    : "";
        }

        void signal(String name) throws IOException, InterruptedException {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        }
    }

    /** Of a command such as {@code send} or {@code bench wan}. */
    Program start(String command, String... arguments) throws IOException {
        return start(List.of(), null, command, arguments);
    }

    /** With a command before it, such as {@code unshare}, and standard input from a file. */
    Program start(List<String> before, Path input, String command, String... arguments) throws IOException {
        String id = command + count++;
        Path json = folder.resolve(id + ".json");
        Path out = folder.resolve(id + ".out");
        Path err = folder.resolve(id + ".err");
        List<String> line = new ArrayList<>(before);
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        line.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path")));
        line.add(PfsUdp.class.getName());
        line.addAll(List.of(command.split(" ", -1)));
        line.addAll(List.of("--json", json.toString()));
        line.addAll(Arrays.asList(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.redirectInput(input == null ? Path.of("/dev/null").toFile() : input.toFile());
        Process process = builder.start();
        started.add(process);
        return new Program(process, json, out, err);
    }

    /** Starts a receiver on loopback; its ticket comes from {@link #ticket}. */
    Program receive(Path ticketFile, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("--listen", "127.0.0.1:0", "--ticket-file", ticketFile.toString()));
        all.addAll(Arrays.asList(arguments));
        return start("recv", all.toArray(String[]::new));
    }

    static String ticket(Path file) throws IOException, InterruptedException {
        for (int i = 0; i < TIMEOUT_S * 20; i++) {
            if (Files.exists(file)) {
                return Files.readString(file).strip();
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        throw new AssertionError("no ticket in " + file);
    }

    @Override
    public void close() {
        started.forEach(Process::destroyForcibly);
    }
}
