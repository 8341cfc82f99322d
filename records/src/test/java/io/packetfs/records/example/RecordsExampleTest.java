package io.packetfs.records.example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the documentation shows works, and is what is here. */
@Timeout(60)
class RecordsExampleTest {
    private static final Path PAGE = Path.of("..", "docs", "records.md");
    private static final Path SOURCE =
            Path.of("src", "test", "java", "io", "packetfs", "records", "example", "RecordsExample.java");

    @Test
    void theExampleEchoesItsRecords() throws Exception {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        RecordsExample.run(new PrintStream(printed, true, UTF_8));

        assertThat(printed.toString(UTF_8).lines()).containsExactly("record 1", "record 2", "record 3");
    }

    @Test
    void theDocumentationShowsThisExample() throws Exception {
        List<String> source = Files.readAllLines(SOURCE);
        Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
        int shown = 0;
        while (block.find()) {
            for (String line : block.group(1).lines().toList()) {
                assertThat(source).map(String::strip).contains(line.strip());
                shown++;
            }
        }

        assertThat(shown).isGreaterThan(20);
    }
}
