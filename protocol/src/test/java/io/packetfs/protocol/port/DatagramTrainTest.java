package io.packetfs.protocol.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class DatagramTrainTest {
    private static final InetSocketAddress PEER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4_242);

    private final DatagramTrain train = new DatagramTrain(1_000);

    @Test
    void laysDatagramsSideBySide() {
        train.reset(PEER, 300, 64);

        train.append(300);
        train.append(300);

        assertThat(train.length()).isEqualTo(600);
        assertThat(train.count()).isEqualTo(2);
        assertThat(train.segmentBytes()).isEqualTo(300);
        assertThat(train.destination()).isSameAs(PEER);
        assertThat(train.hasRoom()).isTrue();
        assertThat(train.room()).isEqualTo(1);
    }

    @Test
    void endsWithAShorterDatagram() {
        train.reset(PEER, 300, 64);
        train.append(300);

        train.append(299);

        assertThat(train.hasRoom()).isFalse();
        assertThat(train.room()).isZero();
        assertThatIllegalStateException().isThrownBy(() -> train.append(300));
        assertThat(train.length()).isEqualTo(599);
    }

    @Test
    void hasNoRoomForADatagramThatMightNotFit() {
        train.reset(PEER, 400, 64);
        train.append(400);
        train.append(400);

        assertThat(train.hasRoom()).isFalse();
        assertThatIllegalStateException().isThrownBy(() -> train.append(200));
    }

    @Test
    void takesNoMoreDatagramsThanAllowed() {
        train.reset(PEER, 10, 2);
        assertThat(train.room()).isEqualTo(2);
        train.append(10);
        train.append(10);

        assertThat(train.hasRoom()).isFalse();
        assertThat(train.room()).isZero();
    }

    @Test
    void refusesDatagramsThatAreEmptyOrTooLong() {
        train.reset(PEER, 10, 2);

        assertThatIllegalStateException().isThrownBy(() -> train.append(0));
        assertThatIllegalStateException().isThrownBy(() -> train.append(11));
        assertThat(train.isEmpty()).isTrue();
    }

    @Test
    void isEmptyAndUnmarkedAfterReset() {
        train.reset(PEER, 10, 2);
        train.append(3);
        train.ecn(2);

        train.reset(PEER, 20, 2);

        assertThat(train.isEmpty()).isTrue();
        assertThat(train.length()).isZero();
        assertThat(train.ecn()).isZero();
        assertThat(train.hasRoom()).isTrue();
    }

    @Test
    void memoryIsTheArrayFromItsFirstElement() {
        train.array()[5] = 9;

        assertThat(train.memory().byteSize()).isEqualTo(1_000);
        assertThat(train.memory().get(ValueLayout.JAVA_BYTE, 5)).isEqualTo((byte) 9);
        assertThat(train.memory().heapBase()).containsSame(train.array());
    }

    @Test
    void refusesSizesThatUdpCannotCarry() {
        assertThatIllegalArgumentException().isThrownBy(() -> new DatagramTrain(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DatagramTrain(PortFeatures.UDP_PAYLOAD_BYTES_MAX + 1));
        assertThatIllegalArgumentException().isThrownBy(() -> train.reset(PEER, 1_001, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> train.reset(PEER, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> train.reset(PEER, 10, 0));
    }
}
