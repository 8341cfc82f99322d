package io.packetfs.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.packetfs.ackwindow.Bbr;
import io.packetfs.blob.HeapBlob;
import org.junit.jupiter.api.Test;

class EndpointConfigTest {
    @Test
    void whatIsNotChangedStaysAsItWas() {
        EndpointConfig config = EndpointConfig.builder(Bbr.supplier())
                .datagramBytes(1_300, 9_000)
                .connectTimeoutNs(1)
                .idleTimeoutMs(1_000)
                .keepAlive(false)
                .ackDelayMaxUs(2)
                .creditBytes(3 << 20, 5 << 20)
                .gramWindow(128)
                .gramLimits(Engines.TIGHT_LIMITS)
                .commonBlob(new CommonBlob(7, new HeapBlob(new byte[8])))
                .unprovenMax(9)
                .packetsPerKey(1_000)
                .build();

        assertThat(config.toBuilder().build()).isEqualTo(config);
    }

    @Test
    void whatIsOutOfRangeIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EndpointConfig.builder(Bbr.supplier())
                        .datagramBytes(1_500, 1_472)
                        .build())
                .withMessage("datagramBytesInitial 1500 is out of range");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        EndpointConfig.builder(Bbr.supplier()).gramWindow(100).build())
                .withMessage("gramWindow 100 is out of range");
    }
}
