package io.packetfs.bench.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessUsageTest {
    private static final String BEHIND_THE_NAME = " S 1 42 42 0 -1 4194560 100 0 3 0 250 125 7 9 20 0 8 0 1000 1 2";
    private static final List<String> STATUS = List.of("Name:\tx", "VmHWM:\t    2048 kB", "VmRSS:\t    1024 kB");

    @Test
    void addsUserAndSystemTimeOfTheProcessAloneWhateverItsName() throws IOException {
        ProcessUsage usage = ProcessUsage.parse("42 (a) (b c))" + BEHIND_THE_NAME, STATUS);

        assertThat(usage).isEqualTo(new ProcessUsage(3.75, 1_024 << 10, 2_048 << 10));
    }

    @Test
    void aProcessThatHasEndedButForItsEntryHasNoMemory() throws IOException {
        assertThat(ProcessUsage.parse("42 (x)" + BEHIND_THE_NAME, List.of("Name:\tx")))
                .isEqualTo(new ProcessUsage(3.75, 0, 0));
    }

    @Test
    void whatIsNoSuchFileIsSaid() {
        assertThatThrownBy(() -> ProcessUsage.parse("42 (x) S 1", STATUS)).isInstanceOf(IOException.class);
    }

    @Test
    void theMachineIsBusyWithAllButIdlingAndWaiting() {
        assertThat(MachineUsage.busySeconds("cpu  100 20 30 9000 800 4 5 41 70 60\ncpu0 1 1 1 1 1 1 1 1 1 1\n"))
                .isEqualTo(2.0);
        assertThat(MachineUsage.busySeconds("intr 1")).isNaN();
    }

    @Test
    void thisProcessHasUsedSomething() throws IOException {
        ProcessUsage usage = ProcessUsage.of(ProcessHandle.current().pid());

        assertThat(usage.cpuSeconds()).isPositive();
        assertThat(usage.residentBytesMax())
                .isGreaterThanOrEqualTo(usage.residentBytes())
                .isPositive();
    }
}
