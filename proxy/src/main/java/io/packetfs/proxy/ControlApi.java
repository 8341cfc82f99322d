package io.packetfs.proxy;

import com.fasterxml.jackson.jr.ob.JSON;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Toxiproxy's HTTP API over an {@link ImpairmentProxy}: reads requests, leaves the work to {@link ApiRoutes}, writes answers. Errors are
 * JSON objects with {@code error} and {@code status}. What a browser sends is refused, as any page could send it.
 *
 * <p>Requests run on virtual threads. Limits: {@link #BODY_BYTES_MAX}, {@link #CONNECTIONS_MAX}, {@link #REQUEST_S_MAX}.
 */
public final class ControlApi implements AutoCloseable {
    /** Toxiproxy's port. */
    public static final int PORT_DEFAULT = 8474;

    public static final int BODY_BYTES_MAX = 1 << 20;
    public static final int CONNECTIONS_MAX = 200;
    /** Seconds that a client may take to send its request. */
    public static final int REQUEST_S_MAX = 15;

    private static final int BACKLOG = 64;
    private static final long STOP_S_MAX = 5;
    private static final int NO_BODY = -1;
    private static final int NO_CONTENT = 204;

    private final HttpServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final ApiRoutes routes;

    private ControlApi(HttpServer server, ApiRoutes routes) {
        this.server = server;
        this.routes = routes;
    }

    /**
     * Begins to answer.
     *
     * @param address where; port 0 for any free one
     * @param version what {@code /version} answers
     * @throws IOException if the address cannot be bound
     */
    public static ControlApi start(ImpairmentProxy proxy, InetSocketAddress address, String version)
            throws IOException {
        limitServers();
        ControlApi api = new ControlApi(HttpServer.create(address, BACKLOG), new ApiRoutes(proxy, version));
        api.server.createContext("/", api::onRequest);
        api.server.setExecutor(api.executor);
        api.server.start();
        return api;
    }

    /** Where it answers. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdown();
        try {
            executor.awaitTermination(STOP_S_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The JDK's server takes its limits from properties only, once, when the first is made. Whoever has set one knows better. */
    private static void limitServers() {
        for (Map.Entry<String, String> limit : Map.of(
                        "jdk.httpserver.maxConnections", Integer.toString(CONNECTIONS_MAX),
                        "sun.net.httpserver.maxReqTime", Integer.toString(REQUEST_S_MAX),
                        // Head and body leave in two writes; the second would wait for the client's delayed
                        // acknowledgement.
                        "sun.net.httpserver.nodelay", "true")
                .entrySet()) {
            if (System.getProperty(limit.getKey()) == null) {
                System.setProperty(limit.getKey(), limit.getValue());
            }
        }
    }

    private void onRequest(HttpExchange exchange) throws IOException {
        try (exchange) {
            ApiAnswer answer;
            try {
                refuseBrowsers(exchange);
                answer = routes.answer(exchange.getRequestMethod(), path(exchange), body(exchange));
            } catch (ProxyException e) {
                answer = new ApiAnswer(e.status(), ApiTrees.error(e));
            }
            send(exchange, answer);
        }
    }

    private static void refuseBrowsers(HttpExchange exchange) throws ProxyException {
        String agent = exchange.getRequestHeaders().getFirst("User-Agent");
        if (exchange.getRequestHeaders().containsKey("Origin") || (agent != null && agent.startsWith("Mozilla/"))) {
            throw new ProxyException(ProxyException.FORBIDDEN, "browsers are not allowed here");
        }
    }

    /** The parts of the path, decoded. */
    private static List<String> path(HttpExchange exchange) throws ProxyException {
        try {
            return Arrays.stream(exchange.getRequestURI().getRawPath().split("/"))
                    .filter(part -> !part.isEmpty())
                    .map(part -> URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new ProxyException(ProxyException.BAD, "the path is not well-formed");
        }
    }

    private static String body(HttpExchange exchange) throws IOException, ProxyException {
        byte[] bytes = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX + 1);
        if (bytes.length > BODY_BYTES_MAX) {
            throw new ProxyException(
                    ProxyException.TOO_LARGE, "the request is longer than " + BODY_BYTES_MAX + " bytes");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void send(HttpExchange exchange, ApiAnswer answer) throws IOException {
        if (answer.status() == NO_CONTENT) {
            exchange.sendResponseHeaders(NO_CONTENT, NO_BODY);
            return;
        }
        boolean plain = answer.content() instanceof String;
        byte[] bytes = (plain ? (String) answer.content() : JSON.std.asString(answer.content()) + "\n")
                .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", plain ? Metrics.CONTENT_TYPE : "application/json");
        exchange.sendResponseHeaders(answer.status(), bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /**
     * What to answer.
     *
     * @param content a tree for JSON, or text as it is; null with 204
     */
    record ApiAnswer(int status, Object content) {}
}
