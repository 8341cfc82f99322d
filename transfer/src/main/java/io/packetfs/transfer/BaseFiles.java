package io.packetfs.transfer;

import io.packetfs.blob.FileLayout;
import io.packetfs.transfer.manifest.ManifestLimits;
import io.packetfs.transfer.manifest.TransferId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Older content: the files of a base, laid end to end (spec: DLT-6). What cannot be looked at, and what is no file, is left out. Limit: as many
 * files as a manifest has entries; the rest is left out, too.
 */
public final class BaseFiles {
    private static final Comparator<Path> BY_NAME_BYTES =
            Comparator.comparing(BaseFiles::nameBytes, Arrays::compareUnsigned);

    private final List<Path> paths = new ArrayList<>();
    private final List<Long> sizes = new ArrayList<>();
    private final List<FileTime> modified = new ArrayList<>();
    private final MessageDigest digest = sha256();
    private FileLayout layout;
    private TransferId id;

    private BaseFiles() {}

    /** A file, or all files below a directory. */
    public static BaseFiles under(Path root) {
        BaseFiles files = new BaseFiles();
        files.visit(root, "");
        return files.done();
    }

    /** What lies in a folder under some names. A single one is a root of its own. */
    static BaseFiles named(Path folder, List<String> names) {
        if (names.size() == 1) {
            return under(folder.resolve(names.getFirst()));
        }
        BaseFiles files = new BaseFiles();
        names.stream().map(folder::resolve).sorted(BY_NAME_BYTES).forEach(path -> files.visit(path, nameOf(path)));
        return files.done();
    }

    FileLayout layout() {
        return layout;
    }

    TransferId id() {
        return id;
    }

    boolean isEmpty() {
        return layout.sizeBytes() == 0;
    }

    /** Whether these are the same files as others, and have not been written to in between, as far as their sizes and times tell. */
    boolean isAs(BaseFiles others) {
        return paths.equals(others.paths) && sizes.equals(others.sizes) && modified.equals(others.modified);
    }

    private BaseFiles done() {
        layout = new FileLayout(
                List.copyOf(paths), sizes.stream().mapToLong(Long::longValue).toArray());
        id = TransferId.read(ByteBuffer.wrap(digest.digest()));
        return this;
    }

    private void visit(Path path, String name) {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (attributes.isDirectory()) {
                for (Path child : children(path)) {
                    visit(child, name.isEmpty() ? nameOf(child) : name + "/" + nameOf(child));
                }
            } else if (attributes.isRegularFile()) {
                add(path, name, attributes);
            }
        } catch (IOException e) {
            // What cannot be looked at holds nothing that could be used.
            return;
        }
    }

    private void add(Path path, String name, BasicFileAttributes attributes) {
        long sizeBytes = attributes.size();
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        if (paths.size() == ManifestLimits.ENTRIES_MAX || nameBytes.length > ManifestLimits.PATH_BYTES_MAX) {
            return;
        }
        paths.add(path);
        sizes.add(sizeBytes);
        modified.add(attributes.lastModifiedTime());
        ByteBuffer entry =
                ByteBuffer.allocate(Short.BYTES + nameBytes.length + Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        entry.putShort((short) nameBytes.length).put(nameBytes).putLong(sizeBytes);
        digest.update(entry.array());
    }

    private static List<Path> children(Path folder) throws IOException {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            stream.forEach(children::add);
        }
        children.sort(BY_NAME_BYTES);
        return children;
    }

    private static String nameOf(Path path) {
        return path.getFileName().toString();
    }

    private static byte[] nameBytes(Path path) {
        return nameOf(path).getBytes(StandardCharsets.UTF_8);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
