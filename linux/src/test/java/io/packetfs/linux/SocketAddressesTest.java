package io.packetfs.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketAddressesTest {
    private static final long OFFSET = 8;

    private final MemorySegment memory = Arena.ofAuto()
            .allocate(OFFSET + SocketAddresses.ROOM_BYTES, Long.BYTES)
            .fill((byte) 0x5A);

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, false, 16",
        "192.0.2.255, false, 16",
        "127.0.0.1, true, 28",
        "::1, true, 28",
        "2001:db8::ffff:1, true, 28"
    })
    void readsWhatItWrote(String literal, boolean ipv6, int bytes) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral(literal), 51_234);

        assertThat(SocketAddresses.write(memory, OFFSET, address, ipv6)).isEqualTo(bytes);

        assertThat(SocketAddresses.read(memory, OFFSET)).isEqualTo(address);
    }

    @Test
    void writesPortAndAddressInTheOrderOfTheNetwork() throws UnknownHostException {
        byte[] address = {10, 1, 2, 3};
        SocketAddresses.write(memory, 0, new InetSocketAddress(InetAddress.getByAddress(address), 0x1234), true);

        assertThat(memory.asSlice(0, SocketAddresses.INET6_BYTES).toArray(ValueLayout.JAVA_BYTE))
                .containsExactly(
                        10, 0, 0x12, 0x34, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 1, 2, 3, 0, 0, 0, 0);
    }

    @Test
    void keepsTheScopeOfALinkLocalAddress() {
        SocketAddresses.write(memory, 0, new InetSocketAddress(InetAddress.ofLiteral("fe80::1"), 9), true);
        memory.set(ValueLayout.JAVA_INT, SocketAddresses.INET6_SCOPE, 1);

        InetSocketAddress address = SocketAddresses.read(memory, 0);
        memory.fill((byte) 0);
        SocketAddresses.write(memory, 0, address, true);

        assertThat(memory.get(ValueLayout.JAVA_INT, SocketAddresses.INET6_SCOPE))
                .isOne();
    }

    @Test
    void refusesAnIpv6AddressForAnIpv4Socket() {
        InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral("::1"), 9);

        assertThatThrownBy(() -> SocketAddresses.write(memory, 0, address, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no way to");
    }

    @Test
    void theCacheTellsAddressesApartAndIgnoresFlowLabels() {
        SourceCache cache = new SourceCache();
        for (int port = 1; port <= 1_000; port++) {
            for (String literal : new String[] {"127.0.0.1", "::1", "::2"}) {
                InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral(literal), port);
                SocketAddresses.write(memory, 0, address, literal.startsWith(":"));
                InetSocketAddress first = cache.source(memory, 0);
                if (literal.startsWith(":")) {
                    memory.set(ValueLayout.JAVA_INT, Integer.BYTES, port);
                }

                assertThat(first).isEqualTo(address);
                assertThat(cache.source(memory, 0)).isSameAs(first);
            }
        }
    }
}
