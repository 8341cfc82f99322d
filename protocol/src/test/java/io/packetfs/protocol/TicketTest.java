package io.packetfs.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.packetfs.protocol.TicketException.Kind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class TicketTest {
    private static final String LOOKALIKES = "oOiIlL";
    private static final InetSocketAddress IPV4 = address(4_433, 192, 0, 2, 1);
    private static final InetSocketAddress IPV6 =
            address(65_535, 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

    private static final Ticket TICKET =
            new Ticket(Ticket.FLAG_CHACHA20, 0x01020304, filled(32, 0xaa), filled(16, 0x55), List.of(IPV4, IPV6));

    private static InetSocketAddress address(int port, int... ip) {
        byte[] bytes = new byte[ip.length];
        for (int i = 0; i < ip.length; i++) {
            bytes[i] = (byte) ip[i];
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static TicketException refusal(String text) {
        TicketException refusal = catchThrowableOfType(TicketException.class, () -> Ticket.parse(text));
        assertThat(refusal).as("parsing %s", text).isNotNull();
        return refusal;
    }

    /** The text of some bytes with a right check behind them. */
    private static String text(byte[] content) {
        try {
            byte[] check = MessageDigest.getInstance("SHA-256").digest(content);
            byte[] whole = Arrays.copyOf(content, content.length + 4);
            System.arraycopy(check, 0, whole, content.length, 4);
            return "pfs1" + CrockfordBase32.encode(whole);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] content(Ticket ticket) {
        byte[] whole = CrockfordBase32.decode(ticket.encode().substring(4));
        return Arrays.copyOf(whole, whole.length - 4);
    }

    private static TicketException refusalOfContent(int at, int value) {
        byte[] content = content(TICKET);
        content[at] = (byte) value;
        return refusal(text(content));
    }

    @Test
    void readsBackWhatItWrote() throws TicketException {
        Ticket read = Ticket.parse(TICKET.encode());

        assertThat(read).isEqualTo(TICKET).hasSameHashCodeAs(TICKET);
        assertThat(read.flags()).isEqualTo(Ticket.FLAG_CHACHA20);
        assertThat(read.isChecksummed()).isFalse();
        assertThat(read.ticketId()).isEqualTo(0x01020304);
        assertThat(read.publicKey()).isEqualTo(filled(32, 0xaa));
        assertThat(read.secret()).isEqualTo(filled(16, 0x55));
        assertThat(read.addresses()).containsExactly(IPV4, IPV6);
    }

    @Test
    void isShortEnoughToPaste() {
        Ticket one = new Ticket(0, 1, filled(32, 1), filled(16, 2), List.of(IPV4));

        assertThat(one.encode()).hasSize(4 + 106).startsWith("pfs1").isLowerCase();
    }

    @Test
    void forgivesCaseLookalikesAndSurroundingSpace() throws TicketException {
        String text = TICKET.encode();

        assertThat(Ticket.parse("  " + text + "\n")).isEqualTo(TICKET);
        assertThat(Ticket.parse(text.toUpperCase(Locale.ROOT))).isEqualTo(TICKET);
        assertThat(Ticket.parse(text.replace('0', 'o').replace('1', 'l'))).isEqualTo(TICKET);
        assertThat(Ticket.parse(text.replace('0', 'O').replace('1', 'i'))).isEqualTo(TICKET);
    }

    @Test
    void noticesEverySingleCharacterThatWasMistyped() {
        String text = TICKET.encode();
        for (int i = 0; i < text.length(); i++) {
            for (char c = ' '; c < 127; c++) {
                boolean sameMeaning = CrockfordBase32.valueOf(c) == CrockfordBase32.valueOf(text.charAt(i));
                if (!sameMeaning) {
                    assertThat(refusal(text.substring(0, i) + c + text.substring(i + 1))
                                    .kind())
                            .isEqualTo(Kind.MALFORMED);
                }
            }
        }
    }

    @Test
    void noticesATicketThatWasCutAnywhere() {
        String text = TICKET.encode();
        for (int length = 0; length < text.length(); length++) {
            assertThat(refusal(text.substring(0, length)).kind()).isEqualTo(Kind.MALFORMED);
            assertThat(refusal(text.substring(text.length() - length)).kind()).isEqualTo(Kind.MALFORMED);
        }
    }

    @Test
    void noticesEveryCharacterThatWasLostDoubledOrSwapped() {
        String text = TICKET.encode();
        for (int i = 0; i < text.length(); i++) {
            String lost = text.substring(0, i) + text.substring(i + 1);
            String doubled = text.substring(0, i) + text.charAt(i) + text.substring(i);
            assertThat(refusal(lost).kind()).isEqualTo(Kind.MALFORMED);
            assertThat(refusal(doubled).kind()).isEqualTo(Kind.MALFORMED);
            if (i > 0 && text.charAt(i) != text.charAt(i - 1)) {
                String swapped = text.substring(0, i - 1) + text.charAt(i) + text.charAt(i - 1) + text.substring(i + 1);
                assertThat(refusal(swapped).kind()).isEqualTo(Kind.MALFORMED);
            }
        }
    }

    @Test
    void saysWhatIsWrongAndWhere() {
        String text = TICKET.encode();

        assertThat(refusal(text.substring(0, 9) + "u" + text.substring(10)))
                .hasMessage("the ticket has the character 'u' at position 10, which no ticket has");
        assertThat(refusal("pgs1" + text.substring(4))).hasMessage("the ticket does not begin with pfs1");
        assertThat(refusal("pfs1")).hasMessage("the ticket ends after 4 characters");
        assertThat(refusal("")).hasMessage("the ticket ends after 0 characters");
        assertThat(refusal(text.substring(0, text.length() - 8))).hasMessageContaining("check");
    }

    @Test
    void tellsAnUnknownVersionApart() {
        TicketException refusal = refusalOfContent(0, 2);

        assertThat(refusal.kind()).isEqualTo(Kind.VERSION);
        assertThat(refusal).hasMessage("the ticket is of version 2, and this program knows only 1");
    }

    @Test
    void rejectsContentThatBreaksARuleThoughItsCheckIsRight() {
        int count = 1 + 1 + 4 + 32 + 16;
        int firstKind = count + 1;
        assertThat(refusalOfContent(1, 4)).hasMessageContaining("flags");
        assertThat(refusalOfContent(count, 0)).hasMessageContaining("counts 0 addresses");
        assertThat(refusalOfContent(count, 17)).hasMessageContaining("counts 17 addresses");
        assertThat(refusalOfContent(count, 1)).hasMessageContaining("goes on for 19 bytes");
        assertThat(refusalOfContent(count, 3)).hasMessageContaining("unknown kind, number 3");
        assertThat(refusalOfContent(firstKind, 5)).hasMessageContaining("unknown kind, number 1");
        byte[] cut = content(TICKET);
        assertThat(refusal(text(Arrays.copyOf(cut, cut.length - 1))))
                .hasMessageContaining("middle of address number 2");
        assertThat(refusal(text(Arrays.copyOf(cut, 30)))).hasMessageContaining("too short");
        byte[] noPort = content(TICKET);
        noPort[firstKind + 5] = 0;
        noPort[firstKind + 6] = 0;
        assertThat(refusal(text(noPort))).hasMessageContaining("cannot be used, number 1");
    }

    @Test
    void rejectsAnIpv4AddressInIpv6Form() {
        byte[] content = content(new Ticket(0, 1, filled(32, 1), filled(16, 2), List.of(IPV6)));
        int ip = 1 + 1 + 4 + 32 + 16 + 1 + 1;
        Arrays.fill(content, ip, ip + 10, (byte) 0);
        content[ip + 10] = (byte) 0xff;
        content[ip + 11] = (byte) 0xff;

        assertThat(refusal(text(content))).hasMessageContaining("cannot be used");
    }

    @Test
    void rejectsFillingBitsThatAreSet() {
        Ticket odd = new Ticket(0, 1, filled(32, 1), filled(16, 2), List.of(IPV4));
        String text = odd.encode();
        char last = text.charAt(text.length() - 1);
        int value = CrockfordBase32.valueOf(last);
        String other = text.substring(0, text.length() - 1) + "0123456789abcdefghjkmnpqrstvwxyz".charAt(value ^ 1);

        assertThat((text.length() - 4) * 5 % 8).as("there are such bits").isNotZero();
        assertThat(refusal(other).kind()).isEqualTo(Kind.MALFORMED);
    }

    @Test
    void doesNotShowItsSecret() {
        assertThat(TICKET.toString()).contains("1020304").doesNotContain("5555").doesNotContain("pfs1");
    }

    @Test
    void refusesPartsThatNoTicketHas() {
        List<InetSocketAddress> none = List.of();
        List<InetSocketAddress> unresolved = List.of(InetSocketAddress.createUnresolved("host.invalid", 1));
        List<InetSocketAddress> many = new ArrayList<>();
        for (int i = 0; i < 17; i++) {
            many.add(IPV4);
        }
        for (List<InetSocketAddress> addresses : List.of(none, unresolved, many, List.of(address(0, 1, 2, 3, 4)))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Ticket(0, 1, filled(32, 1), filled(16, 1), addresses));
        }
        assertThatThrownBy(() -> new Ticket(4, 1, filled(32, 1), filled(16, 1), List.of(IPV4)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Ticket(0, 1, filled(31, 1), filled(16, 1), List.of(IPV4)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void everyTicketSurvivesItsText(@ForAll("tickets") Ticket ticket) throws TicketException {
        assertThat(Ticket.parse(ticket.encode())).isEqualTo(ticket);
    }

    @Property
    void refusesTextThatIsNoTicket(@ForAll String text) {
        assertThat(refusal(text).kind()).isEqualTo(Kind.MALFORMED);
    }

    @Property
    void refusesTextOfTheAlphabetThatIsNoTicket(@ForAll("alphabetText") String text) {
        assertThat(refusal("pfs1" + text).kind()).isEqualTo(Kind.MALFORMED);
    }

    @Provide
    Arbitrary<String> alphabetText() {
        return Arbitraries.strings()
                .withChars("0123456789abcdefghjkmnpqrstvwxyz" + LOOKALIKES)
                .ofMaxLength(400);
    }

    @Provide
    Arbitrary<Ticket> tickets() {
        Arbitrary<byte[]> ip = Arbitraries.bytes().array(byte[].class).ofSize(4).injectDuplicates(0.1);
        Arbitrary<byte[]> ip6 = Arbitraries.bytes()
                .array(byte[].class)
                .ofSize(16)
                .map(bytes -> {
                    bytes[0] = 0x20; // so that it is no IPv4 address in IPv6 form
                    return bytes;
                });
        Arbitrary<InetSocketAddress> addresses = Combinators.combine(
                        Arbitraries.oneOf(ip, ip6), Arbitraries.integers().between(1, 65_535))
                .as((bytes, port) -> {
                    int[] unsigned = new int[bytes.length];
                    for (int i = 0; i < bytes.length; i++) {
                        unsigned[i] = Byte.toUnsignedInt(bytes[i]);
                    }
                    return address(port, unsigned);
                });
        return Combinators.combine(
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers(),
                        Arbitraries.bytes().array(byte[].class).ofSize(32),
                        Arbitraries.bytes().array(byte[].class).ofSize(16),
                        addresses.list().ofMinSize(1).ofMaxSize(16))
                .as(Ticket::new);
    }
}
