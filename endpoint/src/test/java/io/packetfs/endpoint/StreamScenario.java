package io.packetfs.endpoint;

import io.packetfs.ackwindow.Bbr;
import io.packetfs.ackwindow.CongestionControllerSupplier;
import io.packetfs.ackwindow.Cubic;
import io.packetfs.blob.HeapBlob;
import io.packetfs.protocol.crypto.CipherSuite;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One complete transfer drawn from a seed: a stream, a configuration, and grams of every kind in both directions; and
 * the check that each arrived once, whole, in its order, byte for byte.
 */
final class StreamScenario {
    private static final long TIME_LIMIT = 900 * EnginePair.SECOND;

    final EnginePair pair;
    final Recorder clientSide;
    final Recorder serverSide;
    private final SplittableRandom random;
    private final byte[] blob;
    private final byte[] landing;
    private final List<byte[]> upUnordered = new ArrayList<>();
    private final List<byte[]> upOrdered = new ArrayList<>();
    private final List<byte[]> downOrdered = new ArrayList<>();
    private final String description;

    StreamScenario(long seed) {
        random = new SplittableRandom(seed);
        CipherSuite suite = random.nextBoolean() ? CipherSuite.AES_256_GCM : CipherSuite.CHACHA20_POLY1305;
        boolean checksummed = random.nextInt(3) == 0;
        EndpointConfig near = config();
        EndpointConfig far = config();
        pair = EnginePair.overStream(seed, near, far, suite, checksummed);
        blob = new byte[1 + random.nextInt(1 << (4 + random.nextInt(14)))];
        random.nextBytes(blob);
        landing = new byte[blob.length];
        clientSide = new Recorder();
        serverSide = new Recorder(new HeapBlob(landing));
        plan();
        description = "blob " + blob.length + ", records " + upUnordered.size() + " + " + upOrdered.size() + " + "
                + downOrdered.size();
    }

    /** Runs it to its end; throws an AssertionError with what is wrong. */
    void run() {
        pair.connect(clientSide, connection -> serverSide);
        boolean done = pair.runUntil(this::isDone, TIME_LIMIT);
        require(done, "not finished after " + pair.network.nowNs() / 1e9 + " s");
        require(Arrays.equals(blob, landing), "the landing differs from the blob");
        require(serverSide.placedBytes == blob.length, "placed " + serverSide.placedBytes + " bytes");
        requireRecords(serverSide, 1, upUnordered, false);
        requireRecords(serverSide, 2, upOrdered, true);
        requireRecords(clientSide, 2, downOrdered, true);
        require(!clientSide.closed && !serverSide.closed, "closed");
    }

    /** Ends the connection and checks that nothing of it stays. */
    void close() {
        clientSide.connection.close(0, "done");
        // if every CLOSE is lost, the other side finds out by its idle timeout
        pair.runUntil(
                () -> pair.client.connectionCount() + pair.server.connectionCount() == 0,
                pair.network.nowNs() + 200 * EnginePair.SECOND);
        require(pair.client.connectionCount() == 0, "the client keeps its connection");
        require(pair.server.connectionCount() == 0, "the server keeps its connection");
    }

    private boolean isDone() {
        require(!clientSide.closed && !serverSide.closed, "a side has closed");
        return clientSide.isAllAcknowledged() && serverSide.connection != null && serverSide.isAllAcknowledged();
    }

    private void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(
                    what + "\nclient " + clientSide + "\nserver " + serverSide + "\n" + paths(clientSide) + "\n"
                            + paths(serverSide) + "\nat " + pair.network.nowNs() + "\n" + description);
        }
    }

    private static String paths(Recorder side) {
        return side.connection == null ? "" : side.connection.peer() + " " + side.connection.pathStats();
    }

    private void requireRecords(Recorder side, int lane, List<byte[]> expected, boolean ordered) {
        List<String> got = new ArrayList<>();
        for (Recorder.Delivered gram : side.delivered) {
            if (gram.lane == lane && gram.blobId == 0) {
                got.add(Arrays.toString(gram.slab));
            }
        }
        List<String> wanted = new ArrayList<>();
        expected.forEach(slab -> wanted.add(Arrays.toString(slab)));
        if (!ordered) {
            got.sort(null);
            wanted.sort(null);
        }
        require(got.equals(wanted), "records of lane " + lane + " differ");
    }

    private void plan() {
        HeapBlob source = new HeapBlob(blob);
        List<OutboundGram> grams = new ArrayList<>();
        int gramBytes = 1 + random.nextInt(1 << (6 + random.nextInt(15)));
        int step = Math.max(gramBytes, blob.length / 200);
        for (int offset = 0; offset < blob.length; offset += step) {
            grams.add(OutboundGram.placed(3, 1, source, offset, Math.min(step, blob.length - offset)));
        }
        records(random.nextInt(40), upUnordered).forEach(slab -> grams.add(OutboundGram.staged(1, false, slab)));
        int place = 0;
        for (byte[] slab : records(random.nextInt(40), upOrdered)) {
            place += random.nextInt(grams.size() - place + 1);
            grams.add(place++, OutboundGram.staged(2, true, slab));
        }
        grams.forEach(clientSide::send);
        records(random.nextInt(20), downOrdered).forEach(slab -> serverSide.send(OutboundGram.staged(2, true, slab)));
    }

    private List<byte[]> records(int count, List<byte[]> into) {
        int bytesMax = 1 << (3 + random.nextInt(12));
        for (int i = 0; i < count; i++) {
            byte[] slab = new byte[random.nextInt(bytesMax)];
            random.nextBytes(slab);
            into.add(slab);
        }
        return into;
    }

    private EndpointConfig config() {
        CongestionControllerSupplier congestion = random.nextBoolean() ? Cubic.supplier() : Bbr.supplier();
        EndpointConfig.Builder config = EndpointConfig.builder(congestion);
        if (random.nextInt(3) == 0) {
            int initial = 1_200 + random.nextInt(200);
            config.datagramBytes(initial, initial + random.nextInt(300));
        }
        if (random.nextInt(4) == 0) {
            config.creditBytes(1 << 21, 1 << 22);
        }
        return config.connectTimeoutNs(120 * EnginePair.SECOND)
                .idleTimeoutMs(120_000)
                .build();
    }
}
