package io.packetfs.proxy;

import io.packetfs.proxy.ToxicType.Attribute;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A toxic as it was ordered. Immutable; a change is another one with the same {@link #id}.
 *
 * @param id never used twice, so that a toxic removed and made anew under its old name counts as another
 * @param toxicity the share of connections that it acts on, 0 to 1
 * @param attributes every attribute of the type, in the type's order
 */
record Toxic(long id, String name, ToxicType type, Direction direction, double toxicity, Map<String, Long> attributes) {
    long attribute(String attribute) {
        return attributes.get(attribute);
    }

    /**
     * A toxic with some things set.
     *
     * @param toxicity 0 to 1
     * @param given may lack attributes, which then are 0
     */
    static Toxic create(
            long id, String name, ToxicType type, Direction direction, double toxicity, Map<String, Long> given)
            throws ProxyException {
        return checked(new Toxic(id, name, type, direction, toxicity, merged(type, Map.of(), given)));
    }

    /**
     * This toxic with some things changed.
     *
     * @param given may lack attributes, which then stay
     */
    Toxic changed(double newToxicity, Map<String, Long> given) throws ProxyException {
        return checked(new Toxic(id, name, type, direction, newToxicity, merged(type, attributes, given)));
    }

    private static Map<String, Long> merged(ToxicType type, Map<String, Long> before, Map<String, Long> given)
            throws ProxyException {
        for (String name : given.keySet()) {
            if (type.attributes().stream().noneMatch(known -> known.name().equals(name))) {
                throw ProxyException.bad("the toxic " + type.label() + " has no attribute " + name);
            }
        }
        Map<String, Long> all = new LinkedHashMap<>();
        for (Attribute attribute : type.attributes()) {
            long value = given.getOrDefault(attribute.name(), before.getOrDefault(attribute.name(), 0L));
            if (value < attribute.min() || value > attribute.max()) {
                throw ProxyException.bad(attribute.name() + " must be from " + attribute.min() + " to "
                        + attribute.max() + ", not " + value);
            }
            all.put(attribute.name(), value);
        }
        return all;
    }

    private static Toxic checked(Toxic toxic) throws ProxyException {
        if (!(toxic.toxicity >= 0.0 && toxic.toxicity <= 1.0)) {
            throw ProxyException.bad("toxicity must be from 0 to 1, not " + toxic.toxicity);
        }
        if (toxic.type == ToxicType.SLICER && toxic.attribute("size_variation") >= toxic.attribute("average_size")) {
            throw ProxyException.bad("size_variation must be less than average_size");
        }
        return toxic;
    }
}
