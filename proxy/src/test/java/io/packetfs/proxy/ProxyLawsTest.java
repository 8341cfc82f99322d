package io.packetfs.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.packetfs.proxy.ControlApi.ApiAnswer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

/** What holds for any toxics and any orders. */
class ProxyLawsTest {
    /** An order to the API, in words that a naive model understands as well. */
    record Order(String kind, String proxy, String toxic, long value) {}

    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void toxicsThatLoseNothingKeepBytesAndOrder(
            @ForAll("harmlessToxics") List<String> toxics, @ForAll @IntRange(min = 1, max = 40_000) int length)
            throws Exception {
        byte[] sent = new byte[length];
        for (int i = 0; i < length; i++) {
            sent[i] = (byte) (i * 31 + i / 251);
        }
        try (ProxyFixture fixture = new ProxyFixture(new ProxyLimits(2, 10, 10, 10_000, 1 << 20), length)) {
            ApiRoutes routes = new ApiRoutes(fixture.owner, "test");
            String name = fixture.echoProxy().getName();
            for (String toxic : toxics) {
                routes.answer("POST", List.of("proxies", name, "toxics"), toxic);
            }
            try (Socket socket = ProxyFixture.connect(fixture.client.getProxy(name))) {
                Thread.ofVirtual().start(() -> write(socket, sent));
                assertThat(socket.getInputStream().readAllBytes()).isEqualTo(sent);
            }
        }
    }

    @Provide
    Arbitrary<List<String>> harmlessToxics() {
        Arbitrary<String> attributes = Arbitraries.oneOf(
                Combinators.combine(
                                Arbitraries.integers().between(0, 20),
                                Arbitraries.integers().between(0, 20))
                        .as((latency, jitter) -> "\"type\":\"latency\",\"attributes\":{\"latency\":%d,\"jitter\":%d}"
                                .formatted(latency, jitter)),
                Arbitraries.integers()
                        .between(1_000, 1_000_000)
                        .map("\"type\":\"bandwidth\",\"attributes\":{\"rate\":%d}"::formatted),
                Arbitraries.integers()
                        .between(0, 20)
                        .map("\"type\":\"slow_close\",\"attributes\":{\"delay\":%d}"::formatted),
                Combinators.combine(
                                Arbitraries.integers().between(1, 5_000),
                                Arbitraries.integers().between(0, 1))
                        .as((size, variation) ->
                                "\"type\":\"slicer\",\"attributes\":{\"average_size\":%d,\"size_variation\":%d}"
                                        .formatted(size, variation * (size - 1))),
                Arbitraries.integers()
                        .between(40_001, 1_000_000)
                        .map("\"type\":\"limit_data\",\"attributes\":{\"bytes\":%d}"::formatted));
        return Combinators.combine(attributes, Arbitraries.of("upstream", "downstream"))
                .as((toxic, stream) -> toxic + ",\"stream\":\"" + stream + "\"")
                .list()
                .ofMaxSize(5)
                .map(ProxyLawsTest::named);
    }

    @Property(tries = 60)
    void anyOrdersLeaveWhatANaiveModelExpects(@ForAll("orders") List<Order> orders) throws IOException {
        try (ImpairmentProxy owner = ImpairmentProxy.start(new ProxyLimits(3, 3, 10, 1 << 20, 1 << 20), 1)) {
            ApiRoutes routes = new ApiRoutes(owner, "test");
            Map<String, Map<String, Long>> model = new TreeMap<>();
            for (Order order : orders) {
                boolean accepted = isAccepted(routes, order);
                assertThat(accepted).as("%s on %s", order, model).isEqualTo(model(model, order));
                assertThat(listed(routes)).as("after %s", order).isEqualTo(model);
            }
        }
    }

    @Provide
    Arbitrary<List<Order>> orders() {
        return Combinators.combine(
                        Arbitraries.of("create", "delete", "add", "change", "remove", "reset"),
                        Arbitraries.of("a", "b", "c", "d"),
                        Arbitraries.of("k", "l", "m", "n"),
                        Arbitraries.longs().between(-10, 100))
                .as(Order::new)
                .list()
                .ofMaxSize(40);
    }

    private static boolean isAccepted(ApiRoutes routes, Order order) {
        String attributes = "\"attributes\":{\"latency\":" + order.value + "}}";
        List<String> toxics = List.of("proxies", order.proxy, "toxics");
        List<String> toxic = List.of("proxies", order.proxy, "toxics", order.toxic);
        try {
            ApiAnswer answer = switch (order.kind) {
                case "create" ->
                    routes.answer(
                            "POST",
                            List.of("proxies"),
                            "{\"name\":\"" + order.proxy + "\",\"upstream\":\"127.0.0.1:1\"}");
                case "delete" -> routes.answer("DELETE", List.of("proxies", order.proxy), "");
                case "add" ->
                    routes.answer(
                            "POST", toxics, "{\"type\":\"latency\",\"name\":\"" + order.toxic + "\"," + attributes);
                case "change" -> routes.answer("PATCH", toxic, "{" + attributes);
                case "remove" -> routes.answer("DELETE", toxic, "");
                default -> routes.answer("POST", List.of("reset"), "");
            };
            return answer.status() < 300;
        } catch (ProxyException e) {
            return false;
        }
    }

    /** Does the order to the model; false if it cannot be. */
    private static boolean model(Map<String, Map<String, Long>> model, Order order) {
        Map<String, Long> toxics = model.get(order.proxy);
        boolean known = toxics != null && toxics.containsKey(order.toxic);
        switch (order.kind) {
            case "create" -> {
                return model.size() < 3 && model.putIfAbsent(order.proxy, new TreeMap<>()) == null;
            }
            case "delete" -> {
                return model.remove(order.proxy) != null;
            }
            case "add" -> {
                if (toxics == null || known || toxics.size() >= 3 || order.value < 0) {
                    return false;
                }
                toxics.put(order.toxic, order.value);
            }
            case "change" -> {
                if (!known || order.value < 0) {
                    return false;
                }
                toxics.put(order.toxic, order.value);
            }
            case "remove" -> {
                return known && toxics.remove(order.toxic) != null;
            }
            default -> model.values().forEach(Map::clear);
        }
        return true;
    }

    private static Map<String, Map<String, Long>> listed(ApiRoutes routes) throws IOException {
        try {
            Object content = routes.answer("GET", List.of("proxies"), "").content();
            Map<String, Map<String, Long>> listed = new TreeMap<>();
            for (var proxy : JSON.std.mapFrom(JSON.std.asString(content)).entrySet()) {
                Map<?, ?> fields = (Map<?, ?>) proxy.getValue();
                assertThat(fields.get("enabled")).isEqualTo(true);
                Map<String, Long> toxics = new TreeMap<>();
                for (Object toxic : (List<?>) fields.get("toxics")) {
                    Map<?, ?> attributes = (Map<?, ?>) ((Map<?, ?>) toxic).get("attributes");
                    toxics.put(
                            (String) ((Map<?, ?>) toxic).get("name"), ((Number) attributes.get("latency")).longValue());
                }
                listed.put(proxy.getKey(), toxics);
            }
            return listed;
        } catch (ProxyException e) {
            throw new AssertionError("the listing failed", e);
        }
    }

    private static List<String> named(List<String> toxics) {
        List<String> named = new ArrayList<>();
        for (String toxic : toxics) {
            named.add("{\"name\":\"t" + named.size() + "\"," + toxic + "}");
        }
        return named;
    }

    private static void write(Socket socket, byte[] bytes) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
