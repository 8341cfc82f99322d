package io.packetfs.interop.transfers;

import io.packetfs.transfer.manifest.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** Files for tests, and what can be said of them. */
final class Samples {
    private Samples() {}

    static byte[] bytes(int count, long seed) {
        byte[] content = new byte[count];
        new SplittableRandom(seed).nextBytes(content);
        return content;
    }

    static Path file(Path path, int bytes, long seed) throws IOException {
        Files.createDirectories(path.getParent());
        return Files.write(path, bytes(bytes, seed));
    }

    /** A tree with everything in it that a manifest can say. */
    static Path tree(Path root) throws IOException {
        file(root.resolve("large.bin"), 1_300_001, 1);
        file(root.resolve("a b/\u00fc\u2603 \ud83d\ude80.txt"), 70_001, 2);
        file(root.resolve("a b/empty"), 0, 3);
        Path script = file(root.resolve("bin/run.sh"), 20, 4);
        var permissions = Files.getPosixFilePermissions(script);
        permissions.add(PosixFilePermission.OWNER_EXECUTE);
        Files.setPosixFilePermissions(script, permissions);
        Files.createDirectories(root.resolve("nothing/in here"));
        Files.createSymbolicLink(root.resolve("bin/link"), Path.of("../large.bin"));
        Files.setLastModifiedTime(
                root.resolve("large.bin"), FileTime.from(Instant.parse("2001-02-03T04:05:06.123456789Z")));
        return root;
    }

    static SourceTree scan(Path... paths) throws IOException {
        return SourceTree.scan(List.of(paths));
    }

    /** Path, kind, content, time and executable bit of everything below a folder. */
    static Map<String, String> describe(Path root) throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                all.put(root.relativize(path).toString(), describeOne(path));
            }
        }
        all.remove("");
        return all;
    }

    static List<String> names(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.map(child -> child.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    private static String describeOne(Path path) throws IOException {
        if (Files.isSymbolicLink(path)) {
            return "-> " + Files.readSymbolicLink(path);
        }
        FileTime modified = Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS);
        if (Files.isDirectory(path)) {
            return "directory " + modified;
        }
        CRC32C crc = new CRC32C();
        crc.update(Files.readAllBytes(path));
        boolean executable = Files.getPosixFilePermissions(path).contains(PosixFilePermission.OWNER_EXECUTE);
        return HexFormat.of().toHexDigits((int) crc.getValue()) + " " + Files.size(path) + " " + modified
                + (executable ? " x" : "");
    }
}
