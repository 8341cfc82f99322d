package io.packetfs.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.packetfs.sim.LinkSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenarioFileTest {
    private static final int SEEDS = 2_000;

    @Test
    void whatIsWrittenReadsAsTheSameScenario() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Scenario scenario = ScenarioDraw.of(seed);

            assertThat(ScenarioFile.parse(ScenarioFile.text(scenario), null)).isEqualTo(scenario);
        }
    }

    @Test
    void aFileThatSaysLittleGivesAPlainRun() {
        Scenario scenario = ScenarioFile.parse("{\"connections\": [{\"grams\": [{}]}]}", 9L);

        assertThat(scenario.seed()).isEqualTo(9);
        assertThat(scenario.up()).isEqualTo(LinkCourse.steady(LinkSettings.CLEAN));
        Outcome outcome = Simulation.play(scenario, Observers.NONE);
        assertThat(outcome.failure()).isNull();
        assertThat(outcome.units()).isEqualTo(1);
        assertThat(outcome.bytes()).isEqualTo(1_000);
    }

    @Test
    void theExampleOfTheManualIsAScenarioThatEndsWell() throws IOException {
        String manual = Files.readString(Path.of("../docs/sim.md"));
        int start = manual.indexOf("```json") + "```json".length();
        String example = manual.substring(start, manual.indexOf("```", start));

        assertThat(Simulation.play(ScenarioFile.parse(example, null), Observers.NONE)
                        .failure())
                .isNull();
    }

    @Test
    void aChangeOfThePathStartsFromWhatThePathWas() {
        Scenario scenario = ScenarioFile.parse("""
                {"connections": [{}],
                 "up": {"delay_ms": 12.5, "loss": 0.1, "changes": [{"at_ms": 100, "loss": 0}]}}""", null);

        assertThat(scenario.up().start().delayNs()).isEqualTo(12_500_000);
        assertThat(scenario.up().changes().getFirst().settings())
                .isEqualTo(LinkSettings.builder().delayNs(12_500_000).build());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    [] | a JSON object is expected
                    {"connections": [{}], "up": 5} | up must be an object
                    {"connections": [{}], "up": {"dealy_ms": 5}} | up.dealy_ms is not known here
                    {"connections": [{}], "up": {"loss": 1.5}} | up: loss probability 1.5 outside 0 to 1
                    {"connections": [{}], "up": {"delay_ms": "5"}} | up.delay_ms must be a number
                    {"connections": [{}], "down": {"reorder": {"probability": 2}}} | down.reorder: reordering probability
                    {"connections": [{}], "down": {"changes": [{"at_ms": -1}]}} | down.changes[0]: at_ms -1000000
                    {"connections": [{"grams": [{}, {"lane": -1}]}]} | connections[0].grams[1]: lane -1 outside
                    {"connections": [{"grams": [{"count": 1.5}]}]} | connections[0].grams[0].count must be a whole number
                    {"connections": [{"grams": [{"kind": "sent"}]}]} | kind is 'sent', and none of placed, staged, ordered
                    {"connections": [{"grams": [{"bytes": 99999999}]}]} | bytes_max 99999999 outside
                    {"connections": [{"grams": [{"kind": "ordered"}, {}]}]} | connections[0]: lane 1 carries grams of two kinds
                    {"connections": [{"stalls": [{"at_ms": 1}]}]} | connections[0].stalls[0].side is missing
                    {"connections": [{}], "client": {"gram_window": 100}} | client: gramWindow 100 is out of range
                    {"connections": [{}], "server": {"idle_timeout_ms": 99999999999}} | server.idle_timeout_ms 99999999999 is
                    {"connections": [], "seed": 1} | connections 0 outside 1 to
                    {"connections": [{}], "client": {"packets_per_key": 1}} | client: packetsPerKey 1 is out of range
                    {"connections": [{"grams": [{"kind": "offset"}]}]} | grams without payload need a blob at both sides
                    {"connections": [{"grams": [{"kind": "arithmetic"}]}], "blob": {"server": 0}} | need a blob at both sides
                    {"connections": [{"grams": [{"program_bytes": 5}]}]} | grams[0]: program_bytes 5 outside 0 to 0
                    {"connections": [{}], "blob": {"bytes": 1}} | blob: bytes of the blob 1 outside
                    {"files": [1], "blob": {"client": 1, "server": 2}} | sides that hold different blobs do not move files
                    {"files": [1], "streams": 17} | streams 17 outside 1 to 16
                    {"files": [1, "2"]} | files[1] must be a whole number
                    {"files": [1], "connections": [{}]} | either connections or files are needed
                    {"seed": 5} | either connections or files are needed
                    {"files": [1], "files": [2]} | Duplicate
                    """)
    void anErrorNamesTheFieldAndWhatIsWrong(String text, String message) {
        assertThatThrownBy(() -> ScenarioFile.parse(text, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void textThatIsNoJsonOrFarTooLongIsRefused() {
        assertThatThrownBy(() -> ScenarioFile.parse("{\"seed\": ", null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ScenarioFile.parse(" ".repeat(ScenarioFile.CHARACTERS_MAX + 1), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("longer");
    }
}
