package io.packetfs.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.BitSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnLinux
class SchedulingTest {
    private Scheduling scheduling;

    @BeforeEach
    void link() {
        scheduling = Linux.scheduling();
    }

    @Test
    void processorTimeGrowsWithWork() {
        ResourceUsage before = scheduling.threadUsage();
        long end = System.nanoTime() + 100_000_000;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }

        ResourceUsage after = scheduling.threadUsage();

        assertThat(after.cpuNs() - before.cpuNs()).isPositive();
        assertThat(scheduling.processUsage().cpuNs()).isGreaterThanOrEqualTo(after.cpuNs());
    }

    @Test
    void aJvmTakesMoreThanAMebibyteAndLessThanATebibyte() {
        assertThat(scheduling.processUsage().residentBytesMax()).isBetween(1L << 20, 1L << 40);
    }

    @Test
    void bindsTheCallingThreadToOneProcessor() {
        BitSet all = scheduling.affinity();
        BitSet one = new BitSet();
        one.set(all.nextSetBit(0));
        try {
            scheduling.bindThread(one);

            assertThat(scheduling.affinity()).isEqualTo(one);
        } finally {
            scheduling.bindThread(all);
        }
        assertThat(scheduling.affinity()).isEqualTo(all);
    }

    @Test
    void bindingToAProcessorThatIsNotThereFails() {
        BitSet absent = new BitSet();
        absent.set(Scheduling.CPU_COUNT_MAX - 1);

        SystemCallException failure =
                catchThrowableOfType(SystemCallException.class, () -> scheduling.bindThread(absent));

        assertThat(failure).hasMessage("sched_setaffinity(0, {1023}): invalid argument (EINVAL)");
    }

    @Test
    void refusesToBindToNoProcessor() {
        assertThatIllegalArgumentException().isThrownBy(() -> scheduling.bindThread(new BitSet()));
    }
}
