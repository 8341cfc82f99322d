package io.packetfs.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * One message of netlink(7) that was received: a header, a fixed part, attributes. Every length is checked against what was received; what
 * does not fit is an {@link UncheckedIOException} that says where.
 */
final class NetlinkReply {
    private static final short NLMSG_ERROR = 2;
    private static final short NLMSG_DONE = 3;
    private static final int TYPE_MASK = 0x3FFF;
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;
    private static final int LINK_ADDRESS_BYTES = 6;

    private final MemorySegment memory;
    private final MemorySegment message;
    private final String request;

    /**
     * @param memory what was received, aligned to 4
     * @param request what it answers, for messages about faults
     * @param sequence of the request
     */
    NetlinkReply(MemorySegment memory, String request, int sequence) {
        this.memory = memory;
        this.request = request;
        if (memory.byteSize() < NetlinkMessage.HEADER_BYTES) {
            throw malformed("a message of " + memory.byteSize() + " bytes");
        }
        long length = Integer.toUnsignedLong(memory.get(JAVA_INT, NetlinkMessage.LENGTH));
        if (length < NetlinkMessage.HEADER_BYTES || length > memory.byteSize()) {
            throw malformed("a length of " + length + " in a message of " + memory.byteSize() + " bytes");
        }
        int got = memory.get(JAVA_INT, NetlinkMessage.SEQUENCE);
        if (got != sequence) {
            throw malformed("number " + got + " instead of " + sequence);
        }
        message = memory.asSlice(0, length);
    }

    /** The error number that it tells; 0 for none, and for an acknowledgement. */
    int errno() {
        if (type() != NLMSG_ERROR) {
            return 0;
        }
        requireFixedPart(Integer.BYTES);
        int error = message.get(JAVA_INT, NetlinkMessage.HEADER_BYTES);
        if (error > 0 || error == Integer.MIN_VALUE) {
            throw malformed("an error of " + error);
        }
        return -error;
    }

    /** Whether it ends a list. */
    boolean isLast() {
        return type() == NLMSG_DONE;
    }

    /** What was received behind this message. */
    MemorySegment behind() {
        return memory.asSlice(Math.min(NetlinkMessage.align(message.byteSize()), memory.byteSize()));
    }

    int type() {
        return message.get(JAVA_SHORT, NetlinkMessage.TYPE);
    }

    /** The fixed part of a message that must be of this type; its attributes come behind it. */
    Part part(int type, int fixedBytes) {
        if (type() != type) {
            throw malformed("a message of type " + type() + " instead of " + type);
        }
        requireFixedPart(fixedBytes);
        long attributes = NetlinkMessage.align(NetlinkMessage.HEADER_BYTES + (long) fixedBytes);
        return new Part(
                message.asSlice(NetlinkMessage.HEADER_BYTES, fixedBytes),
                attributes > message.byteSize() ? message.asSlice(0, 0) : message.asSlice(attributes));
    }

    private void requireFixedPart(int bytes) {
        if (message.byteSize() - NetlinkMessage.HEADER_BYTES < bytes) {
            throw malformed("a message of " + message.byteSize() + " bytes");
        }
    }

    private UncheckedIOException malformed(String what) {
        return new UncheckedIOException(new IOException("the kernel's answer to " + request + ": " + what));
    }

    /** A fixed part with its attributes, or the attributes in an attribute. */
    final class Part {
        private final MemorySegment fixed;
        private final MemorySegment attributes;

        private Part(MemorySegment fixed, MemorySegment attributes) {
            this.fixed = fixed;
            this.attributes = attributes;
        }

        int unsignedByte(int offset) {
            return Byte.toUnsignedInt(fixed.get(JAVA_BYTE, offset));
        }

        int unsignedShort(int offset) {
            return Short.toUnsignedInt(fixed.get(JAVA_SHORT, offset));
        }

        int number(int offset) {
            return fixed.get(JAVA_INT, offset);
        }

        /** The attribute's value; null if there is no such attribute. */
        MemorySegment attribute(int type) {
            long offset = 0;
            while (attributes.byteSize() - offset >= NetlinkMessage.ATTRIBUTE_HEADER_BYTES) {
                int bytes = Short.toUnsignedInt(attributes.get(JAVA_SHORT, offset));
                if (bytes < NetlinkMessage.ATTRIBUTE_HEADER_BYTES || bytes > attributes.byteSize() - offset) {
                    throw malformed("an attribute of " + bytes + " bytes, " + (attributes.byteSize() - offset)
                            + " from the end");
                }
                if ((attributes.get(JAVA_SHORT, offset + Short.BYTES) & TYPE_MASK) == type) {
                    return attributes.asSlice(
                            offset + NetlinkMessage.ATTRIBUTE_HEADER_BYTES,
                            bytes - NetlinkMessage.ATTRIBUTE_HEADER_BYTES);
                }
                offset += NetlinkMessage.align(bytes);
            }
            return null;
        }

        /** The attributes within an attribute; none if there is no such attribute. */
        Part nested(int type) {
            MemorySegment value = attribute(type);
            MemorySegment none = message.asSlice(0, 0);
            return new Part(none, value == null ? none : value);
        }

        /** A number of 32 bits; {@code absent} if there is no such attribute. */
        int number(int type, int absent) {
            MemorySegment value = attribute(type);
            if (value == null) {
                return absent;
            }
            if (value.byteSize() != Integer.BYTES) {
                throw malformed("a number of " + value.byteSize() + " bytes in attribute " + type);
            }
            return value.get(JAVA_INT, 0);
        }

        /** A link address, 48 bits, the first byte highest; 0 if there is none, or one of another length. */
        long linkAddress(int type) {
            MemorySegment value = attribute(type);
            if (value == null || value.byteSize() != LINK_ADDRESS_BYTES) {
                return 0;
            }
            long bits = 0;
            for (int i = 0; i < LINK_ADDRESS_BYTES; i++) {
                bits = bits << Byte.SIZE | Byte.toUnsignedLong(value.get(JAVA_BYTE, i));
            }
            return bits;
        }

        /** An address of IPv4 or IPv6; null if there is no such attribute. */
        InetAddress address(int type) {
            MemorySegment value = attribute(type);
            return value == null ? null : address(type, value);
        }

        /** An address behind the number of its family (struct rtvia); null if there is no such attribute. */
        InetAddress addressWithFamily(int type) {
            MemorySegment value = attribute(type);
            if (value != null && value.byteSize() < Short.BYTES) {
                throw malformed("an address of " + value.byteSize() + " bytes in attribute " + type);
            }
            return value == null ? null : address(type, value.asSlice(Short.BYTES));
        }

        /** A text that ends with a zero; null if there is no such attribute. */
        String text(int type) {
            MemorySegment value = attribute(type);
            if (value == null) {
                return null;
            }
            for (long i = 0; i < value.byteSize(); i++) {
                if (value.get(JAVA_BYTE, i) == 0) {
                    return value.getString(0);
                }
            }
            throw malformed("a text without an end in attribute " + type);
        }

        private InetAddress address(int type, MemorySegment value) {
            if (value.byteSize() != IPV4_BYTES && value.byteSize() != IPV6_BYTES) {
                throw malformed("an address of " + value.byteSize() + " bytes in attribute " + type);
            }
            try {
                return InetAddress.getByAddress(value.toArray(JAVA_BYTE));
            } catch (UnknownHostException e) {
                throw new AssertionError("an address of a known length", e);
            }
        }
    }
}
