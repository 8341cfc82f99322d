package io.packetfs.proxy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the control API answers, as trees of maps for JSON. */
final class ApiTrees {
    private ApiTrees() {}

    /** Every field of a proxy, with its toxics. */
    static Map<String, Object> proxy(NamedProxy proxy) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", proxy.name());
        tree.put("listen", proxy.listen());
        tree.put("upstream", proxy.upstream());
        if (proxy.protocol() != Protocol.TCP) {
            tree.put("protocol", proxy.protocol().label());
        }
        tree.put("enabled", proxy.isEnabled());
        tree.put("toxics", toxics(proxy));
        return tree;
    }

    /** Those that Toxiproxy's clients know. Upstream ones first, as they lie on the way. */
    static List<Map<String, Object>> toxics(NamedProxy proxy) {
        return toxics(proxy, true);
    }

    /** Those that Toxiproxy's clients do not know, so that they stand in no list of theirs. */
    static List<Map<String, Object>> impairments(NamedProxy proxy) {
        return toxics(proxy, false);
    }

    private static List<Map<String, Object>> toxics(NamedProxy proxy, boolean standard) {
        return proxy.toxics().stream()
                .filter(toxic -> toxic.type().isStandard() == standard)
                .sorted((a, b) -> a.direction().compareTo(b.direction()))
                .map(ApiTrees::toxic)
                .toList();
    }

    static Map<String, Object> toxic(Toxic toxic) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("attributes", toxic.attributes());
        tree.put("name", toxic.name());
        tree.put("type", toxic.type().label());
        tree.put("stream", toxic.direction().label());
        tree.put("toxicity", toxic.toxicity());
        return tree;
    }

    static Map<String, Object> error(ProxyException error) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("error", error.getMessage());
        tree.put("status", error.status());
        return tree;
    }
}
