package io.packetfs.transfer.manifest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What is there to send: the manifest of some files and directories, and where each file lies here. */
public final class SourceTree {
    /**
     * Something that was found and cannot be sent.
     *
     * @param path as it would have been in the manifest
     * @param failed true if it should have been sent; false if it is of a kind that is never sent
     */
    public record LeftOut(String path, String reason, boolean failed) {}

    private final ManifestBuilder builder = new ManifestBuilder();
    private final List<Path> paths = new ArrayList<>();
    private final List<LeftOut> leftOut = new ArrayList<>();

    private SourceTree() {}

    /**
     * Looks at files and directories and all below them, in the order of their names. Links are followed when they are named here,
     * and sent as links below a directory.
     *
     * @throws IOException if one of the paths is not there or cannot be read; the message names it
     */
    public static SourceTree scan(List<Path> paths) throws IOException {
        SourceTree tree = new SourceTree();
        for (Path path : paths) {
            Path real;
            try {
                real = path.toRealPath();
            } catch (IOException e) {
                throw new IOException("cannot read " + path + ": " + reason(e), e);
            }
            if (!Files.isReadable(real)) {
                throw new IOException("cannot read " + path + ": permission denied");
            }
            Path name = path.normalize().getFileName();
            boolean named = name != null
                    && !name.toString().isEmpty()
                    && !name.toString().equals("..");
            Path top = named ? name : real.getFileName();
            if (top == null) {
                throw new IOException("cannot send " + path + ": it has no name");
            }
            int before = tree.leftOut.size();
            tree.visit(real, top.toString());
            if (tree.leftOut.size() > before && tree.leftOut.get(before).path().equals(top.toString())) {
                throw new IOException(
                        "cannot send " + path + ": " + tree.leftOut.get(before).reason());
            }
        }
        return tree;
    }

    public Manifest manifest() {
        return builder.build();
    }

    /** Where an entry lies. */
    public Path pathOfEntry(int entry) {
        return paths.get(entry);
    }

    /**
     * Looks whether the files are still those of the scan.
     *
     * @return null, or which file is not, in words
     */
    public String findChange(BitSet skippedEntries) {
        List<ManifestEntry> entries = builder.entries();
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).isFile() && !skippedEntries.get(i)) {
                String change = change(entries.get(i), paths.get(i));
                if (change != null) {
                    return paths.get(i) + " " + change;
                }
            }
        }
        return null;
    }

    /** What could not be taken into the manifest. */
    public List<LeftOut> leftOut() {
        return List.copyOf(leftOut);
    }

    private void visit(Path path, String name) {
        try {
            PosixFileAttributes attributes =
                    Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            // What a name's bytes are cannot be told from its text any more when they were not valid.
            if (name.indexOf('\uFFFD') >= 0) {
                leftOut.add(new LeftOut(name, "its name is not UTF-8", true));
            } else if (attributes.isRegularFile()) {
                visitFile(path, name, attributes);
            } else if (attributes.isDirectory()) {
                visitDirectory(path, name, attributes);
            } else if (attributes.isSymbolicLink()) {
                String target = Files.readSymbolicLink(path).toString();
                add(path, new ManifestEntry(EntryKind.LINK, name, target, 0, false, modifiedNs(attributes)));
            } else {
                leftOut.add(new LeftOut(name, "it is neither a file, a directory nor a link", false));
            }
        } catch (IOException e) {
            leftOut.add(new LeftOut(name, reason(e), true));
        } catch (UncheckedIOException e) {
            leftOut.add(new LeftOut(name, reason(e.getCause()), true));
        }
    }

    private void visitFile(Path path, String name, PosixFileAttributes attributes) {
        if (!Files.isReadable(path)) {
            leftOut.add(new LeftOut(name, "permission denied", true));
            return;
        }
        // The owner's bit, not what this user may do: root may run nothing without one, and everything with any.
        boolean executable = attributes.permissions().contains(PosixFilePermission.OWNER_EXECUTE);
        ManifestEntry entry =
                new ManifestEntry(EntryKind.FILE, name, "", attributes.size(), executable, modifiedNs(attributes));
        add(path, entry);
    }

    private void visitDirectory(Path path, String name, PosixFileAttributes attributes) throws IOException {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(path)) {
            stream.forEach(children::add);
        }
        children.sort(null);
        if (!add(path, new ManifestEntry(EntryKind.DIRECTORY, name, "", 0, false, modifiedNs(attributes)))) {
            return;
        }
        for (Path child : children) {
            visit(child, name + "/" + child.getFileName());
        }
    }

    private boolean add(Path path, ManifestEntry entry) {
        String fault = builder.add(entry);
        if (fault == null) {
            paths.add(path);
            return true;
        }
        // A link that leads out of the transfer is left behind on purpose; anything else should have gone along.
        leftOut.add(new LeftOut(entry.path(), fault, entry.kind() != EntryKind.LINK));
        return false;
    }

    private static String change(ManifestEntry entry, Path path) {
        try {
            BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
            boolean same = now.size() == entry.sizeBytes() && modifiedNs(now) == entry.modifiedNs();
            return same ? null : "changed while it was sent";
        } catch (IOException e) {
            return "vanished while it was sent: " + reason(e);
        }
    }

    /** Nanoseconds since 1970, held to what 64 bits can say. */
    private static long modifiedNs(BasicFileAttributes attributes) {
        return attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
    }

    private static String reason(IOException e) {
        return switch (e) {
            case java.nio.file.NoSuchFileException missing -> "it does not exist";
            case java.nio.file.AccessDeniedException denied -> "permission denied";
            default -> String.valueOf(e.getMessage());
        };
    }
}
