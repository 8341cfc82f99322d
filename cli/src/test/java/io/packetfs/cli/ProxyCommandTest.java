package io.packetfs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command in a JVM of its own, as it listens to signals. */
class ProxyCommandTest {
    private final List<Process> started = new ArrayList<>();

    @TempDir
    private Path folder;

    @AfterEach
    void endAll() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void servesWhatTheFileSaysUntilItIsToldToStop() throws Exception {
        Path json = folder.resolve("proxy.json");
        try (ServerSocket upstream = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Path config = Files.writeString(
                    folder.resolve("config.json"),
                    "[{\"name\":\"db\",\"listen\":\"127.0.0.1:0\",\"upstream\":\"127.0.0.1:" + upstream.getLocalPort()
                            + "\"}]");
            Process proxy = start("--api", ":0", "--config", config.toString(), "--json", json.toString());
            BufferedReader out = proxy.inputReader(StandardCharsets.UTF_8);
            String line = out.readLine();
            assertThat(line).matches("api 127\\.0\\.0\\.1:[1-9][0-9]*");
            Map<String, Object> db = JsonFile.parse(get("http://" + line.substring(4) + "/proxies/db"));
            String listen = (String) db.get("listen");
            try (Socket client = new Socket(
                            InetAddress.getLoopbackAddress(),
                            Integer.parseInt(listen.substring(listen.lastIndexOf(':') + 1)));
                    Socket accepted = upstream.accept()) {
                client.getOutputStream().write(5);
                assertThat(accepted.getInputStream().read()).isEqualTo(5);

                // SIGTERM, the normal way to end it. Process.destroy would close the streams, too.
                proxy.toHandle().destroy();

                assertThat(proxy.waitFor(20, TimeUnit.SECONDS)).isTrue();
                assertThat(proxy.exitValue()).isEqualTo(ExitCode.OK.number());
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(JsonFile.parse(Files.readString(json)))
                    .containsEntry("schema", "pfs-udp.proxy/1")
                    .containsEntry("seed", 1)
                    .containsEntry("connections_refused", 0)
                    .containsKeys("api", "duration_s");
        }
    }

    @Test
    void aFileThatCannotBeIsSaid() throws Exception {
        Path config = Files.writeString(folder.resolve("config.json"), "[{\"name\":\"db\"}]");
        Process proxy = start("--api", "127.0.0.1:0", "--config", config.toString());

        assertThat(proxy.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(proxy.exitValue()).isEqualTo(ExitCode.LOCAL_IO.number());
        assertThat(errors(proxy)).contains("config.json: missing required field: upstream");
    }

    @Test
    void aPortThatIsTakenIsSaid() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Process proxy = start("--api", "127.0.0.1:" + taken.getLocalPort());

            assertThat(proxy.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(proxy.exitValue()).isEqualTo(ExitCode.LOCAL_IO.number());
            assertThat(errors(proxy)).contains("cannot listen on 127.0.0.1:" + taken.getLocalPort());
        }
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-classpath",
                System.getProperty("java.class.path"),
                PfsUdp.class.getName(),
                "proxy"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).start();
        started.add(process);
        return process;
    }

    private static String errors(Process process) throws IOException {
        return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String get(String uri) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.ofString())
                    .body();
        }
    }
}
