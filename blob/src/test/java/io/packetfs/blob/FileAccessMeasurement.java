package io.packetfs.blob;

import io.packetfs.linux.Linux;
import io.packetfs.linux.MemoryAdvice.Advice;
import io.packetfs.linux.Scheduling;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.zip.CRC32C;

/**
 * What it costs to write and read files in pieces as large as a chunk, in several ways, side by side in interleaved rounds: the
 * thread's processor time, least and median, and the median of elapsed time, in nanoseconds for each byte. Run by hand; docs/adr
 * tells what was decided by it.
 */
final class FileAccessMeasurement {
    private static final int SIZE_BYTES = 256 << 20;
    private static final int CHUNK_BYTES = 1_408;
    private static final int DATAGRAM_BYTES = 1_472;
    private static final int GRAM_BYTES = 256 * 1024;
    private static final int SMALL_FILE_COUNT = 2_000;
    private static final int SMALL_FILE_BYTES = 4_000;
    private static final int REPAIR_DISTANCE_BYTES = 16 << 20;
    private static final int ROUNDS = 21;

    private final Path folder;
    private final byte[] packets = new byte[64 * 1024];
    private final MemorySegment packetMemory = MemorySegment.ofArray(packets);
    private int packetAt;

    private FileAccessMeasurement(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] args) throws IOException {
        new FileAccessMeasurement(Path.of(args[0])).run();
    }

    /** One way to do the work; returns a checksum, so that no work can be left out. */
    @FunctionalInterface
    private interface Way {
        long run(Path file) throws IOException;
    }

    private record Cost(double cpuNs, double elapsedNs) {}

    private void run() throws IOException {
        Map<String, Way> ways = new LinkedHashMap<>();
        ways.put("write: mapped", file -> writeMapped(file, 0, false));
        ways.put("write: mapped, POPULATE_WRITE 4 MiB ahead", file -> writeMapped(file, 4 << 20, false));
        ways.put("write: pwrite of each chunk", this::writeChunks);
        ways.put("write: TreeLanding", file -> writeLanding(file, false, 0));
        ways.put("write + digest: mapped (unsafe)", file -> writeMapped(file, 0, true));
        ways.put(
                "write + digest: mapped, POPULATE_WRITE 4 MiB ahead (unsafe)",
                file -> writeMapped(file, 4 << 20, true));
        ways.put("write + digest: TreeLanding", file -> writeLanding(file, true, 0));
        ways.put("write + digest: TreeLanding, every 50th chunk 16 MiB late", file -> writeLanding(file, true, 50));
        measure(ways, SIZE_BYTES, true);

        ways.clear();
        ways.put("read + digest: mapped, digest in place (unsafe)", file -> readMapped(file, true));
        ways.put("read + digest: mapped, digest through a copy", file -> readMapped(file, false));
        ways.put("read + digest: TreeSource", this::readSource);
        measure(ways, SIZE_BYTES, false);

        ways.clear();
        ways.put("2,000 files of 4,000 bytes: mapped", this::writeSmallMapped);
        ways.put("2,000 files of 4,000 bytes: one write each", this::writeSmallEach);
        ways.put("2,000 files of 4,000 bytes: TreeLanding", this::writeSmallLanding);
        measure(ways, (long) SMALL_FILE_COUNT * SMALL_FILE_BYTES, true);
    }

    private void measure(Map<String, Way> ways, long bytes, boolean writes) throws IOException {
        Path file = folder.resolve("measured");
        if (!writes) {
            writeLanding(file, false, 0);
        }
        Map<String, List<Cost>> costs = new LinkedHashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (Map.Entry<String, Way> way : ways.entrySet()) {
                Cost cost = cost(way.getValue(), file, bytes);
                // The first round is for the compiler.
                if (round > 0) {
                    costs.computeIfAbsent(way.getKey(), name -> new ArrayList<>())
                            .add(cost);
                }
                if (writes) {
                    Files.deleteIfExists(file);
                }
            }
        }
        Files.deleteIfExists(file);
        costs.forEach((name, all) -> System.out.printf(
                "| %s | %.3f | %.3f | %.3f |%n",
                name,
                quantile(all, 0, Cost::cpuNs),
                quantile(all, 0.5, Cost::cpuNs),
                quantile(all, 0.5, Cost::elapsedNs)));
    }

    private static Cost cost(Way way, Path file, long bytes) throws IOException {
        Scheduling scheduling = Linux.scheduling();
        long cpuNs = scheduling.threadUsage().cpuNs();
        long startNs = System.nanoTime();
        long checksum = way.run(file);
        long elapsedNs = System.nanoTime() - startNs;
        cpuNs = scheduling.threadUsage().cpuNs() - cpuNs;
        if (checksum == 42) {
            System.out.println("a checksum of 42");
        }
        return new Cost((double) cpuNs / bytes, (double) elapsedNs / bytes);
    }

    private static double quantile(List<Cost> costs, double rank, ToDoubleFunction<Cost> of) {
        double[] sorted = costs.stream().mapToDouble(of).sorted().toArray();
        return sorted[(int) (rank * sorted.length)];
    }

    /** Where the next chunk lies among the packets of a receive buffer. */
    private int nextPacket() {
        packetAt += DATAGRAM_BYTES;
        if (packetAt + DATAGRAM_BYTES > packets.length) {
            packetAt = 0;
        }
        return packetAt + 48;
    }

    private long writeMapped(Path file, int populatedBytes, boolean digests) throws IOException {
        CRC32C digest = new CRC32C();
        try (FileChannel channel = open(file);
                Arena arena = Arena.ofConfined()) {
            Linux.fileSpace().reserve(file, SIZE_BYTES);
            MemorySegment memory = channel.map(MapMode.READ_WRITE, 0, SIZE_BYTES, arena);
            int populated = 0;
            for (int gram = 0; gram < SIZE_BYTES; gram += GRAM_BYTES) {
                if (populatedBytes > 0 && gram == populated) {
                    Linux.memoryAdvice().advise(memory.asSlice(gram, populatedBytes), Advice.POPULATE_WRITE);
                    populated += populatedBytes;
                }
                for (int at = gram; at < gram + GRAM_BYTES; at += CHUNK_BYTES) {
                    int length = Math.min(CHUNK_BYTES, gram + GRAM_BYTES - at);
                    MemorySegment.copy(packetMemory, nextPacket(), memory, at, length);
                }
                if (digests) {
                    digest.update(memory.asSlice(gram, GRAM_BYTES).asByteBuffer());
                }
            }
        }
        return digest.getValue();
    }

    private long writeChunks(Path file) throws IOException {
        try (FileChannel channel = open(file);
                Arena arena = Arena.ofConfined()) {
            Linux.fileSpace().reserve(file, SIZE_BYTES);
            MemorySegment chunk = arena.allocate(CHUNK_BYTES);
            ByteBuffer bytes = chunk.asByteBuffer();
            for (int at = 0; at < SIZE_BYTES; ) {
                int length = Math.min(CHUNK_BYTES, SIZE_BYTES - at);
                MemorySegment.copy(packetMemory, nextPacket(), chunk, 0, length);
                at += channel.write(bytes.clear().limit(length), at);
            }
        }
        return 0;
    }

    /** @param lateEvery each such chunk is written when the landing is 16 MiB further; 0 for none */
    private long writeLanding(Path file, boolean digests, int lateEvery) throws IOException {
        CRC32C digest = new CRC32C();
        int[] late = new int[SIZE_BYTES / CHUNK_BYTES + 1];
        int lateFirst = 0;
        int lateLast = 0;
        int count = 0;
        try (TreeLanding landing = TreeLanding.open(FileLayout.of(file, SIZE_BYTES))) {
            for (int gram = 0; gram < SIZE_BYTES; gram += GRAM_BYTES) {
                for (int at = gram; at < gram + GRAM_BYTES; at += CHUNK_BYTES) {
                    if (lateEvery > 0 && ++count % lateEvery == 0) {
                        late[lateLast++] = at;
                    } else {
                        writeChunk(landing, at);
                    }
                    if (lateFirst < lateLast && late[lateFirst] < at - REPAIR_DISTANCE_BYTES) {
                        writeChunk(landing, late[lateFirst++]);
                    }
                }
                int complete = gram - (lateEvery > 0 ? REPAIR_DISTANCE_BYTES : 0);
                if (digests && complete >= 0) {
                    landing.updateDigest(digest, complete, GRAM_BYTES);
                }
            }
            while (lateFirst < lateLast) {
                writeChunk(landing, late[lateFirst++]);
            }
            landing.complete(0);
        }
        return digest.getValue();
    }

    private void writeChunk(TreeLanding landing, int at) {
        int length = Math.min(CHUNK_BYTES, GRAM_BYTES - at % GRAM_BYTES);
        landing.write(at, packets, nextPacket(), length);
    }

    private long readMapped(Path file, boolean inPlace) throws IOException {
        CRC32C digest = new CRC32C();
        byte[] copy = new byte[64 * 1024];
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                Arena arena = Arena.ofConfined()) {
            MemorySegment memory = channel.map(MapMode.READ_ONLY, 0, SIZE_BYTES, arena);
            for (int gram = 0; gram < SIZE_BYTES; gram += GRAM_BYTES) {
                if (inPlace) {
                    digest.update(memory.asSlice(gram, GRAM_BYTES).asByteBuffer());
                } else {
                    for (int at = gram; at < gram + GRAM_BYTES; at += copy.length) {
                        MemorySegment.copy(memory, at, MemorySegment.ofArray(copy), 0, copy.length);
                        digest.update(copy);
                    }
                }
                for (int at = gram; at < gram + GRAM_BYTES; at += CHUNK_BYTES) {
                    int length = Math.min(CHUNK_BYTES, gram + GRAM_BYTES - at);
                    MemorySegment.copy(memory, at, packetMemory, nextPacket(), length);
                }
            }
        }
        return digest.getValue();
    }

    private long readSource(Path file) {
        CRC32C digest = new CRC32C();
        try (TreeSource source = new TreeSource(FileLayout.of(file, SIZE_BYTES))) {
            for (int gram = 0; gram < SIZE_BYTES; gram += GRAM_BYTES) {
                source.updateDigest(digest, gram, GRAM_BYTES);
                for (int at = gram; at < gram + GRAM_BYTES; at += CHUNK_BYTES) {
                    source.read(at, packets, nextPacket(), Math.min(CHUNK_BYTES, gram + GRAM_BYTES - at));
                }
            }
        }
        return digest.getValue();
    }

    private long writeSmallMapped(Path file) throws IOException {
        Path small = Files.createDirectory(folder.resolve("small"));
        for (int i = 0; i < SMALL_FILE_COUNT; i++) {
            try (FileChannel channel = open(small.resolve("file" + i));
                    Arena arena = Arena.ofConfined()) {
                MemorySegment memory = channel.map(MapMode.READ_WRITE, 0, SMALL_FILE_BYTES, arena);
                for (int at = 0; at < SMALL_FILE_BYTES; at += CHUNK_BYTES) {
                    MemorySegment.copy(
                            packetMemory, nextPacket(), memory, at, Math.min(CHUNK_BYTES, SMALL_FILE_BYTES - at));
                }
            }
        }
        Trees.delete(small);
        return 0;
    }

    private long writeSmallEach(Path file) throws IOException {
        Path small = Files.createDirectory(folder.resolve("small"));
        ByteBuffer bytes = ByteBuffer.allocateDirect(SMALL_FILE_BYTES);
        for (int i = 0; i < SMALL_FILE_COUNT; i++) {
            try (FileChannel channel = open(small.resolve("file" + i))) {
                channel.write(bytes.clear(), 0);
            }
        }
        Trees.delete(small);
        return 0;
    }

    private long writeSmallLanding(Path file) throws IOException {
        Path small = Files.createDirectory(folder.resolve("small"));
        FileLayout layout = Trees.layout(small, Collections.nCopies(SMALL_FILE_COUNT, SMALL_FILE_BYTES));
        try (TreeLanding landing = TreeLanding.open(layout)) {
            for (int i = 0; i < SMALL_FILE_COUNT; i++) {
                for (int at = 0; at < SMALL_FILE_BYTES; at += CHUNK_BYTES) {
                    int length = Math.min(CHUNK_BYTES, SMALL_FILE_BYTES - at);
                    landing.write(layout.startOf(i) + at, packets, nextPacket(), length);
                }
                landing.complete(i);
            }
        }
        Trees.delete(small);
        return 0;
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
}
