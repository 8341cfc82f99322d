package io.packetfs.blob;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;

/** Layouts and folders for tests. */
final class Trees {
    private Trees() {}

    /** Sizes of empty, small, block-sized and larger files, mixed; seldom more than the landing's staging memory together. */
    static Arbitrary<List<Integer>> sizes() {
        return Arbitraries.frequencyOf(
                        Tuple.of(2, Arbitraries.just(0)),
                        Tuple.of(8, Arbitraries.integers().between(1, 9_000)),
                        Tuple.of(2, Arbitraries.integers().between(Block.BYTES - 2, Block.BYTES + 2)),
                        Tuple.of(1, Arbitraries.integers().between(1 << 20, 5 << 20)))
                .list()
                .ofMinSize(1)
                .ofMaxSize(25);
    }

    static FileLayout layout(Path folder, List<Integer> sizes) {
        List<Path> paths = new ArrayList<>();
        for (int i = 0; i < sizes.size(); i++) {
            paths.add(folder.resolve("file" + i));
        }
        return new FileLayout(
                paths, sizes.stream().mapToLong(Integer::longValue).toArray());
    }

    static byte[] randomBytes(Random random, long length) {
        byte[] bytes = new byte[Math.toIntExact(length)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** What a file of a layout holds if the blob holds {@code content}. */
    static byte[] contentOf(FileLayout layout, byte[] content, int file) {
        return Arrays.copyOfRange(content, (int) layout.startOf(file), (int) layout.startOf(file + 1));
    }

    /** A folder for one try of a property, since the life of a TempDir spans all tries. */
    static Path newFolder() {
        try {
            return Files.createTempDirectory("packetfs-blob");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
