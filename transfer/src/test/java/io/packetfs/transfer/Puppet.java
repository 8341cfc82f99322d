package io.packetfs.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.endpoint.Connection;
import io.packetfs.endpoint.ConnectionListener;
import io.packetfs.endpoint.DeliveredGram;
import io.packetfs.endpoint.OutboundGram;
import io.packetfs.transfer.record.RecordDecoder;
import io.packetfs.transfer.record.RecordEncoder;
import io.packetfs.transfer.record.TransferRecord;
import java.util.ArrayList;
import java.util.List;

/** Does what it is told, and remembers what it hears. */
final class Puppet implements ConnectionListener {
    final List<TransferRecord> heard = new ArrayList<>();
    Connection connection;
    int closeReason = -1;

    void send(OutboundGram gram) {
        assertThat(connection.trySend(gram)).isTrue();
    }

    void say(TransferRecord record) {
        send(OutboundGram.staged(Lanes.CONTROL, true, RecordEncoder.encode(record)));
    }

    TransferRecord last() {
        return heard.isEmpty() ? null : heard.getLast();
    }

    @Override
    public void onConnected(Connection opened) {
        connection = opened;
    }

    @Override
    public void onGramDelivered(Connection from, DeliveredGram gram) {
        heard.add(RecordDecoder.decode(gram.slab(), gram.slabLength()));
    }

    @Override
    public void onGramAcknowledged(Connection from, OutboundGram gram) {}

    @Override
    public void onWritable(Connection from) {}

    @Override
    public void onClosed(Connection from, int reason, String message, boolean byPeer) {
        closeReason = reason;
    }
}
