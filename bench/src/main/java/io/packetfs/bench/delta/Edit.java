package io.packetfs.bench.delta;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;

/** What the receiver has of a file when it is sent. */
enum Edit {
    /** Nothing. */
    FULL,
    /** The very same. */
    SAME,
    /** An older version, of which 1 % of the bytes have changed, in 20 places. */
    CHANGED,
    /** An older version, before which 100 bytes were put. */
    INSERTED;

    private static final int PLACES = 20;
    private static final int SHARE = 100;
    private static final int INSERTED_BYTES = 100;
    private static final int BUFFER_BYTES = 1 << 20;
    private static final long SEED = 7;

    /** Writes a file of random bytes, the older version. */
    static void fill(Path file, long bytes) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        SplittableRandom random = new SplittableRandom(1);
        try (OutputStream output = Files.newOutputStream(file)) {
            for (long written = 0; written < bytes; written += buffer.length) {
                random.nextBytes(buffer);
                output.write(buffer, 0, (int) Math.min(buffer.length, bytes - written));
            }
        }
    }

    /** Writes the version that is sent. */
    void apply(Path older, Path newer) throws IOException {
        if (this == INSERTED) {
            byte[] front = new byte[INSERTED_BYTES];
            new SplittableRandom(SEED).nextBytes(front);
            try (InputStream input = Files.newInputStream(older);
                    OutputStream output = Files.newOutputStream(newer)) {
                output.write(front);
                input.transferTo(output);
            }
            return;
        }
        Files.copy(older, newer, StandardCopyOption.REPLACE_EXISTING);
        if (this == CHANGED) {
            change(newer);
        }
    }

    private static void change(Path file) throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            long partBytes = channel.size() / PLACES;
            byte[] fresh = new byte[(int) (partBytes / SHARE)];
            for (int place = 0; place < PLACES; place++) {
                random.nextBytes(fresh);
                ByteBuffer bytes = ByteBuffer.wrap(fresh);
                long at = place * partBytes + random.nextLong(partBytes - fresh.length);
                while (bytes.hasRemaining()) {
                    at += channel.write(bytes, at);
                }
            }
        }
    }
}
