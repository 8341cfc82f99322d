package io.packetfs.proxy;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON object that somebody else wrote: reads fields as what they must be, and says what is wrong. {@code null} is not given. */
record JsonFields(Map<?, ?> fields) {
    private static final JSON READER = JSON.std.with(JSON.Feature.FAIL_ON_DUPLICATE_MAP_KEYS);

    /** Reads an object. */
    static JsonFields parse(String text) throws ProxyException {
        if (value(text) instanceof Map<?, ?> fields) {
            return new JsonFields(fields);
        }
        throw ProxyException.bad("a JSON object is expected");
    }

    /** Reads an array of objects. */
    static List<JsonFields> parseArray(String text) throws ProxyException {
        if (!(value(text) instanceof List<?> elements)) {
            throw ProxyException.bad("a JSON array is expected");
        }
        List<JsonFields> objects = new ArrayList<>();
        for (Object element : elements) {
            if (!(element instanceof Map<?, ?> fields)) {
                throw ProxyException.bad("a JSON array of objects is expected");
            }
            objects.add(new JsonFields(fields));
        }
        return objects;
    }

    String text(String name, String otherwise) throws ProxyException {
        Object value = fields.get(name);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof String text) {
            return text;
        }
        throw ProxyException.bad(name + " must be a string");
    }

    boolean flag(String name, boolean otherwise) throws ProxyException {
        Object value = fields.get(name);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw ProxyException.bad(name + " must be true or false");
    }

    double number(String name, double otherwise) throws ProxyException {
        Object value = fields.get(name);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        throw ProxyException.bad(name + " must be a number");
    }

    /** The numbers of an object; none if it is not given. */
    Map<String, Number> numbers(String name) throws ProxyException {
        Map<String, Number> numbers = new LinkedHashMap<>();
        Object value = fields.get(name);
        if (value == null) {
            return numbers;
        }
        if (!(value instanceof Map<?, ?> object)) {
            throw ProxyException.bad(name + " must be an object");
        }
        for (Map.Entry<?, ?> entry : object.entrySet()) {
            switch (entry.getValue()) {
                case null -> {}
                case Number number -> numbers.put((String) entry.getKey(), number);
                default -> throw ProxyException.bad(entry.getKey() + " must be a number");
            }
        }
        return numbers;
    }

    private static Object value(String text) throws ProxyException {
        if (text.isBlank()) {
            throw ProxyException.bad("it is empty");
        }
        try {
            return READER.anyFrom(text);
        } catch (IOException e) {
            throw ProxyException.bad(firstLine(e.getMessage()));
        }
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
