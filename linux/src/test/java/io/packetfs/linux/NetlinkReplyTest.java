package io.packetfs.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Messages that the kernel would never write are told by where they are wrong, and never read past their end. */
class NetlinkReplyTest {
    private static final int TYPE = 24;
    private static final int SEQUENCE = 7;
    private static final int FIXED_BYTES = 12;

    @Test
    void readsWhatWasWritten() {
        NetlinkReply.Part part = reply(message(), SEQUENCE).part(TYPE, FIXED_BYTES);

        assertThat(part.unsignedByte(3)).isEqualTo(200);
        assertThat(part.number(4)).isEqualTo(-5);
        assertThat(part.address(1)).isEqualTo(InetAddress.ofLiteral("10.1.2.3"));
        assertThat(part.text(3)).isEqualTo("near");
        assertThat(part.linkAddress(4)).isEqualTo(0x0200_0000_00FFL);
        assertThat(part.address(9)).isNull();
        assertThat(part.number(9, 42)).isEqualTo(42);
    }

    @Test
    void anAnswerToAnotherRequestIsTold() {
        assertThatThrownBy(() -> reply(message(), SEQUENCE + 1))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("number 7 instead of 8");
    }

    @Test
    void anAttributeOfAnotherLengthIsTold() {
        NetlinkReply.Part part = reply(message(), SEQUENCE).part(TYPE, FIXED_BYTES);

        assertThatThrownBy(() -> part.address(4)).hasMessageContaining("an address of 6 bytes in attribute 4");
        assertThatThrownBy(() -> part.number(4, 0)).hasMessageContaining("a number of 6 bytes in attribute 4");
        assertThatThrownBy(() -> part.text(1)).hasMessageContaining("a text without an end in attribute 1");
    }

    @Property(tries = 2000)
    void damagedMessagesAreReadWithinTheirBoundsOrTold(
            @ForAll @IntRange(max = 71) int length, @ForAll @IntRange(max = 71) int position, @ForAll byte value) {
        try (Arena arena = Arena.ofConfined()) {
            byte[] bytes = message();
            bytes[Math.min(position, bytes.length - 1)] = value;
            MemorySegment memory = arena.allocate(Math.max(1, Math.min(length, bytes.length)), 8);
            MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, (int) memory.byteSize());
            readEverything(memory);
        }
    }

    private static void readEverything(MemorySegment memory) {
        try {
            NetlinkReply reply = new NetlinkReply(memory, "a test", SEQUENCE);
            assertThat(reply.errno()).isNotNegative();
            NetlinkReply.Part part = reply.part(TYPE, FIXED_BYTES);
            for (int type = 0; type < 10; type++) {
                NetlinkReply.Part nested = part.nested(type);
                nested.attribute(1);
                part.linkAddress(type);
                part.addressWithFamily(type);
            }
        } catch (UncheckedIOException e) {
            assertThat(e.getCause()).hasMessageStartingWith("the kernel's answer to a test: ");
        }
    }

    private static NetlinkReply reply(byte[] bytes, int sequence) {
        MemorySegment memory = Arena.ofAuto().allocate(bytes.length, 8);
        memory.copyFrom(MemorySegment.ofArray(bytes));
        return new NetlinkReply(memory, "a test", sequence);
    }

    private static byte[] message() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(256, 8);
            int length = new NetlinkMessage(memory, TYPE, 0, SEQUENCE, FIXED_BYTES)
                    .setByte(3, 200)
                    .setInt(4, -5)
                    .attribute(1, new byte[] {10, 1, 2, 3})
                    .attribute(3, "near")
                    .attribute(4, new byte[] {2, 0, 0, 0, 0, -1})
                    .end();
            return memory.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
        }
    }
}
