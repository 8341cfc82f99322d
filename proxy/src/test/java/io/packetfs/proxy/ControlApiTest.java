package io.packetfs.proxy;

import static eu.rekawek.toxiproxy.model.ToxicDirection.DOWNSTREAM;
import static eu.rekawek.toxiproxy.model.ToxicDirection.UPSTREAM;
import static io.packetfs.proxy.ProxyFixture.connect;
import static io.packetfs.proxy.ProxyFixture.roundTripMs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.jr.ob.JSON;
import eu.rekawek.toxiproxy.Proxy;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The API as toxiproxy-java and as bare HTTP clients see it. */
class ControlApiTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private ProxyFixture fixture;

    @BeforeEach
    void start() throws IOException {
        fixture = new ProxyFixture(new ProxyLimits(5, 3, 4, 1 << 20, 1 << 22), 1);
    }

    @AfterEach
    void stop() throws IOException {
        fixture.close();
    }

    @Test
    void aProxyIsMadeListedMovedDisabledAndDeleted() throws IOException {
        Proxy proxy = fixture.echoProxy();
        assertThat(proxy.isEnabled()).isTrue();
        assertThat(proxy.getListen()).matches("127\\.0\\.0\\.1:[1-9][0-9]*");
        assertThat(fixture.client.version()).contains("test");
        assertThat(fixture.client.getProxies()).extracting(Proxy::getName).containsExactly("echo-1");
        assertThat(fixture.client.getProxyOrNull("none")).isNull();

        try (Socket socket = connect(proxy)) {
            roundTripMs(socket);
            proxy.disable();
            assertThat(proxy.isEnabled()).isFalse();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        assertThatThrownBy(() -> connect(proxy)).isInstanceOf(ConnectException.class);
        String before = proxy.getListen();
        proxy.enable();
        assertThat(proxy.getListen()).isEqualTo(before);
        try (Socket socket = connect(proxy)) {
            roundTripMs(socket);
        }

        try (ServerSocket other = new ServerSocket(0)) {
            proxy.setUpstream("localhost:" + other.getLocalPort());
            try (Socket socket = connect(proxy);
                    Socket accepted = other.accept()) {
                socket.getOutputStream().write(9);
                assertThat(accepted.getInputStream().read()).isEqualTo(9);
            }
        }
        proxy.setListen("localhost:0");
        assertThat(proxy.getListen()).isNotEqualTo(before);

        proxy.delete();
        assertThat(fixture.client.getProxies()).isEmpty();
        assertThatThrownBy(() -> connect(proxy)).isInstanceOf(ConnectException.class);
    }

    @Test
    void resetEnablesProxiesAndRemovesToxics() throws IOException {
        Proxy proxy = fixture.echoProxy();
        proxy.toxics().latency("l", UPSTREAM, 10);
        proxy.toxics().limitData("d", DOWNSTREAM, 10);
        assertThat(proxy.toxics().getAll()).hasSize(2);
        proxy.disable();

        fixture.client.reset();

        assertThat(fixture.client.getProxy("echo-1").isEnabled()).isTrue();
        assertThat(proxy.toxics().getAll()).isEmpty();
    }

    @Test
    void aToxicHasDefaultsAndIsChangedInParts() throws Exception {
        fixture.echoProxy();
        Map<String, Object> made = object(call("POST", "/proxies/echo-1/toxics", "{\"type\":\"latency\"}", 200));
        assertThat(made)
                .containsEntry("name", "latency_downstream")
                .containsEntry("stream", "downstream")
                .containsEntry("toxicity", 1.0)
                .containsEntry("attributes", Map.of("latency", 0, "jitter", 0));
        String path = "/proxies/echo-1/toxics/latency_downstream";
        call("PATCH", path, "{\"attributes\":{\"latency\":7}}", 200);
        call("POST", path, "{\"attributes\":{\"jitter\":3},\"toxicity\":0.5,\"name\":\"ignored\"}", 200);
        assertThat(object(call("GET", path, "", 200)))
                .containsEntry("toxicity", 0.5)
                .containsEntry("attributes", Map.of("latency", 7, "jitter", 3));
        call("DELETE", path, "", 204);
        call("DELETE", path, "", 404);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET    | /proxies/none                  |                                                        | 404
            POST   | /proxies/none/toxics           | {"type":"latency"}                                     | 404
            GET    | /proxies/echo-1/toxics/none    |                                                        | 404
            GET    | /nothing                       |                                                        | 404
            GET    | /proxies/echo-1/toxics/l/x     |                                                        | 404
            PUT    | /proxies                       | {}                                                     | 405
            GET    | /reset                         |                                                        | 405
            POST   | /proxies                       | {"name":"echo-1","upstream":"a:1"}                     | 409
            POST   | /proxies/echo-1/toxics         | {"type":"latency","name":"l"}                          | 409
            POST   | /proxies                       |                                                        | 400
            POST   | /proxies                       | {"name"                                                | 400
            POST   | /proxies                       | []                                                     | 400
            POST   | /proxies                       | {"name":"x","name":"y","upstream":"a:1"}               | 400
            POST   | /proxies                       | {"upstream":"a:1"}                                     | 400
            POST   | /proxies                       | {"name":"x"}                                           | 400
            POST   | /proxies                       | {"name":"a/b","upstream":"a:1"}                        | 400
            POST   | /proxies                       | {"name":7,"upstream":"a:1"}                            | 400
            POST   | /proxies                       | {"name":"x","upstream":"a"}                            | 400
            POST   | /proxies                       | {"name":"x","upstream":"a:70000"}                      | 400
            POST   | /proxies                       | {"name":"x","upstream":"udp://a"}                      | 400
            POST   | /proxies                       | {"name":"x","upstream":"a:1","protocol":"sctp"}        | 400
            POST   | /proxies                       | {"name":"x","upstream":"a:1","enabled":"yes"}          | 400
            POST   | /proxies                       | {"name":"x","upstream":"a:1","listen":"192.0.2.1:5"}   | 500
            PATCH  | /proxies/echo-1                | {"listen":"192.0.2.1:5"}                               | 500
            PATCH  | /proxies/echo-1                | {"listen":"5"}                                         | 400
            PATCH  | /proxies/echo-1                | {"enabled":1}                                          | 400
            POST   | /proxies/echo-1/toxics         | {"type":"noise"}                                       | 400
            POST   | /proxies/echo-1/toxics         | {"type":"latency","stream":"sideways"}                 | 400
            POST   | /proxies/echo-1/toxics         | {"type":"latency","toxicity":1.5}                      | 400
            POST   | /proxies/echo-1/toxics         | {"type":"latency","attributes":{"latency":-1}}         | 400
            POST   | /proxies/echo-1/toxics         | {"type":"latency","attributes":{"latency":1.5}}        | 400
            POST   | /proxies/echo-1/toxics         | {"type":"latency","attributes":{"latency":"1"}}        | 400
            POST   | /proxies/echo-1/toxics         | {"type":"latency","attributes":{"latancy":1}}          | 400
            POST   | /proxies/echo-1/toxics         | {"type":"latency","attributes":{"latency":99999999999999999999}} | 400
            POST   | /proxies/echo-1/toxics         | {"type":"slicer"}                                      | 400
            POST   | /proxies/echo-1/toxics         | {"type":"slicer","attributes":{"average_size":5,"size_variation":5}} | 400
            PATCH  | /proxies/echo-1/toxics/l       | {"attributes":{"latency":-5}}                          | 400
            PATCH  | /proxies/echo-1/toxics/l       | {"toxicity":"all"}                                     | 400
            POST   | /populate                      | {}                                                     | 400
            POST   | /populate                      | [{"name":"n","upstream":"a:1"},{"name":"m"}]           | 400
            POST   | /populate                      | [{"name":"n","upstream":"a:1"},{"name":"n","upstream":"a:1"}] | 400
            """)
    void whatCannotBeIsAnsweredWithAJsonErrorAndChangesNothing(String method, String path, String body, int status)
            throws Exception {
        fixture.echoProxy().toxics().latency("l", UPSTREAM, 20);
        String before = call("GET", "/proxies", "", 200);

        Map<String, Object> error = object(call(method, path, body == null ? "" : body, status));

        assertThat(error).containsEntry("status", status);
        assertThat((String) error.get("error")).isNotBlank();
        assertThat(call("GET", "/proxies", "", 200)).isEqualTo(before);
        try (Socket socket = connect(fixture.client.getProxy("echo-1"))) {
            assertThat(roundTripMs(socket)).isGreaterThan(19.0);
        }
    }

    @Test
    void whatIsTooMuchIsRefused() throws Exception {
        Proxy proxy = fixture.echoProxy();
        for (int i = 0; i < 3; i++) {
            proxy.toxics().latency("l" + i, UPSTREAM, 0);
        }
        assertThatThrownBy(() -> proxy.toxics().latency("l3", UPSTREAM, 0)).hasMessageContaining("at most 3 toxics");
        for (int i = 0; i < 4; i++) {
            fixture.echoProxy();
        }
        assertThatThrownBy(fixture::echoProxy).hasMessageContaining("at most 5 proxies");
        call("POST", "/proxies", "{\"name\":\"" + "x".repeat(ControlApi.BODY_BYTES_MAX) + "\"}", 413);
        assertThat(fixture.client.getProxies()).hasSize(5);
    }

    @Test
    void connectionsBeyondTheLimitAreRefusedAndOthersStay() throws IOException {
        Proxy proxy = fixture.echoProxy();
        try (Socket a = connect(proxy);
                Socket b = connect(proxy);
                Socket c = connect(proxy);
                Socket d = connect(proxy)) {
            for (Socket socket : List.of(a, b, c, d)) {
                roundTripMs(socket);
            }
            try (Socket e = connect(proxy)) {
                assertThatThrownBy(() -> roundTripMs(e)).isInstanceOf(Throwable.class);
            }
            assertThat(fixture.owner.connectionsRefused()).isEqualTo(1);
            assertThat(fixture.owner.connectionCount()).isEqualTo(4);
            roundTripMs(a);
        }
    }

    @Test
    void browsersAreRefused() throws Exception {
        HttpRequest.Builder request = request("GET", "/proxies", "");
        assertThat(HTTP.send(request.header("User-Agent", "Mozilla/5.0").build(), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void populateCreatesKeepsAndReplaces() throws Exception {
        Proxy kept = fixture.echoProxy();
        kept.toxics().latency("l", UPSTREAM, 1);
        Proxy moved = fixture.echoProxy();
        moved.toxics().latency("l", UPSTREAM, 1);
        String list = "[{\"name\":\"echo-1\",\"listen\":\"127.0.0.1:0\",\"upstream\":\"" + fixture.echoAddress()
                + "\"},{\"name\":\"echo-2\",\"listen\":\"127.0.0.1:0\",\"upstream\":\"localhost:1\"},"
                + "{\"name\":\"new\",\"upstream\":\"localhost:1\",\"enabled\":false}]";

        assertThat((List<?>) object(call("POST", "/populate", list, 201)).get("proxies"))
                .hasSize(3);

        assertThat(fixture.client.getProxy("echo-1").getListen()).isEqualTo(kept.getListen());
        assertThat(kept.toxics().getAll()).hasSize(1);
        assertThat(fixture.client.getProxy("echo-2").getUpstream()).isEqualTo("localhost:1");
        assertThat(moved.toxics().getAll()).isEmpty();
        assertThat(fixture.client.getProxy("new").isEnabled()).isFalse();
    }

    @Test
    void metricsCountBytesByProxyAndDirection() throws Exception {
        Proxy proxy = fixture.echoProxy();
        try (Socket socket = connect(proxy)) {
            proxy.toxics().timeout("t", DOWNSTREAM, 0);
            socket.getOutputStream().write(new byte[1_000]);
            String labels = "direction=\"%s\",listener=\"" + proxy.getListen() + "\",proxy=\"echo-1\",upstream=\""
                    + fixture.echoAddress() + "\"} %d\n";
            awaitMetric("toxiproxy_proxy_received_bytes_total{" + labels.formatted("upstream", 1_000));
            awaitMetric("toxiproxy_proxy_sent_bytes_total{" + labels.formatted("upstream", 1_000));
            awaitMetric("toxiproxy_proxy_received_bytes_total{" + labels.formatted("downstream", 1_000));
            awaitMetric("toxiproxy_proxy_sent_bytes_total{" + labels.formatted("downstream", 0));
            awaitMetric("pfs_proxy_connections{proxy=\"echo-1\"} 1\n");
        }
    }

    private void awaitMetric(String line) throws Exception {
        for (int i = 0; i < 200 && !call("GET", "/metrics", "", 200).contains(line); i++) {
            Thread.sleep(20);
        }
        assertThat(call("GET", "/metrics", "", 200)).contains(line);
    }

    private String call(String method, String path, String body, int status) throws Exception {
        HttpResponse<String> response = HTTP.send(request(method, path, body).build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return response.body();
    }

    private HttpRequest.Builder request(String method, String path, String body) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + fixture.api.address().getPort() + path))
                .method(method, BodyPublishers.ofString(body));
    }

    private static Map<String, Object> object(String text) throws IOException {
        return JSON.std.mapFrom(text);
    }
}
