package io.packetfs.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReasonCodeTest {
    @Test
    void givesEachCodeOfTheSpecificationANameOfItsOwn() {
        Set<String> names = new HashSet<>();
        for (int code = ReasonCode.NO_ERROR; code <= ReasonCode.CARRIER_LOST; code++) {
            names.add(ReasonCode.name(code));
        }

        assertThat(names).hasSize(15).noneMatch(name -> name.startsWith("UNKNOWN"));
    }

    @Test
    void showsOtherCodesByTheirNumber() {
        assertThat(ReasonCode.name(255)).isEqualTo("UNKNOWN(255)");
        assertThat(ReasonCode.name(ReasonCode.APPLICATION + 7)).isEqualTo("APPLICATION(263)");
    }
}
