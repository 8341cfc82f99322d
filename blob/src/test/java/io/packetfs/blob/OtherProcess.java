package io.packetfs.blob;

import io.packetfs.blob.SharedBlob.Access;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Another JVM with a blob open: what {@code SharedBlobTest} needs a second process for. */
final class OtherProcess implements AutoCloseable {
    private final Process process;

    private OtherProcess(Process process) {
        this.process = process;
    }

    /** Starts one that opens the blob, writes a byte if it may, says how it went, and holds the blob until it is told to end. */
    static OtherProcess open(Path path, Access access) throws IOException {
        return new OtherProcess(new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherProcess.class.getName(),
                        path.toString(),
                        access.name())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    public static void main(String[] args) throws IOException {
        try (SharedBlob shared = SharedBlob.open(Path.of(args[0]), Access.valueOf(args[1]))) {
            if (!shared.blob().memory().isReadOnly()) {
                shared.blob().memory().set(ValueLayout.JAVA_BYTE, 1_000, (byte) 77);
            }
            System.out.println(
                    "open, crc32c " + BlobDigest.CRC32C.hex(shared.blob().memory(), 1));
            while (System.in.read() >= 0) {
                // held until standard input ends
            }
        } catch (BlobException e) {
            System.out.println(e.getMessage());
        }
    }

    String says() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = process.getInputStream().read();
                c >= 0 && c != '\n';
                c = process.getInputStream().read()) {
            line.append((char) c);
        }
        return new String(line.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.onExit().join();
    }
}
