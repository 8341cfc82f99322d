package io.packetfs.transfer.manifest;

import java.nio.charset.StandardCharsets;

/** What a path must be before anything is done with it (spec: MAN-2, MAN-3). */
public final class PathRules {
    private PathRules() {}

    /** What is wrong with a path, in words; null if nothing is. */
    public static String fault(String path) {
        if (path.isEmpty()) {
            return "is empty";
        }
        if (path.getBytes(StandardCharsets.UTF_8).length > ManifestLimits.PATH_BYTES_MAX) {
            return "is longer than " + ManifestLimits.PATH_BYTES_MAX + " bytes";
        }
        if (path.indexOf('\0') >= 0) {
            return "has a zero byte";
        }
        for (String component : path.split("/", -1)) {
            if (component.isEmpty()) {
                return "is absolute or has an empty component";
            }
            if (component.equals(".") || component.equals("..")) {
                return "has the component " + component;
            }
            if (component.getBytes(StandardCharsets.UTF_8).length > ManifestLimits.COMPONENT_BYTES_MAX) {
                return "has a component longer than " + ManifestLimits.COMPONENT_BYTES_MAX + " bytes";
            }
        }
        return null;
    }

    /** What is wrong with the target of a link at {@code path}, in words; null if nothing is. */
    public static String targetFault(String path, String target) {
        if (target.isEmpty()) {
            return "is empty";
        }
        if (target.getBytes(StandardCharsets.UTF_8).length > ManifestLimits.PATH_BYTES_MAX) {
            return "is longer than " + ManifestLimits.PATH_BYTES_MAX + " bytes";
        }
        if (target.indexOf('\0') >= 0) {
            return "has a zero byte";
        }
        if (target.startsWith("/")) {
            return "is absolute";
        }
        int directories = (int) path.chars().filter(c -> c == '/').count();
        if (directories == 0) {
            return "leaves the transfer";
        }
        // Only leading `..`: behind a name, which may be a link itself, it could lead anywhere.
        int up = 0;
        boolean named = false;
        for (String component : target.split("/", -1)) {
            if (component.equals("..")) {
                up++;
                if (named) {
                    return "goes up behind a name";
                }
            } else if (!component.isEmpty() && !component.equals(".")) {
                named = true;
            }
        }
        return up >= directories ? "leaves the transfer" : null;
    }
}
