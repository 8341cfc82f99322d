package io.packetfs.cli;

import io.packetfs.protocol.trace.Trace;
import io.packetfs.protocol.trace.TracePair;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Option;

/** What is written down of each connection. */
final class TraceOptions {
    @Option(
            names = "--qlog",
            paramLabel = "DIR",
            description = "Write a file of events there for each connection: what its rate was, and why.")
    Path qlog;

    @Option(names = "--qlog-packets", description = "With --qlog: each packet is an event, too.")
    boolean qlogPackets;

    private final TransferMeter meter = new TransferMeter();
    private QlogFolder folder;

    /** Opens the folder if one is wanted; whoever calls this calls {@link #close} in the end. */
    Trace.Supplier open() throws CommandException {
        if (qlog == null) {
            return (connectionId, isInitiator) -> meter;
        }
        QlogFolder opened = QlogFolder.open(qlog, qlogPackets);
        folder = opened;
        return (connectionId, isInitiator) -> new TracePair(meter, opened.trace(connectionId, isInitiator));
    }

    TransferMeter meter() {
        return meter;
    }

    /** For the agent's thread, some times in a second. */
    void onTick() {
        if (folder != null) {
            folder.onTick();
        }
    }

    /** What could not be written; null if everything could. */
    String failure() {
        return folder == null ? null : folder.failure();
    }

    /** To be called when the agent's thread has ended. */
    void close() {
        if (folder != null) {
            folder.close();
        }
    }

    void describe(Map<String, Object> config) {
        config.put("qlog", qlog == null ? null : qlog.toString());
        config.put("qlog_packets", qlogPackets);
    }
}
