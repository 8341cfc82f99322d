package io.packetfs.transfer;

import io.packetfs.endpoint.Connection;
import io.packetfs.endpoint.ConnectionAcceptor;
import io.packetfs.endpoint.ConnectionListener;
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
    private final List<ReceiveSession> open = new ArrayList<>();
    private ReceiveSession served;

    /**
     * A desk that serves one after another.
     *
     * @param sessions makes a session, which asks the given admission before it takes an offer
     * @param onReport hears of each transfer that was served, on any thread
     */
    public ReceiveDesk(
            Function<Predicate<ReceiveSession>, ReceiveSession> sessions, Consumer<TransferReport> onReport) {
        this.sessions = sessions;
        this.onReport = onReport;
    }

    @Override
    public ConnectionListener accept(Connection connection) {
        ReceiveSession session = sessions.apply(this::admit);
        open.add(session);
        return session;
    }

    public void onTick() {
        for (ReceiveSession session : List.copyOf(open)) {
            session.onTick();
        }
        open.removeIf(TransferSession::isEnded);
    }

    /** The session that is served, or was the last; null before the first. */
    public ReceiveSession served() {
        return served;
    }

    /** Ends what is being served. */
    public void cancel(String message) {
        List.copyOf(open).forEach(session -> session.cancel(message));
    }

    private boolean admit(ReceiveSession session) {
        if (served != null && !served.isEnded()) {
            return false;
        }
        served = session;
        session.onReport(onReport);
        return true;
    }
}
