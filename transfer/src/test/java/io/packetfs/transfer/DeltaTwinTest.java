package io.packetfs.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.blob.chunk.ChunkSizes;
import io.packetfs.blob.chunk.Chunker;
import io.packetfs.sim.LinkSettings;
import io.packetfs.transfer.record.VerifyKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Delta transfers of trees that were edited at random, beside a twin that keeps every old chunk in a set. */
class DeltaTwinTest {
    private static final ChunkSizes SIZES = new ChunkSizes(ChunkSizes.AVERAGE_LOG2_MIN);

    @Property(tries = 60)
    void theResultIsWhatWasSentAndEveryChunkThatWasThereIsReused(@ForAll long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, byte[]> old = oldTree(random);
        Map<String, byte[]> edited = edit(old, random);
        Path folder = Files.createTempDirectory("delta");
        try {
            Path target = folder.resolve("target");
            write(old, target.resolve("tree"));
            Path tree = write(edited, folder.resolve("source/tree"));
            boolean known = random.nextBoolean();
            BaseFiles own = known ? BaseFiles.under(write(old, folder.resolve("own/tree"))) : null;

            TransferReport sent = transfer(random.nextInt(1_000), target, tree, own);

            assertThat(sent.failure()).isNull();
            for (Map.Entry<String, byte[]> file : edited.entrySet()) {
                assertThat(Files.readAllBytes(target.resolve("tree").resolve(file.getKey())))
                        .as(file.getKey())
                        .isEqualTo(file.getValue());
            }
            assertThat(sent.reusedBytes()).isEqualTo(knownBytes(old, edited));
        } finally {
            FileActions.deleteTree(folder);
        }
    }

    private static TransferReport transfer(long seed, Path target, Path tree, BaseFiles own) throws Exception {
        LinkSettings link = LinkSettings.builder()
                .delayMs(5)
                .rateMegabitsPerSecond(100)
                .lossProbability(0.01)
                .build();
        TwoSides sides = new TwoSides(seed, link);
        sides.receiveInto(ReceiveFolder.open(target, OnExists.RESUME, VerifyKind.SHA256));
        FileSendSession session = new FileSendSession(
                Folders.scan(tree),
                VerifyKind.CRC32C,
                sides.senderWorkers,
                sides.network::nowNs,
                TwoSides.STALL_TIMEOUT_NS);
        sides.start(own == null ? session : session.withBase(own));
        TransferReport sent = sides.run();
        assertThat(sides.received.getFirst().reusedBytes()).isEqualTo(sent.reusedBytes());
        return sent;
    }

    private static Map<String, byte[]> oldTree(SplittableRandom random) {
        Map<String, byte[]> tree = new TreeMap<>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            byte[] content = new byte[random.nextInt(i == 0 ? 300_000 : 30_000)];
            random.nextBytes(content);
            tree.put((random.nextBoolean() ? "a/" : "") + "file" + i, content);
        }
        return tree;
    }

    /** Renames, drops, copies, puts in, takes out, moves and doubles. */
    private static Map<String, byte[]> edit(Map<String, byte[]> old, SplittableRandom random) {
        Map<String, byte[]> tree = new TreeMap<>(old);
        for (int i = random.nextInt(8); i > 0; i--) {
            List<String> names = List.copyOf(tree.keySet());
            String name = names.get(random.nextInt(names.size()));
            byte[] content = tree.get(name);
            int from = random.nextInt(content.length + 1);
            int to = from + random.nextInt(content.length - from + 1);
            byte[] part = Arrays.copyOfRange(content, from, to);
            switch (random.nextInt(7)) {
                case 0 -> {
                    tree.remove(name);
                    tree.put("b/renamed" + i, content);
                }
                case 1 -> tree.put("b/copy" + i, content);
                case 2 -> tree.put(name, joined(content, from, fresh(random), from));
                case 3 -> tree.put(name, joined(content, from, new byte[0], to));
                case 4 -> tree.put(name, joined(content, from, part, from));
                case 5 ->
                    tree.put(name, joined(part, part.length, joined(content, from, new byte[0], to), part.length));
                default -> tree.put(name, joined(content, from, fresh(random), to));
            }
        }
        return tree;
    }

    private static byte[] fresh(SplittableRandom random) {
        byte[] bytes = new byte[random.nextInt(20_000)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** The beginning of a content, something, and its end from another place on. */
    private static byte[] joined(byte[] content, int end, byte[] between, int start) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(content, 0, end);
        all.writeBytes(between);
        all.write(content, start, content.length - start);
        return all.toByteArray();
    }

    private static Path write(Map<String, byte[]> tree, Path root) throws IOException {
        Files.createDirectories(root);
        for (Map.Entry<String, byte[]> file : tree.entrySet()) {
            Path path = root.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
        return root;
    }

    private static long knownBytes(Map<String, byte[]> old, Map<String, byte[]> edited) {
        Set<ByteBuffer> known = new HashSet<>();
        old.values().forEach(content -> known.addAll(chunks(content)));
        return edited.values().stream()
                .flatMap(content -> chunks(content).stream())
                .filter(known::contains)
                .mapToLong(ByteBuffer::remaining)
                .sum();
    }

    private static List<ByteBuffer> chunks(byte[] content) {
        Chunker chunker = new Chunker(SIZES);
        List<ByteBuffer> chunks = new ArrayList<>();
        int from = 0;
        while (from < content.length) {
            int length = chunker.cut(content, from, content.length);
            chunks.add(ByteBuffer.wrap(content, from, length));
            from += length;
        }
        return chunks;
    }
}
