package io.packetfs.interop.vectors;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One golden vector: a name, the clause that it shows, and fields. A vector file is text, one block a vector, with lines of {@code
 * field: value}; a field may stand on several lines. {@code #} and what follows is a comment. Bytes are hex with spaces where it
 * helps, and {@code 00*32} for 32 times the same.
 */
public final class GoldenVector {
    private final Map<String, List<String>> fields = new LinkedHashMap<>();

    private GoldenVector() {}

    /** The vectors of a file beside this class. */
    public static List<GoldenVector> load(String file) {
        List<GoldenVector> vectors = new ArrayList<>();
        for (String line : text(file).split("\n", -1)) {
            String content = line.replaceFirst("(^|\\s)#.*", "").strip();
            if (content.isEmpty()) {
                continue;
            }
            int colon = content.indexOf(':');
            if (colon < 0) {
                throw new IllegalArgumentException(file + ": a line without a field: " + line);
            }
            String field = content.substring(0, colon);
            if (field.equals("name")) {
                vectors.add(new GoldenVector());
            }
            vectors.getLast()
                    .fields
                    .computeIfAbsent(field, name -> new ArrayList<>())
                    .add(content.substring(colon + 1).strip());
        }
        return vectors;
    }

    private static String text(String file) {
        try (InputStream stream = GoldenVector.class.getResourceAsStream(file)) {
            if (stream == null) {
                throw new IllegalArgumentException("no vector file " + file);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String name() {
        return value("name");
    }

    /** The clause of the specification. */
    public String clause() {
        return value("clause");
    }

    public boolean has(String field) {
        return fields.containsKey(field);
    }

    /** The value of a field that stands once. */
    public String value(String field) {
        List<String> values = values(field);
        if (values.size() != 1) {
            throw new IllegalArgumentException(values.size() + " values of " + field + " in " + fields);
        }
        return values.getFirst();
    }

    /** The values of a field that may stand several times; empty ones do not count. */
    public List<String> values(String field) {
        return fields.getOrDefault(field, List.of()).stream()
                .filter(value -> !value.isEmpty())
                .toList();
    }

    /** The bytes of a hex field, all its lines one after another. */
    public byte[] bytes(String field) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String item : String.join(" ", values(field)).split("\\s+", -1)) {
            String[] repeated = item.split("\\*", 2);
            int times = repeated.length == 2 ? Integer.parseInt(repeated[1]) : 1;
            bytes.writeBytes(HexFormat.of().parseHex(repeated[0].repeat(times)));
        }
        return bytes.toByteArray();
    }

    @Override
    public String toString() {
        return clause() + " " + name();
    }
}
