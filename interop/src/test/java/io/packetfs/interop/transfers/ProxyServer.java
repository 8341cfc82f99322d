package io.packetfs.interop.transfers;

import static org.assertj.core.api.Assertions.assertThat;

import eu.rekawek.toxiproxy.Proxy;
import eu.rekawek.toxiproxy.ToxiproxyClient;
import io.packetfs.proxy.ControlApi;
import io.packetfs.proxy.ImpairmentProxy;
import io.packetfs.proxy.ProxyLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A proxy server and its client: this project's own in this process, or, for TCP, the Toxiproxy at {@code TOXIPROXY_URL} if that is set,
 * such as {@code http://127.0.0.1:8474}. Proxies are removed when it is closed.
 */
final class ProxyServer implements AutoCloseable {
    private static final String URL_VARIABLE = "TOXIPROXY_URL";
    private static final AtomicInteger NAMES = new AtomicInteger();

    private final ImpairmentProxy owner;
    private final ControlApi api;
    private final URI uri;
    private final HttpClient http = HttpClient.newHttpClient();
    private final ToxiproxyClient client;
    private final Proxy proxy;

    private ProxyServer(ImpairmentProxy owner, ControlApi api, URI uri, String upstream) throws IOException {
        this.owner = owner;
        this.api = api;
        this.uri = uri;
        client = new ToxiproxyClient(uri.getHost(), uri.getPort());
        proxy = client.createProxy(
                "transfers-" + ProcessHandle.current().pid() + "-" + NAMES.incrementAndGet(), "127.0.0.1:0", upstream);
    }

    /** This project's own, with one proxy for UDP. */
    static ProxyServer forUdp(InetSocketAddress upstream, long seed) throws IOException {
        return own("udp://127.0.0.1:" + upstream.getPort(), seed);
    }

    /** This project's own or the one that is named, with one proxy for TCP. */
    static ProxyServer forTcp(InetSocketAddress upstream) throws IOException {
        String to = "127.0.0.1:" + upstream.getPort();
        String url = System.getenv(URL_VARIABLE);
        return url == null ? own(to, 1) : new ProxyServer(null, null, URI.create(url), to);
    }

    /** Where to connect to. */
    InetSocketAddress address() {
        String listen = proxy.getListen();
        return new InetSocketAddress(
                InetAddress.ofLiteral("127.0.0.1"), Integer.parseInt(listen.substring(listen.lastIndexOf(':') + 1)));
    }

    Proxy proxy() {
        return proxy;
    }

    /** Removes every toxic of this proxy, also those that Toxiproxy does not have. */
    void removeToxics() throws IOException {
        if (owner != null) {
            client.reset();
        } else {
            for (var toxic : proxy.toxics().getAll()) {
                toxic.remove();
            }
        }
    }

    /** Adds what toxiproxy-java has no class for. */
    void add(String json) {
        String answer = call("POST", "/proxies/" + proxy.getName() + "/toxics", json);
        assertThat(answer).contains("\"toxicity\"");
    }

    /** The sum over both directions of what was counted of datagrams. */
    long datagrams(String event) {
        return call("GET", "/metrics", "")
                .lines()
                .filter(line -> line.startsWith("pfs_proxy_datagrams_total{"))
                .filter(line -> line.contains("event=\"" + event + "\""))
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Override
    public void close() {
        try {
            proxy.delete();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            http.close();
            if (owner != null) {
                api.close();
                owner.close();
                assertThat(owner.connectionCount()).isZero();
                assertThat(owner.bytesHeld()).isZero();
            }
        }
    }

    private static ProxyServer own(String upstream, long seed) throws IOException {
        ImpairmentProxy owner = ImpairmentProxy.start(ProxyLimits.DEFAULT, seed);
        ControlApi api = ControlApi.start(owner, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "test");
        return new ProxyServer(
                owner, api, URI.create("http://127.0.0.1:" + api.address().getPort()), upstream);
    }

    private String call(String method, String path, String body) {
        try {
            HttpRequest request = HttpRequest.newBuilder(uri.resolve(path))
                    .method(method, HttpRequest.BodyPublishers.ofString(body))
                    .build();
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
