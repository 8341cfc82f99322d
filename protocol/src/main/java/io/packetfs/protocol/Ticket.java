package io.packetfs.protocol;

import io.packetfs.protocol.TicketException.Kind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a receiver hands to the one who shall connect: where it listens, its public key, and a secret (spec: TKT). Whoever holds it can
 * connect, so {@link #toString} does not show the secret. Immutable.
 */
public final class Ticket {
    public static final int PUBLIC_KEY_BYTES = 32;
    public static final int SECRET_BYTES = 16;
    public static final int ADDRESS_COUNT_MAX = 16;

    /** Packets are check-summed, not sealed (spec: PRT-6). */
    public static final int FLAG_CHECKSUMMED = 0x01;

    /** The suite is ChaCha20-Poly1305; otherwise AES-256-GCM. */
    public static final int FLAG_CHACHA20 = 0x02;

    private static final String PREFIX = "pfs1";
    private static final int VERSION = 1;
    private static final int FLAGS_KNOWN = FLAG_CHECKSUMMED | FLAG_CHACHA20;
    private static final int CHECK_BYTES = 4;
    private static final int FIXED_BYTES = 1 + 1 + 4 + PUBLIC_KEY_BYTES + SECRET_BYTES + 1;
    private static final int KIND_IPV4 = 4;
    private static final int KIND_IPV6 = 6;

    private final int flags;
    private final int ticketId;
    private final byte[] publicKey;
    private final byte[] secret;
    private final List<InetSocketAddress> addresses;

    /**
     * A ticket of the given parts.
     *
     * @param addresses 1 to 16, resolved, with ports other than 0
     */
    public Ticket(int flags, int ticketId, byte[] publicKey, byte[] secret, List<InetSocketAddress> addresses) {
        if ((flags & ~FLAGS_KNOWN) != 0 || publicKey.length != PUBLIC_KEY_BYTES || secret.length != SECRET_BYTES) {
            throw new IllegalArgumentException("ticket with flags " + flags + ", a public key of " + publicKey.length
                    + " bytes and a secret of " + secret.length);
        }
        if (addresses.isEmpty() || addresses.size() > ADDRESS_COUNT_MAX) {
            throw new IllegalArgumentException("ticket with " + addresses.size() + " addresses");
        }
        for (InetSocketAddress address : addresses) {
            if (address.isUnresolved() || address.getPort() == 0) {
                throw new IllegalArgumentException("ticket with the address " + address);
            }
        }
        this.flags = flags;
        this.ticketId = ticketId;
        this.publicKey = publicKey.clone();
        this.secret = secret.clone();
        this.addresses = List.copyOf(addresses);
    }

    public int flags() {
        return flags;
    }

    public boolean isChecksummed() {
        return (flags & FLAG_CHECKSUMMED) != 0;
    }

    /** What INITIAL bears as connection id (spec: HDR-4). */
    public int ticketId() {
        return ticketId;
    }

    public byte[] publicKey() {
        return publicKey.clone();
    }

    public byte[] secret() {
        return secret.clone();
    }

    public List<InetSocketAddress> addresses() {
        return addresses;
    }

    /** The ticket as text (spec: TKT-1). */
    public String encode() {
        ByteBuffer bytes = ByteBuffer.allocate(FIXED_BYTES + ADDRESS_COUNT_MAX * (1 + 16 + 2) + CHECK_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) VERSION)
                .put((byte) flags)
                .putInt(ticketId)
                .put(publicKey)
                .put(secret)
                .put((byte) addresses.size());
        for (InetSocketAddress address : addresses) {
            byte[] ip = address.getAddress().getAddress();
            bytes.put((byte) (ip.length == 4 ? KIND_IPV4 : KIND_IPV6)).put(ip).putShort((short) address.getPort());
        }
        byte[] content = Arrays.copyOf(bytes.array(), bytes.position());
        byte[] whole = Arrays.copyOf(content, content.length + CHECK_BYTES);
        System.arraycopy(check(content), 0, whole, content.length, CHECK_BYTES);
        return PREFIX + CrockfordBase32.encode(whole);
    }

    /**
     * Reads a ticket that somebody typed or pasted.
     *
     * @throws TicketException with a sentence that says what is wrong, and where if that can be known
     */
    public static Ticket parse(String text) throws TicketException {
        byte[] whole = decode(text.strip());
        if (whole.length <= CHECK_BYTES) {
            throw malformed("is too short");
        }
        byte[] content = Arrays.copyOf(whole, whole.length - CHECK_BYTES);
        if (!Arrays.equals(check(content), Arrays.copyOfRange(whole, content.length, whole.length))) {
            throw malformed("does not match its check: a character was mistyped, lost or added");
        }
        if (content[0] != VERSION) {
            throw new TicketException(
                    Kind.VERSION,
                    "the ticket is of version " + Byte.toUnsignedInt(content[0]) + ", and this program knows only "
                            + VERSION);
        }
        return parts(ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN));
    }

    private static byte[] decode(String text) throws TicketException {
        for (int i = 0; i < text.length(); i++) {
            int value = CrockfordBase32.valueOf(text.charAt(i));
            if (value < 0) {
                throw malformed(
                        "has the character '" + text.charAt(i) + "' at position " + (i + 1) + ", which no ticket has");
            }
            if (i < PREFIX.length() && value != CrockfordBase32.valueOf(PREFIX.charAt(i))) {
                throw malformed("does not begin with " + PREFIX);
            }
        }
        if (text.length() <= PREFIX.length()) {
            throw malformed("ends after " + text.length() + " characters");
        }
        byte[] bytes = CrockfordBase32.decode(text.substring(PREFIX.length()));
        if (bytes == null) {
            throw malformed("is cut or has too many characters: it has " + text.length());
        }
        return bytes;
    }

    private static Ticket parts(ByteBuffer bytes) throws TicketException {
        if (bytes.remaining() < FIXED_BYTES) {
            throw malformed("is too short");
        }
        bytes.get();
        int flags = Byte.toUnsignedInt(bytes.get());
        int ticketId = bytes.getInt();
        byte[] publicKey = new byte[PUBLIC_KEY_BYTES];
        bytes.get(publicKey);
        byte[] secret = new byte[SECRET_BYTES];
        bytes.get(secret);
        int addressCount = Byte.toUnsignedInt(bytes.get());
        if ((flags & ~FLAGS_KNOWN) != 0) {
            throw malformed("has flags that this program does not know: " + flags);
        }
        if (addressCount < 1 || addressCount > ADDRESS_COUNT_MAX) {
            throw malformed("counts " + addressCount + " addresses");
        }
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (int i = 1; i <= addressCount; i++) {
            addresses.add(address(bytes, i));
        }
        if (bytes.hasRemaining()) {
            throw malformed("goes on for " + bytes.remaining() + " bytes after its last address");
        }
        return new Ticket(flags, ticketId, publicKey, secret, addresses);
    }

    private static InetSocketAddress address(ByteBuffer bytes, int ordinal) throws TicketException {
        int kind = bytes.hasRemaining() ? bytes.get() : 0;
        if (kind != KIND_IPV4 && kind != KIND_IPV6) {
            throw malformed("has an address of unknown kind, number " + ordinal);
        }
        byte[] ip = new byte[kind == KIND_IPV4 ? 4 : 16];
        if (bytes.remaining() < ip.length + 2) {
            throw malformed("ends in the middle of address number " + ordinal);
        }
        bytes.get(ip);
        int port = Short.toUnsignedInt(bytes.getShort());
        InetAddress address = inetAddress(ip);
        if (port == 0 || address.getAddress().length != ip.length) {
            throw malformed("has an address that cannot be used, number " + ordinal);
        }
        return new InetSocketAddress(address, port);
    }

    /** An IPv4 address that is written as an IPv6 one comes out four bytes long. */
    private static InetAddress inetAddress(byte[] ip) {
        try {
            return InetAddress.getByAddress(ip);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of " + ip.length + " bytes", e);
        }
    }

    private static byte[] check(byte[] content) {
        try {
            return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(content), CHECK_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-256", e);
        }
    }

    private static TicketException malformed(String what) {
        return new TicketException(Kind.MALFORMED, "the ticket " + what);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ticket ticket
                && flags == ticket.flags
                && ticketId == ticket.ticketId
                && Arrays.equals(publicKey, ticket.publicKey)
                && MessageDigest.isEqual(secret, ticket.secret)
                && addresses.equals(ticket.addresses);
    }

    @Override
    public int hashCode() {
        return ticketId;
    }

    @Override
    public String toString() {
        return "ticket " + Integer.toHexString(ticketId) + " for " + addresses;
    }
}
