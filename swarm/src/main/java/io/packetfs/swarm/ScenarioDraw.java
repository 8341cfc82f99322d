package io.packetfs.swarm;

import io.packetfs.protocol.GramLimits;
import io.packetfs.sim.SimPort;
import io.packetfs.transfer.record.VerifyKind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** Draws a scenario from a seed: which features it has, and then the figures of those. The same seed gives the same scenario. */
public final class ScenarioDraw {
    /** One scenario in so many moves files; the others move grams. */
    private static final int FILES_EVERY = 16;

    private static final long US = 1_000;
    private static final long MS = 1_000_000;
    private static final long SECOND = 1_000 * MS;
    private static final int LANE_STAGED = 1;
    private static final int LANE_ORDERED = 2;
    private static final int LANE_PLACED = 3;
    private static final int LANE_ORDERED_TOO = 4;
    private static final int LANE_OFFSET = 5;
    private static final int LANE_ARITHMETIC = 6;

    /** Such grams are the longest where credit is scarce. */
    private static final int GRAM_BYTES_TIGHT = 64 << 10;

    /** Most connections of a scenario send fewer packets. */
    private static final int PACKETS_PER_KEY_BITS_MAX = 10;

    private static final int STRIPED_FILE_BYTES_MAX = 4 << 20;

    private final long seed;
    private final SplittableRandom random;
    private final Set<Feature> features = EnumSet.noneOf(Feature.class);

    private ScenarioDraw(long seed) {
        this.seed = seed;
        random = new SplittableRandom(seed);
        double density = random.nextDouble(0.1, 0.8);
        for (Feature feature : Feature.values()) {
            if (random.nextDouble() < density) {
                features.add(feature);
            }
        }
    }

    /** The scenario of this seed. */
    public static Scenario of(long seed) {
        return new ScenarioDraw(seed).draw();
    }

    private Scenario draw() {
        boolean movesFiles = Math.floorMod(seed, FILES_EVERY) == 0;
        PathDraw path = new PathDraw(random, features);
        return new Scenario(
                seed,
                path.draw(),
                path.draw(),
                settings(movesFiles),
                settings(movesFiles),
                protection(),
                addressChanges(),
                movesFiles ? Optional.empty() : blob(),
                movesFiles ? files() : grams(),
                Scenario.STALL_NS_MAX);
    }

    private Protection protection() {
        boolean chaCha = random.nextInt(4) == 0;
        return features.contains(Feature.INSECURE)
                ? Protection.INSECURE
                : chaCha ? Protection.CHACHA20 : Protection.AES256GCM;
    }

    private EndSettings settings(boolean movesFiles) {
        EndSettings defaults = EndSettings.defaults(random.nextBoolean() ? Congestion.CUBIC : Congestion.BBR);
        int datagramInitial = defaults.datagramBytesInitial();
        int datagramMax = defaults.datagramBytesMax();
        if (features.contains(Feature.LARGER_DATAGRAMS)) {
            // Those that start larger than the path takes have to find that out.
            datagramInitial = random.nextInt(1_200, 1_400);
            datagramMax = datagramInitial + random.nextInt(300);
        }
        // Files need grams of the usual length.
        int gramBytes = features.contains(Feature.TIGHT_CREDIT) && !movesFiles
                ? GRAM_BYTES_TIGHT
                : GramLimits.DEFAULTS.slabBytesMax();
        long creditInitial = defaults.creditBytesInitial();
        long creditMax = defaults.creditBytesMax();
        if (features.contains(Feature.TIGHT_CREDIT)) {
            creditInitial = EndSettings.creditBytesMin(gramBytes) + random.nextInt(gramBytes);
            creditMax = creditInitial + random.nextInt(4 * gramBytes);
        }
        return new EndSettings(
                defaults.congestion(),
                datagramInitial,
                datagramMax,
                creditInitial,
                creditMax,
                features.contains(Feature.SMALL_GRAM_WINDOW) ? 64 << random.nextInt(3) : defaults.gramWindow(),
                gramBytes,
                features.contains(Feature.QUICK_ACKS) ? random.nextInt(5_000) : defaults.ackDelayMaxUs(),
                Scenario.IDLE_TIMEOUT_MS,
                features.contains(Feature.SMALL_BUFFER)
                        ? random.nextInt(64 << 10, 512 << 10)
                        : SimPort.RECEIVE_BUFFER_BYTES_DEFAULT,
                features.contains(Feature.KEY_CHANGES)
                        ? 2 + random.nextInt(1 << random.nextInt(PACKETS_PER_KEY_BITS_MAX))
                        : defaults.packetsPerKey());
    }

    /** One side only: if both had other addresses at once, neither could find the other. */
    private List<AddressChange> addressChanges() {
        List<AddressChange> changes = new ArrayList<>();
        if (features.contains(Feature.ADDRESS_CHANGES)) {
            Side side = random.nextBoolean() ? Side.CLIENT : Side.SERVER;
            long atNs = 0;
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                atNs += us(10 * MS, 3 * SECOND);
                changes.add(new AddressChange(side, atNs, random.nextBoolean()));
            }
        }
        return changes;
    }

    /** A common blob; not always the same one at both sides, whatever they say. */
    private Optional<BlobPlan> blob() {
        if (!features.contains(Feature.COMMON_BLOB)) {
            return Optional.empty();
        }
        int bytes = random.nextInt(BlobPlan.BYTES_MIN, 1 << random.nextInt(13, 19));
        long identity = random.nextLong(1, Long.MAX_VALUE);
        return Optional.of(
                switch (random.nextInt(10)) {
                    case 0 -> new BlobPlan(bytes, identity, ~identity, false);
                    case 1 -> new BlobPlan(bytes, identity, identity, true);
                    default -> new BlobPlan(bytes, identity, identity, false);
                });
    }

    private Work grams() {
        int count = features.contains(Feature.MANY_CONNECTIONS) ? 2 + random.nextInt(6) : 1;
        List<Dialogue> connections = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            connections.add(dialogue(count));
        }
        return new Work.Grams(connections);
    }

    private Dialogue dialogue(int connections) {
        List<Batch> batches = new ArrayList<>();
        batches(Side.CLIENT, connections, batches);
        if (features.contains(Feature.DOWNWARDS)) {
            batches(Side.SERVER, connections, batches);
        }
        List<Dialogue.Stall> stalls = new ArrayList<>();
        if (features.contains(Feature.STALLS)) {
            for (int i = random.nextInt(3); i > 0; i--) {
                Side side = random.nextBoolean() ? Side.CLIENT : Side.SERVER;
                stalls.add(new Dialogue.Stall(side, us(0, SECOND), us(MS, 3 * SECOND)));
            }
        }
        Optional<Dialogue.Close> close = Optional.empty();
        if (features.contains(Feature.EARLY_CLOSE) && random.nextBoolean()) {
            Side side = random.nextBoolean() ? Side.CLIENT : Side.SERVER;
            close = Optional.of(new Dialogue.Close(side, us(0, 1L << random.nextInt(20, 32))));
        }
        return new Dialogue(batches, stalls, close);
    }

    private void batches(Side from, int connections, List<Batch> into) {
        if (features.contains(Feature.PLACED)) {
            int bits = features.contains(Feature.LARGE_BLOB) ? random.nextInt(14, 20) : random.nextInt(4, 17);
            int blobBytes = 1 + random.nextInt((1 << bits) / connections + 1);
            int gramBytes = Math.min(1 + random.nextInt(1 << random.nextInt(6, 17)), blobBytes);
            int count = Math.clamp(blobBytes / gramBytes, 1, 200);
            into.add(batch(from, Batch.Kind.PLACED, LANE_PLACED, count, Math.max(1, gramBytes / 2), gramBytes));
        }
        if (features.contains(Feature.COMMON_BLOB) && features.contains(Feature.OFFSETS)) {
            Batch.Kind kind = random.nextBoolean() ? Batch.Kind.OFFSET : Batch.Kind.OFFSET_ORDERED;
            into.add(names(from, kind, LANE_OFFSET, connections));
        }
        if (features.contains(Feature.COMMON_BLOB) && features.contains(Feature.ARITHMETIC)) {
            Batch.Kind kind = random.nextBoolean() ? Batch.Kind.ARITHMETIC : Batch.Kind.ARITHMETIC_ORDERED;
            into.add(names(from, kind, LANE_ARITHMETIC, connections));
        }
        if (features.contains(Feature.STAGED) || into.isEmpty()) {
            into.add(records(from, Batch.Kind.STAGED, LANE_STAGED, connections));
        }
        if (features.contains(Feature.ORDERED)) {
            into.add(records(from, Batch.Kind.ORDERED, LANE_ORDERED, connections));
            if (random.nextBoolean()) {
                into.add(records(from, Batch.Kind.ORDERED, LANE_ORDERED_TOO, connections));
            }
        }
    }

    private Batch records(Side from, Batch.Kind kind, int lane, int connections) {
        int bytesMax = random.nextInt(1 << random.nextInt(3, 15));
        return batch(from, kind, lane, 1 + random.nextInt(80 / connections + 1), 0, bytesMax);
    }

    /** Grams without payload. */
    private Batch names(Side from, Batch.Kind kind, int lane, int connections) {
        int bytesMax = 1 + random.nextInt(1 << random.nextInt(6, 18));
        int programBytesMax = random.nextBoolean() ? 0 : random.nextInt(1 << random.nextInt(13));
        return batch(from, kind, lane, 1 + random.nextInt(60 / connections + 1), 1, bytesMax, programBytesMax);
    }

    private Batch batch(Side from, Batch.Kind kind, int lane, int count, int bytesMin, int bytesMax) {
        return batch(from, kind, lane, count, bytesMin, bytesMax, 0);
    }

    private Batch batch(
            Side from, Batch.Kind kind, int lane, int count, int bytesMin, int bytesMax, int programBytesMax) {
        boolean overTime = features.contains(Feature.OVER_TIME);
        return new Batch(
                from,
                kind,
                lane,
                count,
                bytesMin,
                bytesMax,
                overTime ? us(0, SECOND) : 0,
                overTime && random.nextBoolean() ? us(0, 20 * MS) : 0,
                !(features.contains(Feature.NO_DIGEST) && random.nextBoolean()),
                programBytesMax);
    }

    private Work files() {
        List<Long> lengths = new ArrayList<>();
        for (int i = 1 + random.nextInt(6); i > 0; i--) {
            lengths.add((long) random.nextInt(1 << random.nextInt(1, 17)));
        }
        int streams = 1;
        if (features.contains(Feature.STRIPES)) {
            streams = 2 + random.nextInt(3);
            lengths.add((long) random.nextInt(STRIPED_FILE_BYTES_MAX)); // enough for grams on several
        }
        return new Work.Files(lengths, random.nextBoolean() ? VerifyKind.CRC32C : VerifyKind.SHA256, streams);
    }

    private long us(long fromNs, long toNs) {
        return random.nextLong(fromNs, toNs) / US * US + US;
    }
}
