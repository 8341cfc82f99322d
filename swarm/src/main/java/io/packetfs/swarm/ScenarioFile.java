package io.packetfs.swarm;

import com.fasterxml.jackson.jr.ob.JSON;
import io.packetfs.sim.LinkSettings;
import io.packetfs.transfer.record.VerifyKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Scenarios as JSON; {@code docs/sim.md} says what each field means. What is written reads as the same scenario. */
public final class ScenarioFile {
    /** The longest text that is read, characters. */
    public static final int CHARACTERS_MAX = 1 << 20;

    private static final double NS_PER_MS = 1e6;
    private static final JSON READER = JSON.std.with(JSON.Feature.FAIL_ON_DUPLICATE_MAP_KEYS);
    private static final JSON WRITER = JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT);

    private ScenarioFile() {}

    /**
     * Reads one.
     *
     * @param seed holds instead of what the text says; null for what it says, or 1
     * @throws IllegalArgumentException if it is no scenario; the message names the field and what is wrong with it
     */
    public static Scenario parse(String text, Long seed) {
        if (text.length() > CHARACTERS_MAX) {
            throw new IllegalArgumentException("it is longer than " + CHARACTERS_MAX + " characters");
        }
        Object tree;
        try {
            tree = READER.anyFrom(text);
        } catch (IOException e) {
            throw new IllegalArgumentException(firstLine(e.getMessage()), e);
        }
        if (!(tree instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("a JSON object is expected");
        }
        Fields fields = new Fields("", map);
        return fields.make(() -> new Scenario(
                seed(fields, seed),
                course(fields.object("up")),
                course(fields.object("down")),
                settings(fields.object("client")),
                settings(fields.object("server")),
                fields.choice("protection", Protection.class, Protection.AES256GCM),
                addressChanges(fields),
                fields.object("blob").map(blob -> blob.make(() -> blob(blob))),
                work(fields),
                fields.millionfold("stall_ms_max", Scenario.STALL_NS_MAX)));
    }

    /** Writes one. */
    public static String text(Scenario scenario) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("seed", scenario.seed());
        tree.put("up", tree(scenario.up()));
        tree.put("down", tree(scenario.down()));
        tree.put("client", tree(scenario.client()));
        tree.put("server", tree(scenario.server()));
        tree.put("protection", lower(scenario.protection()));
        if (!scenario.addressChanges().isEmpty()) {
            tree.put(
                    "address_changes",
                    scenario.addressChanges().stream().map(ScenarioFile::tree).toList());
        }
        scenario.blob().ifPresent(blob -> tree.put("blob", tree(blob)));
        switch (scenario.work()) {
            case Work.Grams grams ->
                tree.put(
                        "connections",
                        grams.connections().stream().map(ScenarioFile::tree).toList());
            case Work.Files files -> {
                tree.put("files", files.fileBytes());
                tree.put("verify", lower(files.verify()));
                tree.put("streams", files.streams());
            }
        }
        tree.put("stall_ms_max", ms(scenario.stallNsMax()));
        try {
            return WRITER.asString(tree) + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write a tree of maps as JSON", e);
        }
    }

    private static long seed(Fields fields, Long given) {
        long own = fields.whole("seed", 1);
        return given == null ? own : given;
    }

    private static LinkCourse course(Optional<Fields> given) {
        if (given.isEmpty()) {
            return LinkCourse.steady(LinkSettings.CLEAN);
        }
        Fields fields = given.get();
        return fields.make(() -> {
            LinkSettings start = LinkFields.read(fields, LinkSettings.CLEAN);
            List<LinkCourse.Change> changes = new ArrayList<>();
            for (Fields change : fields.objects("changes")) {
                changes.add(change.make(
                        () -> new LinkCourse.Change(change.millionfold("at_ms", 0), LinkFields.read(change, start))));
            }
            return new LinkCourse(start, changes);
        });
    }

    private static Map<String, Object> tree(LinkCourse course) {
        Map<String, Object> tree = LinkFields.write(course.start(), LinkSettings.CLEAN);
        List<Object> changes = new ArrayList<>();
        for (LinkCourse.Change change : course.changes()) {
            Map<String, Object> step = new LinkedHashMap<>();
            step.put("at_ms", ms(change.atNs()));
            step.putAll(LinkFields.write(change.settings(), course.start()));
            changes.add(step);
        }
        if (!changes.isEmpty()) {
            tree.put("changes", changes);
        }
        return tree;
    }

    private static EndSettings settings(Optional<Fields> given) {
        if (given.isEmpty()) {
            return EndSettings.defaults(Congestion.BBR);
        }
        Fields fields = given.get();
        return fields.make(() -> {
            EndSettings defaults = EndSettings.defaults(fields.choice("congestion", Congestion.class, Congestion.BBR));
            EndSettings settings = new EndSettings(
                    defaults.congestion(),
                    fields.count("datagram_initial", defaults.datagramBytesInitial()),
                    fields.count("datagram_max", defaults.datagramBytesMax()),
                    fields.whole("credit_initial", defaults.creditBytesInitial()),
                    fields.whole("credit_max", defaults.creditBytesMax()),
                    fields.count("gram_window", defaults.gramWindow()),
                    fields.count("gram_max", defaults.gramBytesMax()),
                    fields.count("ack_delay_us", defaults.ackDelayMaxUs()),
                    fields.count("idle_timeout_ms", defaults.idleTimeoutMs()),
                    fields.whole("receive_buffer", defaults.receiveBufferBytes()),
                    fields.count("packets_per_key", defaults.packetsPerKey()));
            settings.config(null);
            return settings;
        });
    }

    private static Map<String, Object> tree(EndSettings settings) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("congestion", lower(settings.congestion()));
        tree.put("datagram_initial", settings.datagramBytesInitial());
        tree.put("datagram_max", settings.datagramBytesMax());
        tree.put("credit_initial", settings.creditBytesInitial());
        tree.put("credit_max", settings.creditBytesMax());
        tree.put("gram_window", settings.gramWindow());
        tree.put("gram_max", settings.gramBytesMax());
        tree.put("ack_delay_us", settings.ackDelayMaxUs());
        tree.put("idle_timeout_ms", settings.idleTimeoutMs());
        tree.put("receive_buffer", settings.receiveBufferBytes());
        tree.put("packets_per_key", settings.packetsPerKey());
        return tree;
    }

    private static List<AddressChange> addressChanges(Fields fields) {
        List<AddressChange> changes = new ArrayList<>();
        for (Fields change : fields.objects("address_changes")) {
            changes.add(change.make(() -> new AddressChange(
                    change.choice("side", Side.class, null),
                    change.millionfold("at_ms", 0),
                    change.flag("new_host", false))));
        }
        return changes;
    }

    private static Map<String, Object> tree(AddressChange change) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("side", lower(change.side()));
        tree.put("at_ms", ms(change.atNs()));
        tree.put("new_host", change.isNewHost());
        return tree;
    }

    private static BlobPlan blob(Fields fields) {
        long client = fields.whole("client", 1);
        return new BlobPlan(
                fields.count("bytes", BlobPlan.BYTES_MIN),
                client,
                fields.whole("server", client),
                fields.flag("spoilt", false));
    }

    private static Map<String, Object> tree(BlobPlan blob) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("bytes", blob.bytes());
        tree.put("client", blob.clientIdentity());
        tree.put("server", blob.serverIdentity());
        tree.put("spoilt", blob.isSpoilt());
        return tree;
    }

    private static Work work(Fields fields) {
        boolean hasFiles = fields.has("files");
        if (hasFiles == fields.has("connections")) {
            throw new IllegalArgumentException("either connections or files are needed");
        }
        if (hasFiles) {
            return new Work.Files(
                    fields.wholes("files"),
                    fields.choice("verify", VerifyKind.class, VerifyKind.CRC32C),
                    fields.count("streams", 1));
        }
        List<Dialogue> connections = new ArrayList<>();
        for (Fields connection : fields.objects("connections")) {
            connections.add(connection.make(() -> dialogue(connection)));
        }
        return new Work.Grams(connections);
    }

    private static Dialogue dialogue(Fields fields) {
        List<Batch> batches = new ArrayList<>();
        for (Fields grams : fields.objects("grams")) {
            batches.add(grams.make(() -> batch(grams)));
        }
        List<Dialogue.Stall> stalls = new ArrayList<>();
        for (Fields stall : fields.objects("stalls")) {
            stalls.add(stall.make(() -> new Dialogue.Stall(
                    stall.choice("side", Side.class, null),
                    stall.millionfold("at_ms", 0),
                    stall.millionfold("for_ms", 0))));
        }
        Optional<Dialogue.Close> close = fields.object("close")
                .map(part -> part.make(() -> new Dialogue.Close(
                        part.choice("side", Side.class, Side.CLIENT), part.millionfold("at_ms", 0))));
        return new Dialogue(batches, stalls, close);
    }

    private static Map<String, Object> tree(Dialogue dialogue) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("grams", dialogue.batches().stream().map(ScenarioFile::tree).toList());
        List<Object> stalls = new ArrayList<>();
        for (Dialogue.Stall stall : dialogue.stalls()) {
            Map<String, Object> part = new LinkedHashMap<>();
            part.put("side", lower(stall.side()));
            part.put("at_ms", ms(stall.atNs()));
            part.put("for_ms", ms(stall.forNs()));
            stalls.add(part);
        }
        if (!stalls.isEmpty()) {
            tree.put("stalls", stalls);
        }
        dialogue.close().ifPresent(close -> {
            Map<String, Object> part = new LinkedHashMap<>();
            part.put("side", lower(close.side()));
            part.put("at_ms", ms(close.atNs()));
            tree.put("close", part);
        });
        return tree;
    }

    private static Batch batch(Fields fields) {
        int bytes = fields.count("bytes", 1_000);
        return new Batch(
                fields.choice("from", Side.class, Side.CLIENT),
                fields.choice("kind", Batch.Kind.class, Batch.Kind.STAGED),
                fields.count("lane", 1),
                fields.count("count", 1),
                fields.count("bytes_min", bytes),
                fields.count("bytes_max", bytes),
                fields.millionfold("at_ms", 0),
                fields.millionfold("every_ms", 0),
                fields.flag("digest", true),
                fields.count("program_bytes", 0));
    }

    private static Map<String, Object> tree(Batch batch) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("from", lower(batch.from()));
        tree.put("kind", lower(batch.kind()));
        tree.put("lane", batch.lane());
        tree.put("count", batch.count());
        tree.put("bytes_min", batch.bytesMin());
        tree.put("bytes_max", batch.bytesMax());
        tree.put("at_ms", ms(batch.atNs()));
        tree.put("every_ms", ms(batch.everyNs()));
        tree.put("digest", batch.isDigested());
        if (batch.kind().isWithoutPayload()) {
            tree.put("program_bytes", batch.programBytesMax());
        }
        return tree;
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static double ms(long ns) {
        return ns / NS_PER_MS;
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
