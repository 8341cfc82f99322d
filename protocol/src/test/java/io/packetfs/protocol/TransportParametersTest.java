package io.packetfs.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TransportParametersTest {
    private static final TransportParameters DEFAULTS = TransportParameters.defaults(7, 1_472, 1 << 20);

    @Test
    void defaultsAreThoseOfTheSpecification() {
        assertThat(DEFAULTS)
                .isEqualTo(new TransportParameters(
                        7, 1, 1_472, 1 << 20, 4_096, 1 << 20, 256 << 10, 1_024, 30_000, 25_000, 0));
        assertThat(DEFAULTS.gramLimits()).isEqualTo(GramLimits.DEFAULTS);
    }

    @Test
    void theSmallerIdleTimeoutIsInForce() {
        TransportParameters patient = new TransportParameters(7, 1, 1_472, 0, 64, 1_408, 1, 1, 600_000, 0, 0);

        assertThat(DEFAULTS.idleTimeoutMsWith(patient)).isEqualTo(30_000);
        assertThat(patient.idleTimeoutMsWith(DEFAULTS)).isEqualTo(30_000);
    }

    @Test
    void onlyTwoBlobsThatAreNamedCanDiffer() {
        assertThat(holding(5).isOfOtherBlobThan(holding(6))).isTrue();
        assertThat(holding(5).isOfOtherBlobThan(holding(5))).isFalse();
        assertThat(holding(5).isOfOtherBlobThan(holding(0))).isFalse();
        assertThat(holding(0).isOfOtherBlobThan(holding(5))).isFalse();
    }

    private static TransportParameters holding(long blobIdentity) {
        return new TransportParameters(7, 1, 1_472, 0, 64, 1_408, 1, 1, 600_000, 0, blobIdentity);
    }

    @Property
    void readsWhatItWrote(
            @ForAll int connectionId,
            @ForAll @IntRange(min = 1_200, max = 65_507) int datagramBytesMax,
            @ForAll @LongRange(min = 0, max = Wire.NUMBER_END - 1) long creditBytes,
            @ForAll @IntRange(min = 6, max = 16) int gramWindowLog,
            @ForAll @IntRange(min = 1_408, max = 1 << 24) int slabBytesMax,
            @ForAll @IntRange(min = 1, max = 1 << 24) int descriptorBytesMax,
            @ForAll @IntRange(min = 1, max = 4_095) int descriptorCountMax,
            @ForAll @IntRange(min = 1_000, max = 600_000) int idleTimeoutMs,
            @ForAll @IntRange(min = 0, max = 1_000_000) int ackDelayMaxUs,
            @ForAll long blobIdentity) {
        TransportParameters parameters = new TransportParameters(
                connectionId == 0 ? 1 : connectionId,
                1,
                datagramBytesMax,
                creditBytes,
                1 << gramWindowLog,
                slabBytesMax,
                descriptorBytesMax,
                descriptorCountMax,
                idleTimeoutMs,
                ackDelayMaxUs,
                blobIdentity);

        assertThat(TransportParameters.decode(parameters.encode())).isEqualTo(parameters);
    }

    @Property
    void whatItReadsItWritesTheSame(@ForAll @Size(TransportParameters.BYTES) byte[] bytes) {
        TransportParameters parameters = TransportParameters.decode(bytes);

        if (parameters != null) {
            assertThat(parameters.encode()).isEqualTo(bytes);
        }
    }

    @Test
    void rejectsValuesJustOutsideTheirRange() {
        assertThat(decoded(p -> {})).isEqualTo(DEFAULTS);
        rejects("connection id 0", p -> Wire.putU32(p, 0, 0));
        rejects("version 0", p -> Wire.putU16(p, 4, 0));
        rejects("datagram 1199", p -> Wire.putU16(p, 6, 1_199));
        rejects("datagram 65508", p -> Wire.putU16(p, 6, 65_508));
        rejects("credit 2^62", p -> Wire.putU64(p, 8, Wire.NUMBER_END));
        rejects("credit -1", p -> Wire.putU64(p, 8, -1));
        rejects("gram window 32", p -> Wire.putU32(p, 16, 32));
        rejects("gram window 65", p -> Wire.putU32(p, 16, 65));
        rejects("gram window 2^17", p -> Wire.putU32(p, 16, 1 << 17));
        rejects("gram window 2^31", p -> Wire.putU32(p, 16, 1 << 31));
        rejects("slab 1407", p -> Wire.putU32(p, 20, 1_407));
        rejects("slab 2^24 + 1", p -> Wire.putU32(p, 20, (1 << 24) + 1));
        rejects("slab 2^32 - 1", p -> Wire.putU32(p, 20, -1));
        rejects("descriptor 0", p -> Wire.putU32(p, 24, 0));
        rejects("descriptor 2^24 + 1", p -> Wire.putU32(p, 24, (1 << 24) + 1));
        rejects("descriptors 0", p -> Wire.putU16(p, 28, 0));
        rejects("descriptors 4096", p -> Wire.putU16(p, 28, 4_096));
        rejects("reserved at 30", p -> Wire.putU16(p, 30, 1));
        rejects("idle 999", p -> Wire.putU32(p, 32, 999));
        rejects("idle 600001", p -> Wire.putU32(p, 32, 600_001));
        rejects("ack delay 1000001", p -> Wire.putU32(p, 36, 1_000_001));
        rejects("ack delay 2^32 - 1", p -> Wire.putU32(p, 36, -1));
    }

    @Test
    void rejectsAnyOtherLength() {
        assertThat(TransportParameters.decode(new byte[47])).isNull();
        assertThat(TransportParameters.decode(new byte[49])).isNull();
        assertThat(TransportParameters.decode(new byte[0])).isNull();
    }

    @Test
    void doesNotSendWhatAPeerWouldNotTake() {
        assertThatIllegalStateException()
                .isThrownBy(() -> TransportParameters.defaults(0, 1_472, 0).encode())
                .withMessageContaining("connectionId=0");
    }

    private static void rejects(String what, Consumer<byte[]> damage) {
        assertThat(decoded(damage)).as(what).isNull();
    }

    private static TransportParameters decoded(Consumer<byte[]> damage) {
        byte[] bytes = DEFAULTS.encode();
        damage.accept(bytes);
        return TransportParameters.decode(bytes);
    }
}
