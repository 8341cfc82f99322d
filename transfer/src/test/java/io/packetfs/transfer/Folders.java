package io.packetfs.transfer;

import io.packetfs.transfer.manifest.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Files for tests, and what can be said of them. */
final class Folders {
    private Folders() {}

    static Path file(Path path, int bytes, long seed) throws IOException {
        byte[] content = new byte[bytes];
        new SplittableRandom(seed).nextBytes(content);
        Files.createDirectories(path.getParent());
        return Files.write(path, content);
    }

    /** A tree with everything in it that a manifest can say. */
    static Path tree(Path root) throws IOException {
        file(root.resolve("large.bin"), 3_500_000, 1);
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
        Files.setLastModifiedTime(root.resolve("nothing"), FileTime.from(Instant.parse("1969-12-31T23:59:59.5Z")));
        return root;
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

    static SourceTree scan(Path... paths) throws IOException {
        return SourceTree.scan(List.of(paths));
    }

    private static String describeOne(Path path) throws IOException {
        if (Files.isSymbolicLink(path)) {
            return "-> " + Files.readSymbolicLink(path);
        }
        FileTime modified = Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS);
        if (Files.isDirectory(path)) {
            return "directory " + modified;
        }
        boolean executable = Files.getPosixFilePermissions(path).contains(PosixFilePermission.OWNER_EXECUTE);
        return HexFormat.of().toHexDigits(Arrays.hashCode(Files.readAllBytes(path))) + " " + Files.size(path) + " "
                + modified + (executable ? " x" : "");
    }
}
