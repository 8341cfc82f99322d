package io.packetfs.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.linux.MemoryAdvice.Advice;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@OnLinux
class MemoryAdviceTest {
    private static final long MAPPED_BYTES = 1 << 20;

    @TempDir
    private Path folder;

    private MemoryAdvice advice;

    @BeforeEach
    void link() {
        advice = Linux.memoryAdvice();
    }

    @ParameterizedTest
    @EnumSource(value = Advice.class, names = "HUGEPAGE", mode = EnumSource.Mode.EXCLUDE)
    void adviceLeavesAMappedFileAsItIs(Advice given) throws IOException {
        try (FileChannel channel = openFile();
                Arena arena = Arena.ofConfined()) {
            MemorySegment memory = channel.map(MapMode.READ_WRITE, 0, MAPPED_BYTES, arena);
            memory.set(ValueLayout.JAVA_LONG, 8_192, 42);

            advise(memory.asSlice(100, MAPPED_BYTES - 200), given);

            assertThat(memory.get(ValueLayout.JAVA_LONG, 8_192)).isEqualTo(42);
        }
    }

    @Test
    void populatingBehindTheEndOfAFileFails() throws IOException {
        try (FileChannel channel = openFile();
                Arena arena = Arena.ofConfined()) {
            MemorySegment memory = channel.map(MapMode.READ_WRITE, 0, MAPPED_BYTES, arena);
            channel.truncate(0);

            SystemCallException failure =
                    catchThrowableOfType(SystemCallException.class, () -> advice.advise(memory, Advice.POPULATE_READ));

            assertThat(failure)
                    .hasMessageStartingWith(
                            "madvise(0x" + Long.toHexString(memory.address()) + ", 1048576, POPULATE_READ): ");
            assertThat(failure.errno()).isIn(Errno.EFAULT.number(), Errno.EINVAL.number());
        }
    }

    @Test
    void adviceAboutNothingIsNoCall() {
        advice.advise(MemorySegment.ofAddress(1), Advice.POPULATE_READ);
    }

    @Test
    void refusesHeapMemory() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> advice.advise(MemorySegment.ofArray(new byte[1]), Advice.WILLNEED));
    }

    @Test
    void pageSizeIsAPowerOfTwo() {
        assertThat(Integer.bitCount(advice.pageBytes())).isEqualTo(1);
        assertThat(advice.pageBytes()).isGreaterThanOrEqualTo(4_096);
    }

    private void advise(MemorySegment memory, Advice given) {
        try {
            advice.advise(memory, given);
        } catch (SystemCallException e) {
            assumeTrue(!e.is(Errno.EINVAL), "this kernel is older than Linux 5.14");
            throw e;
        }
    }

    private FileChannel openFile() throws IOException {
        return FileChannel.open(
                folder.resolve("mapped"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
}
