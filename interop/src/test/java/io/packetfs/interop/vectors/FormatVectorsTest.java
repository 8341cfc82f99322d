package io.packetfs.interop.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.packetfs.protocol.DescriptorList;
import io.packetfs.protocol.DescriptorTable;
import io.packetfs.protocol.FrameReader;
import io.packetfs.protocol.GramHeader;
import io.packetfs.protocol.GramLimits;
import io.packetfs.protocol.GramValidator;
import io.packetfs.protocol.PacketHeader;
import io.packetfs.protocol.ReasonCode;
import io.packetfs.protocol.Ticket;
import io.packetfs.protocol.TicketException;
import io.packetfs.protocol.TransportParameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the golden vectors of what needs no key: headers, frames, gram heads, parameters, tickets. */
class FormatVectorsTest {
    static List<GoldenVector> headers() {
        return GoldenVector.load("headers.txt");
    }

    static List<GoldenVector> frames() {
        return GoldenVector.load("frames.txt");
    }

    static List<GoldenVector> gramHeads() {
        return GoldenVector.load("gram-heads.txt");
    }

    static List<GoldenVector> parameters() {
        return GoldenVector.load("parameters.txt");
    }

    static List<GoldenVector> tickets() {
        return GoldenVector.load("tickets.txt");
    }

    @ParameterizedTest
    @MethodSource("headers")
    void readsAndWritesHeaders(GoldenVector vector) {
        byte[] bytes = vector.bytes("hex");
        byte[] written = bytes.clone();
        List<String> headers = new ArrayList<>();

        for (int at = 0;
                at < bytes.length && headers.size() < vector.values("expect").size(); ) {
            long fields = PacketHeader.fields(bytes, at);
            headers.add("version %d type %d flags %d payload %d connection %08x number %d"
                    .formatted(
                            PacketHeader.version(fields),
                            PacketHeader.type(fields),
                            PacketHeader.flags(fields),
                            PacketHeader.payloadLength(fields),
                            PacketHeader.connectionId(fields),
                            PacketHeader.packetNumber(bytes, at)));
            Arrays.fill(written, at, at + PacketHeader.BYTES, (byte) 0x55);
            PacketHeader.write(
                    written,
                    at,
                    PacketHeader.type(fields),
                    PacketHeader.flags(fields),
                    PacketHeader.payloadLength(fields),
                    PacketHeader.connectionId(fields),
                    PacketHeader.packetNumber(bytes, at));
            at += PacketHeader.BYTES + PacketHeader.payloadLength(fields);
        }

        assertThat(headers).isEqualTo(vector.values("expect"));
        assertThat(written).as("written anew").isEqualTo(bytes);
    }

    @ParameterizedTest
    @MethodSource("frames")
    void readsFrames(GoldenVector vector) {
        byte[] payload = vector.bytes("hex");
        FrameTranscript transcript = new FrameTranscript();

        int reason = new FrameReader().read(payload, 0, payload.length, transcript);

        if (vector.has("reject")) {
            assertThat(ReasonCode.name(reason)).isEqualTo(vector.value("reject"));
        } else {
            assertThat(ReasonCode.name(reason)).isEqualTo("NO_ERROR");
            assertThat(transcript.frames()).isEqualTo(vector.values("expect"));
        }
    }

    @ParameterizedTest
    @MethodSource("gramHeads")
    void validatesGramHeads(GoldenVector vector) {
        byte[] head = vector.bytes("hex");

        DescriptorList compact = new DescriptorList();
        int reason = GramValidator.validateHead(head, 0, head.length, GramLimits.DEFAULTS, compact);

        if (vector.has("reject")) {
            assertThat(ReasonCode.name(reason)).isEqualTo(vector.value("reject"));
        } else {
            assertThat(ReasonCode.name(reason)).isEqualTo("NO_ERROR");
            assertThat(describe(new GramHeader().wrap(head, 0), head, compact)).isEqualTo(vector.value("expect"));
        }
    }

    private static String describe(GramHeader header, byte[] head, DescriptorList compact) {
        StringBuilder text = new StringBuilder("gram %d lane %d %s slab %d blob %d digest %s"
                .formatted(
                        header.gramId(),
                        header.lane(),
                        header.isOrdered() ? "ordered " + header.laneSequence() : "unordered",
                        header.slabLength(),
                        header.blobId(),
                        header.hasDigest() ? Integer.toHexString(header.digest()) : "none"));
        boolean hasPayload = header.mode() == GramHeader.MODE_PAYLOAD;
        if (!hasPayload) {
            text.append(" mode ").append(header.mode()).append(header.hasProgram() ? " program" : "");
        }
        for (int i = 0; i < header.descriptorCount(); i++) {
            text.append(i == 0 ? " descriptors " : " ")
                    .append(hasPayload ? DescriptorTable.blobOffset(head, header.tableOffset(), i) : compact.offset(i))
                    .append('+')
                    .append(hasPayload ? DescriptorTable.length(head, header.tableOffset(), i) : compact.length(i));
        }
        return text.toString();
    }

    @ParameterizedTest
    @MethodSource("parameters")
    void readsAndWritesParameters(GoldenVector vector) {
        byte[] bytes = vector.bytes("hex");

        TransportParameters parameters = TransportParameters.decode(bytes);

        if (vector.has("reject")) {
            assertThat(parameters).isNull();
        } else {
            assertThat(
                            "id %08x version %d datagram %d credit %d grams %d slab %d descriptor %d count %d idle %d ack %d%s"
                                    .formatted(
                                            parameters.connectionId(),
                                            parameters.version(),
                                            parameters.datagramBytesMax(),
                                            parameters.creditBytes(),
                                            parameters.gramWindow(),
                                            parameters.slabBytesMax(),
                                            parameters.descriptorBytesMax(),
                                            parameters.descriptorCountMax(),
                                            parameters.idleTimeoutMs(),
                                            parameters.ackDelayMaxUs(),
                                            parameters.blobIdentity() == 0
                                                    ? ""
                                                    : " blob " + Long.toHexString(parameters.blobIdentity())))
                    .isEqualTo(vector.value("expect"));
            assertThat(parameters.encode()).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @MethodSource("tickets")
    void readsTickets(GoldenVector vector) throws TicketException {
        String text = vector.value("text");

        if (vector.has("reject")) {
            TicketException refusal = catchThrowableOfType(TicketException.class, () -> Ticket.parse(text));
            assertThat(refusal).isNotNull();
            assertThat(refusal.kind()).hasToString(vector.value("reject"));
        } else {
            assertThat(describe(Ticket.parse(text))).isEqualTo(vector.value("expect"));
            assertThat(Ticket.parse(text).encode()).isEqualTo(canonical(text));
        }
    }

    private static String canonical(String text) {
        return text.toLowerCase(Locale.ROOT).replace('o', '0').replace('i', '1').replace('l', '1');
    }

    private static String describe(Ticket ticket) {
        String addresses = ticket.addresses().stream()
                .map(address -> address.getAddress().getHostAddress() + ":" + address.getPort())
                .collect(Collectors.joining(" "));
        HexFormat hex = HexFormat.of();
        return "flags %d id %08x key %s secret %s addresses %s"
                .formatted(
                        ticket.flags(),
                        ticket.ticketId(),
                        hex.formatHex(ticket.publicKey()),
                        hex.formatHex(ticket.secret()),
                        addresses);
    }
}
