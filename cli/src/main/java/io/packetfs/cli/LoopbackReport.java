package io.packetfs.cli;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a budget needs of a report of {@code pfs-udp bench loopback}.
 *
 * @param cores of the machine that was measured on
 * @param costs of each contender that was measured
 * @param failed names of those that gave no figures
 */
record LoopbackReport(int cores, List<Cost> costs, List<String> failed) {
    static final String SCHEMA = "pfs-udp.bench-loopback/2";

    /**
     * What one contender cost.
     *
     * @param cpuSecondsPerGib of both ends together, the median
     */
    record Cost(String name, double cpuSecondsPerGib) {}

    /** The file is not such a report; the message says what it lacks. */
    static final class ForeignException extends Exception {
        @Serial
        private static final long serialVersionUID = 1;

        ForeignException(String message) {
            super(message);
        }
    }

    /**
     * Reads one.
     *
     * @throws IOException if the file cannot be read
     * @throws ForeignException if it is something else
     */
    static LoopbackReport read(Path file) throws IOException, ForeignException {
        String text = Files.readString(file);
        Map<String, Object> tree;
        try {
            tree = JsonFile.parse(text);
        } catch (IOException e) {
            String[] reason = e.getMessage().split("\n", 2);
            throw new ForeignException("it is no JSON object: " + reason[0]);
        }
        return of(tree);
    }

    private static LoopbackReport of(Map<String, Object> tree) throws ForeignException {
        Object schema = tree.get("schema");
        if (!SCHEMA.equals(schema)) {
            String found = schema == null ? "it has no schema" : "its schema is " + schema;
            throw new ForeignException(found + ", not " + SCHEMA);
        }
        if (!(tree.get("host") instanceof Map<?, ?> host && host.get("cores") instanceof Integer cores && cores > 0)) {
            throw new ForeignException("it has no host.cores above 0");
        }
        if (!(tree.get("results") instanceof List<?> results) || results.isEmpty()) {
            throw new ForeignException("it has no results");
        }
        List<Cost> costs = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            read(results.get(i), "results[" + i + "]", costs, failed);
        }
        return new LoopbackReport(cores, costs, failed);
    }

    private static void read(Object result, String where, List<Cost> costs, List<String> failed)
            throws ForeignException {
        if (!(result instanceof Map<?, ?> fields && fields.get("name") instanceof String name)) {
            throw new ForeignException(where + " has no name");
        }
        if (!fields.containsKey("cpu_s_per_gib")) {
            throw new ForeignException(where + " (" + name + ") has no cpu_s_per_gib");
        }
        if (fields.get("cpu_s_per_gib") == null) {
            failed.add(name); // no round of it succeeded
            return;
        }
        if (!(fields.get("cpu_s_per_gib") instanceof Map<?, ?> spread
                && spread.get("median") instanceof Number median
                && median.doubleValue() > 0)) {
            throw new ForeignException(where + " (" + name + ") has no cpu_s_per_gib.median above 0");
        }
        costs.add(new Cost(name, median.doubleValue()));
    }
}
