package io.packetfs.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobAndPcpuCommandTest {
    private static final int SIZE = 3_000_001;

    @TempDir
    private Path folder;

    private Path blob;
    private Path json;

    @BeforeEach
    void name() {
        blob = folder.resolve("a.blob");
        json = folder.resolve("report.json");
    }

    @Test
    void aBlobIsMadeFilledDescribedAndVerified() throws IOException {
        assertThat(run("blob", "create", blob.toString(), "--size", "" + SIZE).get("identity"))
                .isEqualTo("none");
        assertThat(run("blob", "fill", blob.toString(), "--seed", "7").get("identity"))
                .isEqualTo("seed:0000000000000007");

        Map<String, Object> info = run("blob", "info", blob.toString());
        Map<String, Object> verified =
                run("blob", "verify", blob.toString(), "--digest", "crc32c,xxh3", "--expect", "seed:0000000000000007");

        assertThat(info).containsEntry("exit_code", 0).containsEntry("bytes", SIZE);
        assertThat(verified).containsEntry("exit_code", 0).containsKeys("crc32c", "xxh3", "verify_s");
    }

    @Test
    void itsChunksAreListedAndTheirRepetitionsCounted() throws IOException {
        byte[] half = new byte[SIZE / 2];
        new SplittableRandom(3).nextBytes(half);
        byte[] content = Arrays.copyOf(half, 2 * half.length);
        System.arraycopy(half, 0, content, half.length, half.length);
        Path file = Files.write(folder.resolve("content"), content);
        run("blob", "create", blob.toString(), "--size", "" + content.length);
        assertThat(run("blob", "fill", blob.toString(), "--from", file.toString()))
                .containsEntry("exit_code", 0);
        Path list = folder.resolve("chunks");

        Map<String, Object> index =
                run("blob", "index", blob.toString(), "--average", "13", "--threads", "2", "-o", list.toString());

        assertThat(index).containsEntry("exit_code", 0);
        long end = 0;
        for (String line : Files.readAllLines(list)) {
            String[] fields = line.split(" ", -1);
            int length = Integer.parseInt(fields[1]);
            assertThat(Long.parseLong(fields[0])).isEqualTo(end);
            byte[] chunk = Arrays.copyOfRange(content, (int) end, (int) end + length);
            assertThat(fields[2]).isEqualTo(sha256(chunk));
            end += length;
        }
        assertThat(end).isEqualTo(content.length);
        assertThat(((Number) index.get("bytes_repeated")).longValue())
                .isBetween(half.length * 9L / 10, (long) half.length);
        assertThat(PfsUdp.run("blob", "index", blob.toString(), "--average", "12"))
                .isEqualTo(2);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aTruncatedAForeignAndAnotherBlobAreRefusedWithASentence() throws IOException {
        run("blob", "create", blob.toString(), "--size", "" + SIZE, "--seed", "7");

        assertThat(run("blob", "verify", blob.toString(), "--expect", "seed:0000000000000008"))
                .containsEntry("exit_code", 7);
        try (FileChannel channel = FileChannel.open(blob, StandardOpenOption.WRITE)) {
            channel.truncate(SIZE);
        }
        assertThat(message(run("blob", "info", blob.toString()))).contains("is truncated");
        Files.write(blob, new byte[5_000]);
        assertThat(message(run("blob", "info", blob.toString()))).contains("is no blob");
        assertThat(message(run("pcpu", "--program", "sum", "--blob", blob.toString())))
                .contains("is no blob");
    }

    @Test
    void aProgramIsComparedWithThePlainLoopAndWithMemory() throws IOException {
        Map<String, Object> report = run(
                "pcpu",
                "--program",
                "xor:255,add:7,counteq:0",
                "--size",
                "1M",
                "--segment",
                "80",
                "--schedule",
                "scatter",
                "--threads",
                "2",
                "--rounds",
                "2");

        assertThat(report)
                .containsEntry("exit_code", 0)
                .containsEntry("bytes", 1 << 20)
                .containsEntry("bytes_written", 1 << 20)
                .containsEntry("descriptors", 13_108);
        assertThat(((List<?>) report.get("lines")).stream().map(line -> (Object) ((Map<?, ?>) line).get("name")))
                .containsExactly(
                        "memory read",
                        "pCPU, one pass",
                        "pCPU, one operation after another",
                        "plain loop",
                        "memory read",
                        "pCPU, one pass",
                        "plain loop");
    }

    @Test
    void aNamedBlobIsChangedOnlyWhereThatIsAllowed() throws IOException {
        run("blob", "create", blob.toString(), "--size", "" + SIZE, "--seed", "7");

        assertThat(run("pcpu", "--program", "xor:1", "--blob", blob.toString())).containsEntry("exit_code", 10);
        assertThat(run("blob", "verify", blob.toString())).containsEntry("exit_code", 0);
        assertThat(run("pcpu", "--program", "xor:1", "--blob", blob.toString(), "--write"))
                .containsEntry("exit_code", 0)
                .containsEntry("bytes", SIZE);
        assertThat(run("blob", "info", blob.toString())).containsEntry("identity", "none");
        assertThat(run("pcpu", "--program", "sum,crc32c", "--blob", blob.toString(), "--rounds", "1"))
                .containsEntry("exit_code", 0)
                .containsEntry("bytes_written", 0);
    }

    @Test
    void whatIsNoProgramIsRefusedWithTheReason() throws IOException {
        Map<String, Object> report = run("pcpu", "--program", "halt", "--size", "1M");

        assertThat(report).containsEntry("exit_code", 10);
        assertThat(message(report)).isEqualTo("operation 1 is unknown: 'halt'");
    }

    private Map<String, Object> run(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.addAll(List.of("--quiet", "--json", json.toString()));
        PfsUdp.run(all.toArray(String[]::new));
        return JSON.std.mapFrom(Files.readString(json));
    }

    private static String message(Map<String, Object> report) {
        assertThat(report.get("exit_code")).isNotEqualTo(0);
        return (String) ((Map<?, ?>) report.get("error")).get("message");
    }
}
