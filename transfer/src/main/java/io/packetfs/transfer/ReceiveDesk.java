package io.packetfs.transfer;

import io.packetfs.endpoint.Connection;
import io.packetfs.endpoint.ConnectionAcceptor;
import io.packetfs.endpoint.ConnectionListener;
import io.packetfs.endpoint.ConnectionState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Takes connections of those who hold the ticket and serves one transfer at a time. A connection that never makes an offer, such as
 * that of a sender who was faster on another path, is nothing to speak of. Called on the agent's thread.
 */
public final class ReceiveDesk implements ConnectionAcceptor {
    private final Function<Predicate<ReceiveSession>, ReceiveSession> sessions;
    private final Consumer<TransferReport> onReport;
    private final List<Visitor> visitors = new ArrayList<>();
    private final Admission admission;

    private record Visitor(Connection connection, ReceiveSession session) {}

    /**
     * A desk that serves one after another.
     *
     * @param sessions makes a session, which asks the given admission before it takes an offer
     * @param onReport hears of each transfer that was served, on any thread
     */
    public ReceiveDesk(
            Function<Predicate<ReceiveSession>, ReceiveSession> sessions, Consumer<TransferReport> onReport) {
        this(new Admission(), sessions, onReport);
    }

    /**
     * One of several desks, each on an agent of its own, that serve one transfer at a time together.
     *
     * @param admission of all of them
     */
    public ReceiveDesk(
            Admission admission,
            Function<Predicate<ReceiveSession>, ReceiveSession> sessions,
            Consumer<TransferReport> onReport) {
        this.admission = admission;
        this.sessions = sessions;
        this.onReport = onReport;
    }

    @Override
    public ConnectionListener accept(Connection connection) {
        ReceiveSession session = sessions.apply(this::admit);
        visitors.add(new Visitor(connection, session));
        return session;
    }

    /** Gives all sessions the time. Called a few times in a second. */
    public void onTick() {
        for (Visitor visitor : List.copyOf(visitors)) {
            visitor.session().onTick();
        }
        // A connection whose peer never proved its address goes without a word.
        visitors.removeIf(
                visitor -> visitor.session().isEnded() || visitor.connection().state() == ConnectionState.CLOSED);
    }

    /** Ends what is being served. */
    public void cancel(String message) {
        List.copyOf(visitors).forEach(visitor -> visitor.session().cancel(message));
    }

    private boolean admit(ReceiveSession session) {
        if (!admission.admit(session)) {
            return false;
        }
        session.onReport(onReport);
        return true;
    }
}
