package io.packetfs.transfer;

import io.packetfs.endpoint.Connection;
import io.packetfs.endpoint.OutboundGram;
import io.packetfs.transfer.record.RecordEncoder;
import io.packetfs.transfer.record.TransferRecord;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;

/** Records on their way out, in order; long lists of them are encoded only as the connection takes them. Called on the agent's thread. */
final class ControlLane {
    private final ArrayDeque<Iterator<TransferRecord>> waiting = new ArrayDeque<>();
    private OutboundGram refused;
    private int unacknowledgedCount;

    void send(TransferRecord record) {
        waiting.add(List.of(record).iterator());
    }

    void send(Iterator<TransferRecord> records) {
        waiting.add(records);
    }

    /** Gives the connection what it takes. Returns whether it has taken all. */
    boolean pump(Connection connection) {
        while (true) {
            OutboundGram gram = next();
            if (gram == null) {
                return true;
            }
            if (!connection.trySend(gram)) {
                refused = gram;
                return false;
            }
            unacknowledgedCount++;
        }
    }

    void onAcknowledged() {
        unacknowledgedCount--;
    }

    /** Whether the peer has everything. */
    boolean isIdle() {
        return refused == null && waiting.isEmpty() && unacknowledgedCount == 0;
    }

    private OutboundGram next() {
        if (refused != null) {
            OutboundGram gram = refused;
            refused = null;
            return gram;
        }
        while (!waiting.isEmpty()) {
            Iterator<TransferRecord> records = waiting.peek();
            if (records.hasNext()) {
                return OutboundGram.staged(Lanes.CONTROL, true, RecordEncoder.encode(records.next()));
            }
            waiting.remove();
        }
        return null;
    }
}
