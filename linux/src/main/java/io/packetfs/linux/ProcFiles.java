package io.packetfs.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The small text files under {@code /proc} and {@code /sys}. What is missing, unreadable or malformed is absent: these files come and
 * go with kernel versions, containers and operating systems.
 *
 * @param root where {@code proc} and {@code sys} lie
 */
record ProcFiles(Path root) {
    static ProcFiles ofThisHost() {
        return new ProcFiles(Path.of("/"));
    }

    List<String> lines(String path) {
        try {
            return Files.readAllLines(root.resolve(path), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return List.of();
        }
    }

    Optional<String> text(String path) {
        List<String> lines = lines(path);
        return lines.isEmpty() ? Optional.empty() : Optional.of(lines.getFirst().strip());
    }

    OptionalLong number(String path) {
        return text(path).map(ProcFiles::parse).orElse(OptionalLong.empty());
    }

    /** The value of the first {@code key: value} line with this key. */
    Optional<String> value(String path, String key) {
        for (String line : lines(path)) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).strip().equals(key)) {
                return Optional.of(line.substring(colon + 1).strip());
            }
        }
        return Optional.empty();
    }

    /** The decimal number that a text starts with, up to white space. */
    static OptionalLong parse(String text) {
        int end = 0;
        while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        try {
            return OptionalLong.of(Long.parseLong(text, 0, end, 10));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
