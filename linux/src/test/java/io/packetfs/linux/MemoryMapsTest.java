package io.packetfs.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.linux.MemoryMaps.Pages;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnLinux
class MemoryMapsTest {
    private static final long BEYOND_TWO_GIB = (1L << 31) + 12_345;

    private MemoryMaps maps;

    @BeforeEach
    void link() {
        maps = Linux.memoryMaps();
    }

    @Test
    void mapsMoreThanTwoGibibytesOfZerosOnABorderForHugePages() {
        try (MappedMemory mapped = maps.anonymous(BEYOND_TWO_GIB, Pages.TRANSPARENT_HUGE)) {
            MemorySegment memory = mapped.memory();

            assertThat(memory.byteSize()).isEqualTo(BEYOND_TWO_GIB);
            assertThat(memory.address() % (1 << 21)).isZero();
            assertThat(memory.get(JAVA_BYTE, BEYOND_TWO_GIB - 1)).isZero();
            memory.set(JAVA_BYTE, BEYOND_TWO_GIB - 1, (byte) 7);
            assertThat(memory.get(JAVA_BYTE, BEYOND_TWO_GIB - 1)).isEqualTo((byte) 7);
        }
    }

    @Test
    void memoryThatIsUnmappedCannotBeTouched() {
        MappedMemory mapped = maps.anonymous(4_096, Pages.PLAIN);
        MemorySegment memory = mapped.memory();
        mapped.close();
        mapped.close();

        assertThatIllegalStateException().isThrownBy(() -> memory.get(JAVA_BYTE, 0));
    }

    @Test
    void refusesLengthsThatPagesCannotHave() {
        assertThatIllegalArgumentException().isThrownBy(() -> maps.anonymous(0, Pages.PLAIN));
        assertThatIllegalArgumentException().isThrownBy(() -> maps.anonymous(Long.MAX_VALUE, Pages.HUGE_2_MIB));
    }

    @Test
    void hugePagesBeyondThePoolAreRefusedWithTheCallAndTheReason() {
        long bytes = (HugePagePools.ofThisHost().freeCount(Pages.HUGE_2_MIB) + 100_000) << 21;
        assertThatThrownBy(() -> maps.anonymous(bytes, Pages.HUGE_2_MIB))
                .isInstanceOf(SystemCallException.class)
                .hasMessageContaining("mmap(" + bytes + " bytes in huge_2_mib pages)")
                .hasMessageContaining("ENOMEM");
    }

    @Test
    void aMemoryFileIsOpenedByItsDescriptor() throws IOException {
        int descriptor = maps.memoryFile("pfs-test", Pages.PLAIN);
        try (FileChannel channel = FileChannel.open(
                        Path.of("/proc/self/fd/" + descriptor), StandardOpenOption.READ, StandardOpenOption.WRITE);
                Arena arena = Arena.ofConfined()) {
            MemorySegment first = channel.map(MapMode.READ_WRITE, 0, 4_096, arena);
            MemorySegment second = channel.map(MapMode.READ_WRITE, 0, 4_096, arena);
            first.set(JAVA_BYTE, 100, (byte) 9);

            assertThat(second.get(JAVA_BYTE, 100)).isEqualTo((byte) 9);
        } finally {
            maps.close(descriptor);
        }
        assertThatThrownBy(() -> maps.close(descriptor)).hasMessageContaining("EBADF");
    }

    @Test
    void bindsMemoryToANodeThatExistsAndToNoOther() {
        try (MappedMemory mapped = maps.anonymous(1 << 21, Pages.PLAIN)) {
            MemorySegment memory = mapped.memory();
            try {
                maps.bindToNode(memory, HugePagePools.ofThisHost().numaNodes().getFirst());
            } catch (SystemCallException e) {
                assumeTrue(!e.is(Errno.ENOSYS), "this kernel knows of no nodes");
                throw e;
            }

            assertThatThrownBy(() -> maps.bindToNode(memory, 63)).hasMessageContaining("node 63");
        }
    }
}
