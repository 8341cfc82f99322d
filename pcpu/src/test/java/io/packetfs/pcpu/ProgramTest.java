package io.packetfs.pcpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.packetfs.pcpu.RefusedException.Reason;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgramTest {
    @Example
    void textIsReadAndWrittenAgain() throws RefusedException {
        String text = "xor:255,add:7,counteq:0,sum,min,max,histogram,crc32c,fnv1a64,gather";

        assertThat(Program.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|UNKNOWN_OPERATION|operation 1 is unknown: ''",
                "nop|UNKNOWN_OPERATION|operation 1 is unknown: 'nop'",
                "xor:1,XOR:1|UNKNOWN_OPERATION|operation 2 is unknown: 'XOR'",
                "xor:1,|UNKNOWN_OPERATION|operation 2 is unknown: ''",
                "xor|BAD_IMMEDIATE|operation 1, xor, needs a byte such as xor:7",
                "sum:1|BAD_IMMEDIATE|operation 1, sum, takes no byte",
                "xor:256|BAD_IMMEDIATE|operation 1 has '256' where a byte from 0 to 255 belongs",
                "xor:-1|BAD_IMMEDIATE|operation 1 has '-1' where a byte from 0 to 255 belongs",
                "xor:|BAD_IMMEDIATE|operation 1 has '' where a byte from 0 to 255 belongs",
                "xor:٣|BAD_IMMEDIATE|operation 1 has '٣' where a byte from 0 to 255 belongs",
                "copy,gather|TWO_TARGETS|a program has at most one copy or gather"
            })
    void whatIsNoProgramIsRefusedWithTheReason(String text, Reason reason, String message) {
        RefusedException refused = catchThrowableOfType(RefusedException.class, () -> Program.parse(text));

        assertThat(refused).hasMessage(message);
        assertThat(refused.reason()).isEqualTo(reason);
    }

    @Example
    void programsThatAreTooLongAreRefusedBeforeTheyAreRead() {
        assertThat(catchThrowableOfType(RefusedException.class, () -> Program.parse("sum,".repeat(10_000) + "sum"))
                        .reason())
                .isEqualTo(Reason.SYNTAX);
        assertThat(catchThrowableOfType(RefusedException.class, () -> Program.parse("sum,".repeat(16) + "sum")))
                .hasMessage("a program has 1 to 16 operations, not 17");
    }

    @Property(tries = 2_000)
    void anyTextIsAProgramOrRefused(
            @ForAll
                    @StringLength(max = 40)
                    @Chars({'x', 'o', 'r', 's', 'u', 'm', ':', ',', '1', '5', ' '})
                    @CharRange(from = '\0', to = '\u00ff')
                    String text) {
        try {
            assertThat(Program.parse(text))
                    .hasToString(Program.parse(Program.parse(text).toString()).toString());
        } catch (RefusedException e) {
            assertThat(e).hasMessageNotContaining("\n").hasMessageNotContaining("\0");
        }
    }
}
