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
record Toxic(
        long id, String name, ToxicType type, Direction direction, double toxicity, Map<String, Number> attributes) {
    /** A whole number. */
    long attribute(String attribute) {
        return attributes.get(attribute).longValue();
    }

    /** A number that may be a fraction. */
    double fraction(String attribute) {
        return attributes.get(attribute).doubleValue();
    }

    /**
     * A toxic with some things set.
     *
     * @param toxicity 0 to 1
     * @param given may lack attributes, which then are 0
     */
    static Toxic create(
            long id, String name, ToxicType type, Direction direction, double toxicity, Map<String, Number> given)
            throws ProxyException {
        return checked(new Toxic(id, name, type, direction, toxicity, merged(type, Map.of(), given)));
    }

    /**
     * This toxic with some things changed.
     *
     * @param given may lack attributes, which then stay
     */
    Toxic changed(double newToxicity, Map<String, Number> given) throws ProxyException {
        return checked(new Toxic(id, name, type, direction, newToxicity, merged(type, attributes, given)));
    }

    private static Map<String, Number> merged(ToxicType type, Map<String, Number> before, Map<String, Number> given)
            throws ProxyException {
        for (String name : given.keySet()) {
            if (type.attributes().stream().noneMatch(known -> known.name().equals(name))) {
                throw ProxyException.bad("the toxic " + type.label() + " has no attribute " + name);
            }
        }
        Map<String, Number> all = new LinkedHashMap<>();
        for (Attribute attribute : type.attributes()) {
            Number value = given.getOrDefault(attribute.name(), before.getOrDefault(attribute.name(), 0L));
            all.put(attribute.name(), attribute.checked(value));
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
