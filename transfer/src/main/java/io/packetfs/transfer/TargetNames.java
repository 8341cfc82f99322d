package io.packetfs.transfer;

import io.packetfs.transfer.manifest.ManifestLimits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Names that a receiver makes up: temporary ones, and free ones beside what is there. */
final class TargetNames {
    private static final String TEMPORARY_MARK = ".pfs-";
    private static final String TEMPORARY_SUFFIX = ".part";
    private static final int EXTENSION_CHARS_MAX = 32;

    private TargetNames() {}

    /** A hidden name beside the final one, such as {@code .data.bin.pfs-1a2b3c4d.part}. */
    static String temporary(String name, String key) {
        String suffix = TEMPORARY_MARK + key + TEMPORARY_SUFFIX;
        return "." + cut(name, ManifestLimits.COMPONENT_BYTES_MAX - 1 - suffix.length()) + suffix;
    }

    /** Whether a name is one of {@link #temporary}. */
    static boolean isTemporary(String name) {
        return name.startsWith(".") && name.contains(TEMPORARY_MARK) && name.endsWith(TEMPORARY_SUFFIX);
    }

    /** The first of {@code name}, {@code stem (1).ext}, {@code stem (2).ext} and so on that is free in a folder. */
    static Path free(Path folder, String name) {
        Path path = folder.resolve(name);
        int dot = name.lastIndexOf('.');
        boolean hasExtension = dot > 0 && name.length() - dot <= EXTENSION_CHARS_MAX;
        String stem = hasExtension ? name.substring(0, dot) : name;
        String extension = hasExtension ? name.substring(dot) : "";
        for (int i = 1; Files.exists(path, LinkOption.NOFOLLOW_LINKS); i++) {
            String number = " (" + i + ")";
            int room = ManifestLimits.COMPONENT_BYTES_MAX
                    - number.length()
                    - extension.getBytes(StandardCharsets.UTF_8).length;
            path = folder.resolve(cut(stem, room) + number + extension);
        }
        return path;
    }

    /** As much of a text as fits, in whole characters. */
    private static String cut(String text, int bytesMax) {
        StringBuilder kept = new StringBuilder();
        int bytes = 0;
        for (int codePoint : text.codePoints().toArray()) {
            String each = Character.toString(codePoint);
            bytes += each.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > bytesMax) {
                break;
            }
            kept.append(each);
        }
        return kept.toString();
    }
}
