package io.packetfs.afxdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.afxdp.UmemConfig.PageChoice;
import io.packetfs.linux.HugePages;
import io.packetfs.linux.Linux;
import io.packetfs.linux.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UmemTest {
    @BeforeEach
    void linuxOnly() {
        assumeTrue(Linux.isAvailable(), () -> "skipped: " + Linux.unavailabilityCause());
    }

    @Test
    void isZeroedMemoryFromAPageBorderOn() {
        try (Umem umem = Umem.map(UmemConfig.of(16))) {
            assertThat(umem.memory().byteSize()).isEqualTo(16 * 4096);
            assertThat(umem.memory().address() % Linux.memoryAdvice().pageBytes())
                    .isZero();
            assertThat(umem.memory().get(ValueLayout.JAVA_LONG, 16 * 4096 - 8)).isZero();
            umem.memory().fill((byte) 1);
        }
    }

    @Test
    void cannotBeReachedOnceItIsClosed() {
        Umem umem = Umem.map(UmemConfig.of(1).withPages(PageChoice.PLAIN));
        MemorySegment memory = umem.memory();

        umem.close();
        umem.close();

        assertThatIllegalStateException().isThrownBy(() -> memory.get(ValueLayout.JAVA_BYTE, 0));
        assertThatIllegalStateException().isThrownBy(() -> umem.lend(1));
    }

    @Test
    void saysWhyItHasThePagesThatItHas() {
        HugePages hugePages = HugePages.read();
        boolean reserved = hugePages.freeCount().orElse(0) > 0;
        boolean transparent = hugePages
                .transparentMode()
                .filter(mode -> !mode.equals("never"))
                .isPresent();
        try (Umem umem = Umem.map(UmemConfig.of(16))) {
            assertThat(umem.pagesReason())
                    .startsWith(
                            reserved
                                    ? "reserved huge pages: "
                                    : transparent ? "transparent huge pages: " : "ordinary pages: ")
                    .contains("65536 are needed");
        }
    }

    @Test
    void takesEveryKindOfPageThatTheMachineHas() {
        for (PageChoice choice : new PageChoice[] {PageChoice.PLAIN, PageChoice.AUTO}) {
            assertThatNoException()
                    .isThrownBy(
                            () -> Umem.map(UmemConfig.of(600).withPages(choice)).close());
        }
        if (HugePages.read().transparentMode().isPresent()) {
            Umem.map(UmemConfig.of(600).withPages(PageChoice.TRANSPARENT_HUGE)).close();
        }
    }

    @Test
    void namesTheCallWhenThereAreNoHugePages() {
        long pageBytes = HugePages.read().pageBytes().orElse(2 << 20);
        long tooMany = (HugePages.read().freeCount().orElse(0) + 1_000) * (pageBytes / 4096);
        assumeTrue(tooMany < 1 << 24, "skipped: this machine has very many huge pages");

        assertThatExceptionOfType(SystemCallException.class)
                .isThrownBy(() -> Umem.map(UmemConfig.of((int) tooMany).withPages(PageChoice.HUGE)))
                .withMessageContaining("bytes in huge pages): cannot allocate memory (ENOMEM)");
    }

    @Test
    void lendsFramesInOnePieceAndTakesThemBack() {
        try (Umem umem = Umem.map(UmemConfig.of(10))) {
            FrameLedger first = umem.lend(4);
            FrameLedger second = umem.lend(4);
            assertThat(second.firstFrame()).isEqualTo(4);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> umem.lend(3))
                    .withMessageContaining("3 frames in one piece of 10, 2 of which are unused");

            umem.takeBack(first);

            assertThat(umem.lend(3).firstFrame()).isZero();
            assertThat(umem.unusedFrameCount()).isEqualTo(3);
            assertThat(umem.lend(2).firstFrame()).isEqualTo(8);
        }
    }

    @Test
    void usesMemoryOfTheCallers() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(8 * 4096, 4096);
            try (Umem umem = Umem.over(memory, UmemConfig.of(8))) {
                assertThat(umem.memory()).isEqualTo(memory);
            }
            assertThat(memory.scope().isAlive()).isTrue();
            assertThatIllegalArgumentException().isThrownBy(() -> Umem.over(memory.asSlice(8, 4096), UmemConfig.of(1)));
            assertThatIllegalArgumentException().isThrownBy(() -> Umem.over(memory, UmemConfig.of(7)));
        }
    }

    @Test
    void refusesShapesThatTheKernelWouldRefuse() {
        assertThatIllegalArgumentException().isThrownBy(() -> UmemConfig.of(0));
        assertThatIllegalArgumentException().isThrownBy(() -> UmemConfig.of(4).withChunkBytes(1024));
        assertThatIllegalArgumentException().isThrownBy(() -> UmemConfig.of(4).withHeadroom(3_393));
        assertThat(UmemConfig.of(4).withHeadroom(3_392).headroomBytes()).isEqualTo(3_392);
    }
}
