package io.packetfs.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;

/** Reports as JSON, for programs. */
public final class JsonFile {
    private static final JSON WRITER =
            JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).with(JSON.Feature.WRITE_NULL_PROPERTIES);

    private JsonFile() {}

    static String text(Map<String, Object> tree) {
        try {
            return WRITER.asString(tree) + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write a tree of maps as JSON", e);
        }
    }

    /**
     * Reads an object.
     *
     * @throws IOException if the text is no JSON object
     */
    public static Map<String, Object> parse(String text) throws IOException {
        return JSON.std.mapFrom(text);
    }

    /**
     * Writes to a file, which is complete before it appears, or to standard output.
     *
     * @param target a path, or {@code -}
     */
    static void write(String target, Map<String, Object> tree, PrintStream out) throws IOException {
        if (target.equals("-")) {
            out.print(text(tree));
            out.flush();
        } else {
            AtomicFile.write(Path.of(target), text(tree));
        }
    }
}
