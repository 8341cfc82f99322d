package io.packetfs.endpoint;

import static java.util.Objects.requireNonNull;

import io.packetfs.blob.HeapBlob;
import io.packetfs.blob.Landing;
import io.packetfs.protocol.ReasonCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/** An application for tests: sends what it was given, keeps what it gets, and notices what must never happen. */
final class Recorder implements ConnectionListener {
    /** A gram as it was delivered. */
    static final class Delivered {
        final long gramId;
        final int lane;
        final int blobId;
        final byte[] slab;
        final int digest;
        final long atNs;

        Delivered(long gramId, int lane, int blobId, byte[] slab, int digest, long atNs) {
            this.digest = digest;
            this.atNs = atNs;
            this.gramId = gramId;
            this.lane = lane;
            this.blobId = blobId;
            this.slab = slab;
        }
    }

    final List<Delivered> delivered = new ArrayList<>();
    final List<OutboundGram> acknowledged = new ArrayList<>();
    private final ArrayDeque<OutboundGram> outbox = new ArrayDeque<>();
    private final Set<Long> seenIds = new HashSet<>();
    private final Landing landing;
    Connection connection;
    boolean closed;
    int closeReason = -1;
    String closeMessage = "";
    boolean closedByPeer;
    long placedBytes;
    int toSend;

    /** What deliveries are dated by. */
    LongSupplier clock = () -> 0;

    /** Whether it takes grams without giving their credit back. */
    boolean keepsCredit;

    int keptBytes;

    /** Whether it ends the connection as soon as it has a gram. */
    boolean closesOnDelivery;

    /** @param landing what is offered as blob 1, or null */
    Recorder(Landing landing) {
        this.landing = landing;
    }

    Recorder() {
        this(new HeapBlob(0));
    }

    /** Sends this as soon as it can be. */
    Recorder send(OutboundGram gram) {
        outbox.add(gram);
        toSend++;
        pump();
        return this;
    }

    boolean isAllAcknowledged() {
        return acknowledged.size() == toSend;
    }

    /** Has read what it kept, and reads what comes. */
    void readOn() {
        keepsCredit = false;
        connection.returnCredit(keptBytes);
        keptBytes = 0;
    }

    private void pump() {
        while (connection != null && !outbox.isEmpty() && connection.trySend(requireNonNull(outbox.peek()))) {
            outbox.remove();
        }
    }

    @Override
    public void onConnected(Connection connection) {
        requireOpen();
        if (this.connection != null) {
            throw new AssertionError("connected twice");
        }
        this.connection = connection;
        if (landing != null && landing.sizeBytes() > 0) {
            connection.registerLanding(1, landing);
        }
        pump();
    }

    @Override
    public void onGramDelivered(Connection connection, DeliveredGram gram) {
        requireOpen();
        if (!seenIds.add(gram.gramId())) {
            throw new AssertionError("gram " + gram.gramId() + " was delivered twice");
        }
        byte[] slab = gram.takeSlab();
        delivered.add(new Delivered(gram.gramId(), gram.lane(), gram.blobId(), slab, gram.digest(), clock.getAsLong()));
        if (keepsCredit) {
            keptBytes += gram.keepCredit();
        }
        if (gram.blobId() != 0) {
            placedBytes += gram.slabLength();
        }
        if (closesOnDelivery) {
            connection.close(ReasonCode.NO_ERROR, "");
        }
    }

    @Override
    public void onGramAcknowledged(Connection connection, OutboundGram gram) {
        requireOpen();
        acknowledged.add(gram);
    }

    @Override
    public void onWritable(Connection connection) {
        requireOpen();
        pump();
    }

    @Override
    public void onClosed(Connection connection, int reason, String message, boolean byPeer) {
        requireOpen();
        closed = true;
        closeReason = reason;
        closeMessage = message;
        closedByPeer = byPeer;
    }

    private void requireOpen() {
        if (closed) {
            throw new AssertionError("called after onClosed");
        }
    }

    @Override
    public String toString() {
        return "delivered " + delivered.size() + ", acknowledged " + acknowledged.size() + " of " + toSend
                + (closed ? ", closed " + ReasonCode.name(closeReason) + " " + closeMessage : "");
    }
}
