package io.packetfs.afxdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.packetfs.afxdp.VethHosts.Host;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class XdpProgramTest {
    private static final int PORT = 4433;
    private static final int ROUNDS = 4_000;
    private static final byte[] ETHERNET = {2, 0, 0, 0, 0, 1};

    /** Valid packets, then one to three bytes of their headers changed, or cut short: the kernel's answers are those of a parser in Java. */
    @Test
    void redirectsWhatTheFilterNamesAndNothingElse() throws UnknownHostException {
        try (VethHosts hosts = VethHosts.open();
                XskEnd end = XskEnd.open(hosts, Host.A, 9)) {
            InetAddress ipv4 = hosts.ipv4(Host.A);
            InetAddress ipv6 = hosts.ipv6(Host.A);
            for (XdpFilter filter : new XdpFilter[] {
                XdpFilter.port(PORT), XdpFilter.port(PORT, ipv4), XdpFilter.port(PORT, ipv6), XdpFilter.port(65_535)
            }) {
                try (XskMap map = XskMap.create("test", 1);
                        XdpProgram program = XdpProgram.load(filter, map, true)) {
                    byte[] packet = TestPackets.udp(ETHERNET, ETHERNET, ipv4, ipv4, filter.port(), new byte[20]);
                    assertThat(program.redirects(packet)).as("without a socket").isFalse();
                    map.put(end.socket);
                    int redirected = compare(program, filter, hosts);
                    assertThat(redirected).isBetween(ROUNDS / 20, ROUNDS - ROUNDS / 20);
                    map.remove(0);
                    assertThat(program.redirects(packet)).as("after removal").isFalse();
                }
            }
        }
    }

    private static int compare(XdpProgram program, XdpFilter filter, VethHosts hosts) {
        long seed = 20_261_126;
        Random random = new Random(seed);
        int redirected = 0;
        for (int round = 0; round < ROUNDS; round++) {
            boolean v6 = random.nextBoolean();
            InetAddress to = v6 ? hosts.ipv6(Host.A) : hosts.ipv4(Host.A);
            byte[] packet = TestPackets.udp(ETHERNET, ETHERNET, to, to, filter.port(), new byte[random.nextInt(40)]);
            mutate(packet, random);
            if (random.nextInt(8) == 0) {
                packet = Arrays.copyOf(packet, 14 + random.nextInt(packet.length - 13));
            }
            boolean expected = admits(filter, packet);
            assertThat(program.redirects(packet))
                    .as("%s, seed %d, round %d: %s", filter, seed, round, Arrays.toString(packet))
                    .isEqualTo(expected);
            redirected += expected ? 1 : 0;
        }
        return redirected;
    }

    private static void mutate(byte[] packet, Random random) {
        switch (random.nextInt(4)) {
            case 0 -> {
                for (int i = random.nextInt(3); i >= 0; i--) {
                    packet[12 + random.nextInt(Math.min(50, packet.length - 12))] = (byte) random.nextInt();
                }
            }
            case 1 -> packet[20] = (byte) (random.nextBoolean() ? 0x20 : 0x40);
            default -> {}
        }
    }

    /** The filter's meaning, from the headers' specifications. */
    private static boolean admits(XdpFilter filter, byte[] packet) {
        if (packet.length < 42) {
            return false;
        }
        int type = unsigned16(packet, 12);
        int at;
        int addressBytes;
        if (type == 0x0800 && packet[14] == 0x45 && packet[23] == 17 && (unsigned16(packet, 20) & 0x3fff) == 0) {
            at = 34;
            addressBytes = 4;
        } else if (type == 0x86dd && packet.length >= 62 && packet[20] == 17) {
            at = 54;
            addressBytes = 16;
        } else {
            return false;
        }
        byte[] to = Arrays.copyOfRange(packet, at - addressBytes, at);
        return unsigned16(packet, at + 2) == filter.port()
                && filter.address()
                        .map(address -> Arrays.equals(address.getAddress(), to))
                        .orElse(true);
    }

    private static int unsigned16(byte[] packet, int at) {
        return Byte.toUnsignedInt(packet[at]) << 8 | Byte.toUnsignedInt(packet[at + 1]);
    }

    @Test
    void filtersAreForRealPorts() throws UnknownHostException {
        assertThatIllegalArgumentException().isThrownBy(() -> XdpFilter.port(0));
        assertThatIllegalArgumentException().isThrownBy(() -> XdpFilter.port(65_536));
        assertThat(XdpFilter.port(1, InetAddress.getByName("::")).address()).isEmpty();
    }

    @Test
    void codeJumpsForwardToLabelsThatStand() {
        assertThatIllegalStateException()
                .isThrownBy(() -> new BpfCode().jump("nowhere").exit().bytes());
        assertThatIllegalStateException()
                .isThrownBy(() -> new BpfCode().label("back").jump("back").bytes());
        assertThatIllegalStateException()
                .isThrownBy(() -> new BpfCode().label("a").label("a"));
        assertThat(new BpfCode()
                        .jumpIfEqual(5, 7, "end")
                        .exit()
                        .label("end")
                        .set(0, 2)
                        .bytes())
                .startsWith(0x15, 5, 1, 0, 7, 0, 0, 0, 0x95);
    }
}
