package io.packetfs.interop.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds vector files and specification together. */
class VectorFilesTest {
    private static final Path FILES = Path.of("src/main/resources/io/packetfs/interop/vectors");
    private static final Path SPECIFICATION = Path.of("../docs/spec/pfs-udp.md");

    static Stream<String> files() throws IOException {
        try (Stream<Path> files = Files.list(FILES)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
        }
    }

    @Test
    void areTheOnesThatTestsRun() throws IOException {
        assertThat(files())
                .containsExactly(
                        "frames.txt",
                        "gram-heads.txt",
                        "handshake.txt",
                        "headers.txt",
                        "parameters.txt",
                        "protection.txt",
                        "tickets.txt");
    }

    @ParameterizedTest
    @MethodSource("files")
    void citeClausesThatExist(String file) throws IOException {
        Set<String> clauses = new TreeSet<>();
        Matcher clause = Pattern.compile("\\*\\*([A-Z]{2,3}-\\d+)\\*\\*").matcher(Files.readString(SPECIFICATION));
        while (clause.find()) {
            clauses.add(clause.group(1));
        }

        assertThat(GoldenVector.load(file))
                .isNotEmpty()
                .allSatisfy(vector -> assertThat(vector.clause()).isIn(clauses));
    }

    @ParameterizedTest
    @MethodSource("files")
    void giveEachVectorANameOfItsOwn(String file) {
        assertThat(GoldenVector.load(file).stream().map(GoldenVector::name)).doesNotHaveDuplicates();
    }
}
