package io.packetfs.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.packetfs.protocol.PacketHeader;
import java.lang.classfile.CodeBuilder;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The swarm finds faults: of each kind one is planted in the project's own classes. */
class PlantedFaultsTest {
    private static final String ENDPOINT = "io.packetfs.endpoint.";
    private static final String REPAIR = "io.packetfs.repair.";
    private static final String WINDOW = "io.packetfs.ackwindow.";
    private static final String PROTOCOL = "io.packetfs.protocol.";
    private static final String CRYPTO = "io.packetfs.protocol.crypto.";

    /** Slots of arguments, {@code this} being the first. */
    private static final int ON_SLAB_BLOB_OFFSET = 2;

    private static final int ON_ACKNOWLEDGED_POSITION = 4;
    private static final int READ_SLAB_POSITION = 1;
    private static final int TREE_WRITE_OFFSET = 1;
    private static final int LEAP_LARGEST_ACKED = 1;
    private static final int ON_PIECE_POSITION = 1;
    private static final int ADD_ROW_POSITION = 7;

    @ParameterizedTest
    @MethodSource("faults")
    void theSwarmFindsAPlantedFault(PlantedFault fault, int seedsMax) throws ReflectiveOperationException {
        assertThat(fault.firstFailure(seedsMax))
                .as("what %d seeds find when %s", seedsMax, fault)
                .isNotNull();
    }

    @Test
    void theSwarmFindsNothingWhenAFaultIsPlantedThatIsNone() throws ReflectiveOperationException {
        PlantedFault none = PlantedFault.begins("nothing is wrong", REPAIR + "RepairQueue", "add", code -> code.nop());

        assertThat(none.firstFailure(50)).isNull();
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                        lossesAndAcknowledgements(),
                        changesOfKeys(),
                        gramsWithoutPayload(),
                        piecesAndRows(),
                        deliveryAndCredit())
                .flatMap(faults -> faults);
    }

    private static Stream<Arguments> lossesAndAcknowledgements() {
        return Stream.of(
                arguments(PlantedFault.doesNothing("repairs are dropped", REPAIR + "RepairQueue", "add"), 20),
                arguments(
                        PlantedFault.doesNothing("nobody hears of lost packets", ENDPOINT + "SendPath", "onLost"), 20),
                arguments(
                        PlantedFault.answers(
                                "no timer guards what was sent", WINDOW + "SendWindow", "deadlineNs", Long.MAX_VALUE),
                        200),
                arguments(PlantedFault.answers("a packet is taken twice", WINDOW + "ReceiveWindow", "isNew", true), 50),
                arguments(
                        PlantedFault.begins(
                                "an acknowledgement counts for other bytes",
                                ENDPOINT + "GramSender",
                                "onAcknowledged",
                                code -> code.iconst_0().istore(ON_ACKNOWLEDGED_POSITION)),
                        50),
                arguments(
                        PlantedFault.doesNothing(
                                "nobody looks where packets come from", ENDPOINT + "PathValidator", "onElsewhere"),
                        200));
    }

    private static Stream<Arguments> changesOfKeys() {
        return Stream.of(
                arguments(
                        PlantedFault.callsInstead(
                                "a receiver keeps no keys of the generation before",
                                CRYPTO + "AeadPacketOpener",
                                "open",
                                "abs",
                                // what is behind becomes far ahead
                                code -> code.loadConstant(Long.MAX_VALUE).land()),
                        500),
                arguments(
                        PlantedFault.callsInstead(
                                "a receiver follows one change of keys and no further one",
                                CRYPTO + "AeadPacketOpener",
                                "open",
                                "max(JJ)",
                                CodeBuilder::pop2),
                        500),
                arguments(
                        PlantedFault.callsInstead(
                                "a sender keeps its first keys",
                                CRYPTO + "AeadPacketSealer",
                                "seal",
                                "generationOf",
                                code -> code.pop2().lconst_0()),
                        500),
                arguments(
                        PlantedFault.returns(
                                "a number is used again with the next keys",
                                WINDOW + "PacketNumbers",
                                "next",
                                code -> code.loadConstant(PacketHeader.NUMBERS_PER_KEY - 1L)
                                        .land()),
                        500),
                arguments(
                        PlantedFault.begins(
                                "numbers are left out of a generation that the peer may not know",
                                WINDOW + "PacketNumbers",
                                "leap",
                                code -> code.loadConstant(Long.MAX_VALUE).lstore(LEAP_LARGEST_ACKED)),
                        10_000));
    }

    private static Stream<Arguments> gramsWithoutPayload() {
        return Stream.of(
                arguments(
                        PlantedFault.answers(
                                "sides that hold different blobs do not notice",
                                PROTOCOL + "TransportParameters",
                                "isOfOtherBlobThan",
                                false),
                        200),
                arguments(
                        PlantedFault.answers("digests are not compared", ENDPOINT + "GramAssembler", "verify", false),
                        500),
                arguments(
                        PlantedFault.callsInstead(
                                "a gram that has waited on its lane has the descriptors of another",
                                ENDPOINT + "GramAssembler",
                                "deliver",
                                "decodeCompact",
                                code -> code.pop2().pop2().iconst_0()),
                        200),
                arguments(
                        PlantedFault.callsInstead(
                                "no distance goes backwards",
                                PROTOCOL + "CompactTable",
                                "readRuns",
                                "unzigzag",
                                code -> code.iconst_1().lushr()),
                        200),
                arguments(
                        PlantedFault.answers("programs are not seen", ENDPOINT + "DeliveredGram", "hasProgram", false),
                        200));
    }

    private static Stream<Arguments> piecesAndRows() {
        return Stream.of(
                arguments(
                        PlantedFault.begins(
                                "pieces land where their gram begins",
                                ENDPOINT + "InboundGram",
                                "onPiece",
                                code -> code.iconst_0().istore(ON_PIECE_POSITION)),
                        50),
                arguments(
                        PlantedFault.answers(
                                "pieces go before their gram's head has come",
                                ENDPOINT + "OutboundGram",
                                "isHeadAcknowledged",
                                true),
                        200),
                arguments(
                        PlantedFault.begins(
                                "packets written in a row count for other bytes",
                                REPAIR + "SentFrames",
                                "addRow",
                                code -> code.iconst_0().istore(ADD_ROW_POSITION)),
                        100),
                arguments(
                        PlantedFault.doesNothing(
                                "packets read in a row are not acknowledged",
                                WINDOW + "ReceiveWindow",
                                "onNextPackets"),
                        200));
    }

    private static Stream<Arguments> deliveryAndCredit() {
        return Stream.of(
                arguments(
                        PlantedFault.answers(
                                "delivered grams are forgotten", ENDPOINT + "GramAssembler", "isDelivered", false),
                        50),
                arguments(
                        PlantedFault.begins(
                                "chunks land a byte too far",
                                ENDPOINT + "InboundGram",
                                "onSlab",
                                code -> code.lload(ON_SLAB_BLOB_OFFSET)
                                        .lconst_1()
                                        .ladd()
                                        .lstore(ON_SLAB_BLOB_OFFSET)),
                        50),
                arguments(
                        PlantedFault.begins(
                                "a chunk carries bytes from the start of its gram",
                                ENDPOINT + "OutboundGram",
                                "readSlab",
                                code -> code.iconst_0().istore(READ_SLAB_POSITION)),
                        50),
                arguments(
                        PlantedFault.answers(
                                "the order of lanes is not kept", PROTOCOL + "GramHeader", "isOrdered", false),
                        50),
                arguments(
                        PlantedFault.doesNothing("credit is not granted anew", ENDPOINT + "ReceiveCredit", "grant"),
                        200),
                arguments(
                        PlantedFault.answers("credit is not asked for", ENDPOINT + "SendCredit", "allows", true),
                        2_000),
                arguments(
                        PlantedFault.doesNothing(
                                "credit that is given back gets lost", ENDPOINT + "Session", "returnCredit"),
                        500),
                arguments(
                        PlantedFault.forgetsToCall(
                                "closed connections are kept", ENDPOINT + "Endpoint", "onTransition", "remove(I)"),
                        20),
                arguments(
                        PlantedFault.doesNothing(
                                "what lands from another stripe is forgotten",
                                "io.packetfs.transfer.StripeHub",
                                "onLanded"),
                        500),
                arguments(
                        PlantedFault.begins(
                                "files are written a byte too far",
                                "io.packetfs.blob.TreeLanding",
                                "write",
                                code -> code.lload(TREE_WRITE_OFFSET)
                                        .lconst_1()
                                        .ladd()
                                        .lstore(TREE_WRITE_OFFSET)),
                        50));
    }
}
