package io.packetfs.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.protocol.PacketHeader;
import io.packetfs.protocol.ReasonCode;
import io.packetfs.protocol.TransportParameters;
import io.packetfs.protocol.crypto.ChecksumPacketSealer;
import io.packetfs.protocol.crypto.PacketOpener;
import io.packetfs.protocol.handshake.HandshakeResult;
import org.junit.jupiter.api.Test;

/** Keys are not used any longer than their cipher bears forgeries. */
class ForgeryLimitTest {
    /** Opens packets that hold a PING and nothing else, and has seen as many wrong tags as it is told. */
    private static final class Opener implements PacketOpener {
        private static final int FRAMES_BYTES = 1;

        long wrongTags;
        boolean opens = true;

        @Override
        public int open(byte[] array, int offset, int length, long packetNumber) {
            wrongTags += opens ? 0 : 1;
            return opens ? FRAMES_BYTES : INVALID;
        }

        @Override
        public byte[] frames(byte[] packet) {
            return packet;
        }

        @Override
        public int framesOffset(int packetOffset) {
            return packetOffset + PacketHeader.BYTES;
        }

        @Override
        public long wrongTags() {
            return wrongTags;
        }
    }

    private final Opener opener = new Opener();
    private final Recorder application = new Recorder();
    private final LoneEngine engine = new LoneEngine(1, Engines.config());
    private final Connection connection = Connection.responder(engine.endpoint, 7, EnginePair.address(1, 1), 0);

    @Test
    void aConnectionEndsWhenItHasSeenAsManyForgeriesAsItsKeysBear() {
        TransportParameters parameters = TransportParameters.defaults(8, 1_472, 1 << 20);
        connection.onAccepted(0, new HandshakeResult(new ChecksumPacketSealer(), opener, parameters), application);
        packet(0);
        assertThat(connection.state()).isEqualTo(ConnectionState.CONNECTED);
        opener.opens = false;
        opener.wrongTags = PacketOpener.WRONG_TAGS_MAX - 2;
        packet(1);
        assertThat(connection.state()).isEqualTo(ConnectionState.CONNECTED);
        packet(2);
        assertThat(connection.state()).isEqualTo(ConnectionState.CLOSING);
        assertThat(application.closeReason).isEqualTo(ReasonCode.KEY_LIMIT);
        assertThat(connection.stats().packetsDiscarded()).isEqualTo(2);
    }

    private void packet(long packetNumber) {
        byte[] packet = new byte[PacketHeader.BYTES + 20];
        packet[PacketHeader.BYTES] = 1; // PING
        PacketHeader.write(packet, 0, PacketHeader.TYPE_PROTECTED, 0, 20, connection.connectionId(), packetNumber);
        connection.onPacket(0, HostilePeer.ADDRESS, packet, 0, packet.length, -1);
    }
}
