package io.packetfs.swarm;

import io.packetfs.sim.Blackout;
import io.packetfs.sim.Corruption;
import io.packetfs.sim.EcnMarking;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.LossBursts;
import io.packetfs.sim.Merging;
import io.packetfs.sim.Reordering;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** Draws one direction of a path. Times are whole microseconds, so that a scenario file can say them. */
final class PathDraw {
    private static final long US = 1_000;
    private static final long MS = 1_000_000;
    private static final long SECOND = 1_000 * MS;

    /** Both sides wait for each other for longer than it is ever dark. */
    private static final long DARK_NS_MAX = 10 * SECOND;

    private static final int CHANGES_MAX = 4;
    private static final long CHANGE_AFTER_NS_MAX = 5 * SECOND;

    private final SplittableRandom random;
    private final Set<Feature> features;

    PathDraw(SplittableRandom random, Set<Feature> features) {
        this.random = random;
        this.features = features;
    }

    LinkCourse draw() {
        LinkSettings start = settings();
        List<LinkCourse.Change> changes = new ArrayList<>();
        if (features.contains(Feature.PATH_CHANGES)) {
            TreeSet<Long> times = new TreeSet<>();
            for (int i = random.nextInt(CHANGES_MAX + 1); i > 0; i--) {
                times.add(us(1, CHANGE_AFTER_NS_MAX));
            }
            times.forEach(atNs -> changes.add(new LinkCourse.Change(atNs, changed(start))));
        }
        return new LinkCourse(start, changes);
    }

    /** A step of one thing, or another path altogether. */
    private LinkSettings changed(LinkSettings start) {
        return switch (random.nextInt(4)) {
            case 0 -> start.toBuilder().delayNs(delayNs()).build();
            case 1 ->
                start.toBuilder().payloadBytesMax(random.nextInt(1_200, 1_500)).build();
            case 2 ->
                start.toBuilder().lossProbability(random.nextDouble() * 0.2).build();
            default -> settings();
        };
    }

    private LinkSettings settings() {
        LinkSettings.Builder path = LinkSettings.builder().delayNs(delayNs());
        if (features.contains(Feature.SMALL_MTU)) {
            path.payloadBytesMax(random.nextInt(1_200, 1_500));
        }
        if (features.contains(Feature.RATE)) {
            path.rateBitsPerSecond(random.nextLong(1_000_000, 1L << random.nextInt(21, 34)))
                    .queueBytesMax(random.nextLong(20_000, 2_000_000));
        }
        loss(path);
        if (features.contains(Feature.JITTER)) {
            path.jitterNs(us(0, 20 * MS));
        }
        if (features.contains(Feature.REORDERING)) {
            path.reordering(new Reordering(random.nextDouble() * 0.3, 0, us(1, 30 * MS)));
        }
        if (features.contains(Feature.DUPLICATES)) {
            path.duplicateProbability(random.nextDouble() * 0.2);
        }
        if (features.contains(Feature.CORRUPTION)) {
            path.corruption(new Corruption(
                    random.nextDouble() * 0.05,
                    1 + random.nextInt(3),
                    random.nextBoolean() ? 1 : 1 + random.nextInt(16)));
        }
        if (features.contains(Feature.TRUNCATION)) {
            path.truncateProbability(random.nextDouble() * 0.05);
        }
        if (features.contains(Feature.MERGING)) {
            long coalesceNs = random.nextInt(3) == 0 ? us(1, MS) : 0;
            path.merging(new Merging(64, random.nextBoolean(), coalesceNs));
        }
        if (features.contains(Feature.ECN)) {
            path.ecnMarking(ecn());
        }
        return path.build();
    }

    private void loss(LinkSettings.Builder path) {
        if (features.contains(Feature.LOSS)) {
            path.lossProbability(random.nextDouble() * (features.contains(Feature.HEAVY_LOSS) ? 0.4 : 0.1));
        }
        if (features.contains(Feature.BURSTS)) {
            path.lossBursts(LossBursts.of(random.nextDouble() * 0.05 + 0.001, 1 + random.nextInt(12)));
        }
        if (features.contains(Feature.DARKNESS)) {
            path.blackout(dark());
        }
    }

    private Blackout dark() {
        if (random.nextBoolean()) {
            return Blackout.every(7 * SECOND, us(1, 2 * SECOND));
        }
        long fromNs = us(0, 3 * SECOND);
        return Blackout.between(fromNs, fromNs + us(1, DARK_NS_MAX));
    }

    private EcnMarking ecn() {
        return switch (random.nextInt(4)) {
            case 0 -> EcnMarking.BLEACHED;
            case 1 -> EcnMarking.ALL_CE;
            case 2 -> EcnMarking.aboveQueueBytes(random.nextInt(3_000, 200_000));
            default -> new EcnMarking(false, random.nextDouble() * 0.2, Long.MAX_VALUE);
        };
    }

    private long delayNs() {
        int bits = features.contains(Feature.LONG_DELAY) ? random.nextInt(20, 28) : random.nextInt(15, 22);
        return us(10 * US, 1L << bits);
    }

    private long us(long fromNs, long toNs) {
        return random.nextLong(fromNs, toNs) / US * US + US;
    }
}
