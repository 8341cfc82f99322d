package io.packetfs.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ErrnoTest {
    @Test
    void describesAnErrorByMeaningAndName() {
        assertThat(Errno.describe(28)).isEqualTo("no space left on device (ENOSPC)");
    }

    @Test
    void describesAnUnlistedErrorByItsNumber() {
        assertThat(Errno.describe(78)).isEqualTo("errno 78");
        assertThat(Errno.describe(-1)).isEqualTo("errno -1");
        assertThat(Errno.describe(4_000)).isEqualTo("errno 4000");
    }

    @Test
    void findsEveryErrorByItsNumber() {
        for (Errno errno : Errno.values()) {
            assertThat(Errno.of(errno.number())).contains(errno);
        }
    }

    @Test
    void exceptionNamesCallArgumentsAndError() {
        SystemCallException exception = new SystemCallException("fallocate(/a, 0, 10)", 28);

        assertThat(exception).hasMessage("fallocate(/a, 0, 10): no space left on device (ENOSPC)");
        assertThat(exception.errno()).isEqualTo(28);
        assertThat(exception.is(Errno.ENOSPC)).isTrue();
        assertThat(exception.is(Errno.EIO)).isFalse();
    }
}
