package io.packetfs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class HostPortTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.1:4000, 10.0.0.1, 4000",
        "10.0.0.1, 10.0.0.1, -1",
        "host:1, host, 1",
        "host, host, -1",
        ":4000, '', 4000",
        "[fd00::1]:4000, fd00::1, 4000",
        "[::1], ::1, -1",
        "*:0, *, 0"
    })
    void readsAddressesAsPeopleWriteThem(String text, String host, int port) {
        assertThat(HostPort.parse(text)).isEqualTo(new HostPort(host, port));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fd00::1", "host:", "host:x", "host:65536", "host:-1", "[::1", "[::1]x"})
    void rejectsWhatIsAmbiguousOrWrong(String text) {
        assertThatThrownBy(() -> HostPort.parse(text)).isInstanceOf(TypeConversionException.class);
    }

    @Test
    void aTicketNamesTheAddressThatWasBound() throws CommandException {
        InetSocketAddress bound = HostPort.parse("127.0.0.1:4000").resolve(0);

        assertThat(ReceiverAddresses.of(bound, List.of())).containsExactly(bound);
    }

    @Test
    void aTicketNamesWhatIsAdvertisedWithTheBoundPort() throws CommandException {
        List<HostPort> advertised = List.of(HostPort.parse("192.0.2.1"), HostPort.parse("192.0.2.2:99"));

        assertThat(ReceiverAddresses.of(new InetSocketAddress(4000), advertised))
                .containsExactly(
                        HostPort.parse("192.0.2.1:4000").resolve(0),
                        HostPort.parse("192.0.2.2:99").resolve(0));
    }

    @Test
    void aTicketOfAllInterfacesIsNeverEmptyAndNeverSaysEverywhere() throws CommandException {
        assertThat(ReceiverAddresses.of(new InetSocketAddress(4000), List.of()))
                .isNotEmpty()
                .allSatisfy(address -> {
                    assertThat(address.getAddress().isAnyLocalAddress()).isFalse();
                    assertThat(address.getAddress().isLinkLocalAddress()).isFalse();
                    assertThat(address.getPort()).isEqualTo(4000);
                });
    }

    @Test
    void nobodyCanConnectToEverywhere() {
        assertThatThrownBy(() -> ReceiverAddresses.of(new InetSocketAddress(4000), List.of(HostPort.parse("0.0.0.0"))))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining("nobody can connect");
    }
}
