package io.packetfs.endpoint;

import io.packetfs.protocol.TransportParameters;
import io.packetfs.protocol.handshake.ResponderHandshake;
import java.net.InetSocketAddress;

/**
 * Answers the INITIALs of one ticket's holders. Strangers, and those without the secret, get no answer (spec: HSK-4); what a holder can
 * make it keep is bounded: the reply memory, and the connections whose address is not proven.
 */
final class TicketDesk {
    private final ResponderHandshake handshake;
    private final ConnectionAcceptor acceptor;
    private final ReplyMemory memory = new ReplyMemory();
    private int unprovenCount;

    TicketDesk(ResponderHandshake handshake, ConnectionAcceptor acceptor) {
        this.handshake = handshake;
        this.acceptor = acceptor;
    }

    /** Takes an INITIAL; what is to be sent and kept goes to the endpoint. */
    void onInitial(Endpoint endpoint, long nowNs, InetSocketAddress source, byte[] array, int offset, int length) {
        byte[] ephemeral = handshake.ephemeralOf(array, offset, length);
        if (ephemeral == null) {
            endpoint.stats().initialsRejected++;
            return;
        }
        ReplyMemory.Answer answer = memory.answer(ephemeral);
        if (answer != null) {
            endpoint.stats().initialsReplayed++;
            // another address must not get the REPLY: that somebody has it would prove nothing about this one. spec:
            // HSK-6
            if (source.equals(answer.source()) && endpoint.stillUnproven(nowNs, answer.connectionId())) {
                endpoint.sendRaw(source, answer.reply());
            }
            return;
        }
        if (unprovenCount >= endpoint.unprovenMax()) {
            endpoint.stats().initialsCrowdedOut++;
            return;
        }
        accept(endpoint, nowNs, source, ephemeral, array, offset, length);
    }

    private void accept(
            Endpoint endpoint,
            long nowNs,
            InetSocketAddress source,
            byte[] ephemeral,
            byte[] array,
            int offset,
            int length) {
        int connectionId = endpoint.newConnectionId();
        TransportParameters local = endpoint.parameters(connectionId);
        ResponderHandshake.Accepted accepted = handshake.accept(array, offset, length, local, endpoint.entropy());
        if (accepted == null) {
            endpoint.stats().initialsRejected++;
            return;
        }
        Connection connection = Connection.responder(endpoint, connectionId, source, nowNs);
        ConnectionListener listener = acceptor.accept(connection);
        if (listener == null || connection.state() == ConnectionState.CLOSED) {
            endpoint.stats().initialsRejected++;
            return;
        }
        connection.onAccepted(nowNs, accepted.result(), listener);
        memory.remember(ephemeral, new ReplyMemory.Answer(accepted.reply(), connectionId, source));
        unprovenCount++;
        endpoint.add(connection, this);
        endpoint.sendRaw(source, accepted.reply());
    }

    /** A connection of this ticket is not waiting for its proof any more. */
    void onSettled() {
        unprovenCount--;
    }
}
