package io.packetfs.linux;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A path as the kernel knows it: bytes. {@link Path#toString()} loses bytes that the platform's character set cannot express, while
 * {@link Path#toUri()} keeps every byte.
 */
final class PathBytes {
    private PathBytes() {}

    /** The absolute path with a final zero byte. */
    static MemorySegment allocate(Arena arena, Path path) {
        byte[] escaped = path.toUri().getRawPath().getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream raw = new ByteArrayOutputStream(escaped.length + 1);
        for (int i = 0; i < escaped.length; i++) {
            if (escaped[i] == '%') {
                raw.write(Character.digit(escaped[i + 1], 16) << 4 | Character.digit(escaped[i + 2], 16));
                i += 2;
            } else {
                raw.write(escaped[i]);
            }
        }
        raw.write(0);
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, raw.toByteArray());
    }
}
