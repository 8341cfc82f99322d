package io.packetfs.interop.transfers;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.transfer.OnExists;
import io.packetfs.transfer.record.VerifyKind;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** The same operations give the same results over every carrier, each on a path of its own roughness. */
class CarriersAgreeTest {
    private static final int TIMEOUT_MS = 20_000;

    /** What was said of each operation, and what lay in the receiver's folder in the end. */
    private record Results(List<List<String>> said, Map<String, String> folder) {}

    @Property(tries = 10, shrinking = ShrinkingMode.OFF)
    void resultsDoNotDependOnTheCarrier(@ForAll("operations") List<Operation> operations, @ForAll("seeds") long seed)
            throws Exception {
        Results inVirtualTime = run(new VirtualCrossing(seed, TIMEOUT_MS), Trouble.WORST, operations);

        assertThat(run(new UdpProxyCrossing(seed, TIMEOUT_MS), Trouble.WORST, operations))
                .as("over UDP")
                .isEqualTo(inVirtualTime);
        assertThat(run(new TcpProxyCrossing(TIMEOUT_MS), Trouble.SLICED, operations))
                .as("over TCP")
                .isEqualTo(inVirtualTime);
    }

    @Provide
    Arbitrary<Long> seeds() {
        return Arbitraries.longs().between(1, 1_000_000);
    }

    @Provide
    Arbitrary<List<Operation>> operations() {
        Arbitrary<String> names = Arbitraries.of("a", "b", "d", "d/e", "d/e/f", "\u00fc \u2603");
        Arbitrary<Integer> sizes = Arbitraries.of(0, 1, 1_199, 4_096, 65_537, 300_000);
        Arbitrary<Long> seeds = Arbitraries.longs().between(1, 3);
        Arbitrary<Operation> puts = Combinators.combine(Arbitraries.of(true, true, false), names, sizes, seeds)
                .as(Operation.PutFile::new);
        Arbitrary<Operation> files = Combinators.combine(
                        Arbitraries.of("a", "b", "d", "d/e", "\u00fc \u2603", "."),
                        Arbitraries.of(OnExists.class),
                        Arbitraries.of(VerifyKind.class))
                .as(Operation.SendFiles::new);
        Arbitrary<Operation> others = Arbitraries.oneOf(
                Combinators.combine(sizes, seeds, Arbitraries.of(Integer.MAX_VALUE, Integer.MAX_VALUE, 50_000))
                        .as(Operation.SendStream::new),
                Combinators.combine(Arbitraries.of(1, 100_000, 1_200_000), seeds)
                        .as(Operation.StopAndResume::new),
                sizes.map(Operation.SendVanished::new),
                Arbitraries.of(true, false).map(Operation.SendUnwanted::new));
        Arbitrary<List<Operation>> first = puts.list().ofMinSize(3).ofMaxSize(5);
        Arbitrary<List<Operation>> then = Arbitraries.oneOf(puts, files, files, others)
                .list()
                .ofMinSize(3)
                .ofMaxSize(7);
        return Combinators.combine(first, then).as((a, b) -> {
            List<Operation> all = new ArrayList<>(a);
            all.addAll(b);
            return all;
        });
    }

    private static Results run(Crossing crossing, Trouble trouble, List<Operation> operations) throws Exception {
        Path folder = Files.createTempDirectory("pfs-agree-");
        try (crossing) {
            Path source = Files.createDirectory(folder.resolve("source"));
            Path target = Files.createDirectory(folder.resolve("target"));
            crossing.set(trouble);
            List<List<String>> said = new ArrayList<>();
            for (Operation operation : operations) {
                said.add(operation.run(crossing, source, target));
            }
            return new Results(said, content(target));
        } finally {
            delete(folder);
        }
    }

    /** Without times, which differ as the files of the two sources do. */
    private static Map<String, String> content(Path target) throws IOException {
        Map<String, String> all = new TreeMap<>();
        for (var entry : Samples.describe(target).entrySet()) {
            String[] words = entry.getValue().split(" ", -1);
            all.put(entry.getKey(), words[0].equals("directory") ? words[0] : words[0] + " " + words[1]);
        }
        return all;
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
