package io.packetfs.proxy;

import io.packetfs.proxy.ControlApi.ApiAnswer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which request asks for what, and what it answers. */
final class ApiRoutes {
    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final ApiAnswer DONE = new ApiAnswer(204, null);

    private final ImpairmentProxy owner;
    private final String version;

    ApiRoutes(ImpairmentProxy owner, String version) {
        this.owner = owner;
        this.version = version;
    }

    /**
     * Carries out a request. The owner's lock is held from look-up to answer, so that an answer is the state that the request made.
     *
     * @param path its parts, decoded
     */
    ApiAnswer answer(String method, List<String> path, String body) throws ProxyException {
        synchronized (owner) {
            String first = path.isEmpty() ? "" : path.getFirst();
            if (!first.equals("proxies")) {
                return path.size() == 1 ? answerTop(method, first, body) : notFound();
            }
            return switch (path.size()) {
                case 1 -> answerProxies(method, body);
                case 2 -> answerProxy(method, owner.proxy(path.get(1)), body);
                case 3 -> answerList(method, owner.proxy(path.get(1)), path.get(2), body);
                case 4 ->
                    path.get(2).equals("toxics")
                            ? answerToxic(method, owner.proxy(path.get(1)), path.get(3), body)
                            : notFound();
                default -> notFound();
            };
        }
    }

    /** What a configuration file or {@code /populate} lists. */
    static List<ProxyOrder> orders(String body) throws ProxyException {
        List<ProxyOrder> orders = new ArrayList<>();
        for (JsonFields fields : JsonFields.parseArray(body)) {
            orders.add(newProxy(fields));
        }
        return orders;
    }

    private ApiAnswer answerTop(String method, String name, String body) throws ProxyException {
        return switch (name) {
            case "version" -> {
                require(method, "GET");
                yield new ApiAnswer(OK, Map.of("version", version));
            }
            case "metrics" -> {
                require(method, "GET");
                yield new ApiAnswer(OK, Metrics.text(owner));
            }
            case "reset" -> {
                require(method, "POST");
                owner.reset();
                yield DONE;
            }
            case "populate" -> {
                require(method, "POST");
                yield populate(body);
            }
            default -> notFound();
        };
    }

    /** Answers with what is there of the list, also when not all of it is. */
    private ApiAnswer populate(String body) {
        List<NamedProxy> done = new ArrayList<>();
        Map<String, Object> answer = new LinkedHashMap<>();
        int status = CREATED;
        try {
            owner.populate(orders(body), done);
        } catch (ProxyException e) {
            answer.putAll(ApiTrees.error(e));
            status = e.status();
        }
        answer.put("proxies", done.stream().map(ApiTrees::proxy).toList());
        return new ApiAnswer(status, answer);
    }

    private ApiAnswer answerProxies(String method, String body) throws ProxyException {
        require(method, "GET", "POST");
        if (method.equals("POST")) {
            return new ApiAnswer(CREATED, ApiTrees.proxy(owner.create(newProxy(JsonFields.parse(body)))));
        }
        Map<String, Object> all = new LinkedHashMap<>();
        for (NamedProxy proxy : owner.proxies()) {
            all.put(proxy.name(), ApiTrees.proxy(proxy));
        }
        return new ApiAnswer(OK, all);
    }

    private ApiAnswer answerProxy(String method, NamedProxy proxy, String body) throws ProxyException {
        require(method, "GET", "POST", "PATCH", "DELETE");
        switch (method) {
            case "DELETE" -> {
                owner.delete(proxy.name());
                return DONE;
            }
            case "POST", "PATCH" -> {
                JsonFields fields = JsonFields.parse(body);
                proxy.update(new ProxyOrder(
                        proxy.name(),
                        Protocol.of(fields.text("protocol", proxy.protocol().label())),
                        fields.text("listen", proxy.listen()),
                        upstream(proxy, fields),
                        fields.flag("enabled", proxy.isEnabled())));
            }
            default -> {}
        }
        return new ApiAnswer(OK, ApiTrees.proxy(proxy));
    }

    private ApiAnswer answerList(String method, NamedProxy proxy, String list, String body) throws ProxyException {
        return switch (list) {
            case "toxics" -> answerToxics(method, proxy, body);
            case "impairments" -> {
                require(method, "GET");
                yield new ApiAnswer(OK, ApiTrees.impairments(proxy));
            }
            default -> notFound();
        };
    }

    private ApiAnswer answerToxics(String method, NamedProxy proxy, String body) throws ProxyException {
        require(method, "GET", "POST");
        if (method.equals("GET")) {
            return new ApiAnswer(OK, ApiTrees.toxics(proxy));
        }
        JsonFields fields = JsonFields.parse(body);
        ToxicType type = ToxicType.of(fields.text("type", ""));
        Direction direction = Direction.of(fields.text("stream", Direction.DOWNSTREAM.label()));
        String name = fields.text("name", "");
        Toxic toxic = owner.addToxic(
                proxy,
                name.isEmpty() ? type.label() + "_" + direction.label() : name,
                type,
                direction,
                fields.number("toxicity", 1.0),
                fields.numbers("attributes"));
        return new ApiAnswer(OK, ApiTrees.toxic(toxic));
    }

    private ApiAnswer answerToxic(String method, NamedProxy proxy, String name, String body) throws ProxyException {
        require(method, "GET", "POST", "PATCH", "DELETE");
        Toxic toxic = proxy.toxic(name);
        switch (method) {
            case "DELETE" -> {
                proxy.remove(toxic);
                return DONE;
            }
            case "POST", "PATCH" -> {
                JsonFields fields = JsonFields.parse(body);
                toxic = toxic.changed(fields.number("toxicity", toxic.toxicity()), fields.numbers("attributes"));
                proxy.replace(toxic);
            }
            default -> {}
        }
        return new ApiAnswer(OK, ApiTrees.toxic(toxic));
    }

    private static ProxyOrder newProxy(JsonFields fields) throws ProxyException {
        String upstream = fields.text("upstream", "");
        boolean udp = upstream.startsWith(Protocol.UDP_SCHEME);
        Protocol protocol = Protocol.of(fields.text("protocol", (udp ? Protocol.UDP : Protocol.TCP).label()));
        if (udp && protocol != Protocol.UDP) {
            throw ProxyException.bad("upstream is udp and protocol is not");
        }
        return new ProxyOrder(
                fields.text("name", ""),
                protocol,
                fields.text("listen", ProxyOrder.LISTEN_DEFAULT),
                withoutScheme(upstream),
                fields.flag("enabled", true));
    }

    /** A proxy for UDP may be told so again. */
    private static String upstream(NamedProxy proxy, JsonFields fields) throws ProxyException {
        String upstream = fields.text("upstream", proxy.upstream());
        return proxy.protocol() == Protocol.UDP ? withoutScheme(upstream) : upstream;
    }

    private static String withoutScheme(String upstream) {
        return upstream.startsWith(Protocol.UDP_SCHEME) ? upstream.substring(Protocol.UDP_SCHEME.length()) : upstream;
    }

    private static void require(String method, String... allowed) throws ProxyException {
        if (!List.of(allowed).contains(method)) {
            throw new ProxyException(
                    ProxyException.METHOD_NOT_ALLOWED, "only " + String.join(", ", allowed) + " is possible here");
        }
    }

    private static ApiAnswer notFound() throws ProxyException {
        throw new ProxyException(ProxyException.NOT_FOUND, "there is nothing under this path");
    }
}
