package io.packetfs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.packetfs.sim.Corruption;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.LossBursts;
import io.packetfs.sim.Reordering;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

class LinkOptionsTest {
    @Test
    void aLinkWithoutOptionsIsClean() {
        assertThat(parse().settings())
                .isEqualTo(LinkSettings.CLEAN.toBuilder()
                        .payloadBytesMax(LinkSettings.PAYLOAD_BYTES_MAX - LinkSettings.HEADER_BYTES)
                        .build());
    }

    @Test
    void everyOptionSetsItsPart() {
        LinkSettings settings = parse(
                        "--delay",
                        "12.5",
                        "--jitter",
                        "3",
                        "--rate",
                        "400",
                        "--queue",
                        "250k",
                        "--mtu",
                        "1400",
                        "--loss",
                        "0.01",
                        "--burst",
                        "0.02:8",
                        "--reorder",
                        "0.25:5",
                        "--duplicate",
                        "0.001",
                        "--corrupt",
                        "0.002")
                .settings();

        assertThat(settings)
                .isEqualTo(LinkSettings.builder()
                        .delayNs(12_500_000)
                        .jitterMs(3)
                        .rateMegabitsPerSecond(400)
                        .queueBytesMax(256_000)
                        .payloadBytesMax(1_372)
                        .lossProbability(0.01)
                        .lossBursts(LossBursts.of(0.02, 8))
                        .reordering(new Reordering(0.25, 1, 5_000_000))
                        .duplicateProbability(0.001)
                        .corruption(Corruption.ofBits(0.002))
                        .build());
    }

    @Test
    void aRateMayHaveAPrefix() {
        assertThat(parse("--rate", "0.5").settings().rateBitsPerSecond()).isEqualTo(500_000);
        assertThat(parse("--rate", "1G").settings().rateBitsPerSecond()).isEqualTo(1_000_000_000);
        assertThat(parse("--rate", "56k").settings().rateBitsPerSecond()).isEqualTo(56_000);
    }

    @Test
    void saysWhatIsWrongWithAValue() {
        assertThatExceptionOfType(ParameterException.class)
                .isThrownBy(() -> parse("--delay", "soon"))
                .withMessageContaining("'soon' is no number of milliseconds");
        assertThatExceptionOfType(ParameterException.class)
                .isThrownBy(() -> parse("--reorder", "0.5"))
                .withMessageContaining("'0.5' is not P:MS such as 0.25:5");
        assertThatExceptionOfType(ParameterException.class)
                .isThrownBy(() -> parse("--burst", "0.9:1"))
                .withMessageContaining("no bursts of 1.0 datagrams on average lose a share of 0.9");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse("--loss", "1.5").settings())
                .withMessage("loss probability 1.5 outside 0 to 1");
    }

    private static LinkOptions parse(String... arguments) {
        return CommandLine.populateCommand(new LinkOptions(), arguments);
    }
}
