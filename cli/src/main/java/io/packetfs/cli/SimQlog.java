package io.packetfs.cli;

import io.packetfs.protocol.trace.QlogTrace;
import io.packetfs.protocol.trace.Trace;
import io.packetfs.transfer.Texts;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A qlog file for each end of each connection of a simulated run. Unlike {@link QlogFolder} it writes on the thread that runs the engine,
 * because virtual time waits: no record is dropped, and the same seed gives the same files.
 */
final class SimQlog implements Trace.Supplier, AutoCloseable {
    /** Where virtual time begins: in 1970, so that runs do not differ. */
    private static final long REFERENCE_EPOCH_MS = 0;

    private final Path folder;
    private final boolean wantsPackets;
    private final List<BufferedWriter> writers = new ArrayList<>();
    private String failure;

    private SimQlog(Path folder, boolean wantsPackets) {
        this.folder = folder;
        this.wantsPackets = wantsPackets;
    }

    /** Makes the folder if there is none. */
    static SimQlog open(Path folder, boolean wantsPackets) throws CommandException {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.LOCAL_IO, "local_io", "cannot write to " + folder + ": " + Texts.reason(e));
        }
        return new SimQlog(folder, wantsPackets);
    }

    @Override
    public Trace trace(int connectionId, boolean isInitiator) {
        String name = String.format(Locale.ROOT, "%s-%08x.sqlog", isInitiator ? "client" : "server", connectionId);
        Path path = folder.resolve(name);
        try {
            BufferedWriter writer = Files.newBufferedWriter(path);
            writers.add(writer);
            return new QlogTrace(record -> write(path, writer, record), REFERENCE_EPOCH_MS, wantsPackets);
        } catch (IOException e) {
            fail(path, e);
            return Trace.NONE;
        }
    }

    /** Ends the files; throws what went wrong with one. */
    void finish() throws CommandException {
        close();
        if (failure != null) {
            throw new CommandException(ExitCode.LOCAL_IO, "local_io", failure);
        }
    }

    @Override
    public void close() {
        for (BufferedWriter writer : writers) {
            try {
                writer.close();
            } catch (IOException e) {
                fail(folder, e);
            }
        }
        writers.clear();
    }

    private void write(Path path, BufferedWriter writer, CharSequence record) {
        if (failure == null) {
            try {
                writer.append(record);
            } catch (IOException e) {
                fail(path, e);
            }
        }
    }

    private void fail(Path path, IOException e) {
        if (failure == null) {
            failure = "cannot write " + path + ": " + Texts.reason(e);
        }
    }
}
