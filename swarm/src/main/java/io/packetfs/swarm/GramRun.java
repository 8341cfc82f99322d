package io.packetfs.swarm;

import io.packetfs.endpoint.CommonBlob;
import io.packetfs.protocol.ReasonCode;
import io.packetfs.protocol.handshake.TicketSecrets;
import io.packetfs.sim.LinkEvent;
import io.packetfs.sim.SimLink;
import java.util.ArrayList;
import java.util.List;

/** Plays the connections of a scenario that moves grams. */
final class GramRun implements Run {
    private static final int PURPOSES = 16;

    private final Scenario scenario;
    private final VirtualPair pair;
    private final List<Talk> talks = new ArrayList<>();

    /**
     * One connection.
     *
     * @param expectedEnd the reason for which it cannot last; NO_ERROR if nothing stands against it
     */
    private record Talk(
            Dialogue dialogue,
            TicketSecrets secrets,
            Application client,
            Application server,
            Flow up,
            Flow down,
            int expectedEnd) {
        boolean endsEarly() {
            return dialogue.close().isPresent();
        }

        boolean isDoomed() {
            return expectedEnd != ReasonCode.NO_ERROR;
        }

        boolean isThrough() {
            return (isDoomed() || endsEarly())
                    ? client.isClosed()
                    : up.isAllAcknowledged() && down.isAllAcknowledged() && !isStalled();
        }

        boolean isStalled() {
            return client.isStalled() || server.isStalled();
        }

        boolean isQuiet() {
            return client.isConnected() && server.isConnected() && ((up.isIdle() && down.isIdle()) || isStalled());
        }

        void close() {
            client.mayClose();
            server.mayClose();
            client.close();
        }
    }

    GramRun(Scenario scenario, Work.Grams work, VirtualPair pair) {
        this.scenario = scenario;
        this.pair = pair;
        for (Dialogue dialogue : work.connections()) {
            talks.add(talk(dialogue, talks.size() + 1));
        }
    }

    @Override
    public void play() {
        for (AddressChange change : scenario.addressChanges()) {
            pair.at(change.atNs(), () -> changeAddress(change));
        }
        for (Talk talk : talks) {
            start(talk);
        }
        pair.runUntil(
                () -> talks.stream().allMatch(Talk::isThrough),
                () -> talks.stream().allMatch(talk -> talk.isQuiet() || talk.client.isClosed()),
                "that everything is acknowledged");
        pair.say("everything is acknowledged");
        for (Talk talk : talks) {
            if (!talk.endsEarly() && !talk.isDoomed()) {
                talk.client.requireSettled(damaged(pair.down()));
                talk.server.requireSettled(damaged(pair.up()));
                talk.up.requireWhole();
                talk.down.requireWhole();
            }
        }
        end();
        talks.stream().filter(Talk::isDoomed).forEach(GramRun::requireExpectedEnd);
    }

    @Override
    public long units() {
        return talks.stream()
                .mapToLong(talk -> talk.up.gramsDelivered() + talk.down.gramsDelivered())
                .sum();
    }

    @Override
    public long bytes() {
        return talks.stream()
                .mapToLong(talk -> talk.up.bytesDelivered() + talk.down.bytesDelivered())
                .sum();
    }

    private Talk talk(Dialogue dialogue, int number) {
        int purpose = number * PURPOSES;
        Flow up = flow(dialogue, Side.CLIENT, "connection " + number + " up", purpose);
        Flow down = flow(dialogue, Side.SERVER, "connection " + number + " down", purpose + 1);
        return new Talk(
                dialogue,
                TicketSecrets.generate(
                        pair.entropy(purpose + 2),
                        scenario.protection().suite(),
                        scenario.protection().isChecksummed()),
                new Application("client " + number, pair, scenario.client(), up, down),
                new Application("server " + number, pair, scenario.server(), down, up),
                up,
                down,
                expectedEnd(dialogue));
    }

    private Flow flow(Dialogue dialogue, Side from, String name, int purpose) {
        List<Batch> batches = dialogue.batches().stream()
                .filter(batch -> batch.from() == from)
                .toList();
        CommonBlob common =
                (from == Side.CLIENT ? pair.client : pair.server).config().commonBlob();
        boolean isSpoilt = scenario.blob().map(BlobPlan::isSpoilt).orElse(false);
        return new Flow(name, batches, pair.random(purpose), common, isSpoilt);
    }

    private int expectedEnd(Dialogue dialogue) {
        if (scenario.blob().isEmpty()) {
            return ReasonCode.NO_ERROR;
        }
        if (scenario.blob().get().isMismatched()) {
            return ReasonCode.BLOB_MISMATCH;
        }
        boolean isChecked =
                dialogue.batches().stream().anyMatch(batch -> batch.kind().isWithoutPayload() && batch.isDigested());
        return scenario.blob().get().isSpoilt() && isChecked ? ReasonCode.DIGEST_MISMATCH : ReasonCode.NO_ERROR;
    }

    /** One side at least has seen what stands against the connection; the other has heard of it, or of nothing any more. */
    private static void requireExpectedEnd(Talk talk) {
        boolean isSeen = talk.endsEarly();
        for (Application application : List.of(talk.client, talk.server)) {
            int reason = application.closeReason();
            isSeen |= reason == talk.expectedEnd;
            boolean isExpected = reason == talk.expectedEnd
                    || reason == ReasonCode.IDLE_TIMEOUT
                    || reason == Application.NOT_CLOSED
                    || (talk.endsEarly() && reason == ReasonCode.NO_ERROR);
            if (!isExpected) {
                throw new ScenarioFailure(
                        ReasonCode.name(talk.expectedEnd) + " was to come, and not " + ReasonCode.name(reason));
            }
            if (application.wasConnected() && talk.expectedEnd == ReasonCode.BLOB_MISMATCH) {
                throw new ScenarioFailure("an application is connected to a side that holds another blob");
            }
        }
        if (!isSeen) {
            throw new ScenarioFailure(ReasonCode.name(talk.expectedEnd) + " did not come");
        }
    }

    private void start(Talk talk) {
        pair.server.listen(talk.secrets, connection -> talk.server);
        talk.client.onConnecting(pair.client.connect(
                pair.nowNs(),
                pair.serverPort.localAddress(),
                talk.secrets.ticket(List.of(pair.serverPort.localAddress())),
                talk.client));
        talk.up.supplies().forEach(supply -> pair.at(supply.batch.atNs(), () -> offer(supply, talk.client)));
        talk.down.supplies().forEach(supply -> pair.at(supply.batch.atNs(), () -> offer(supply, talk.server)));
        for (Dialogue.Stall stall : talk.dialogue.stalls()) {
            Application reader = stall.side() == Side.CLIENT ? talk.client : talk.server;
            pair.at(stall.atNs(), reader::beginStall);
            pair.at(Math.addExact(stall.atNs(), stall.forNs()), reader::endStall);
        }
        if (talk.isDoomed()) {
            talk.client.mayClose();
            talk.server.mayClose();
        }
        talk.dialogue.close().ifPresent(close -> {
            talk.client.mayClose();
            talk.server.mayClose();
            pair.at(close.atNs(), () -> (close.side() == Side.CLIENT ? talk.client : talk.server).close());
        });
    }

    /** Offers grams of a batch, and the rest when its time comes. */
    private void offer(Supply supply, Application sender) {
        do {
            sender.send(supply);
        } while (!supply.isEmpty() && supply.batch.everyNs() == 0);
        if (!supply.isEmpty()) {
            pair.at(pair.nowNs() + supply.batch.everyNs(), () -> offer(supply, sender));
        }
    }

    private void changeAddress(AddressChange change) {
        boolean canBeFound = talks.stream()
                .allMatch(talk -> talk.client.isClosed() || (talk.client.isConnected() && talk.server.isConnected()));
        if (canBeFound && pair.client.connectionCount() > 0) {
            pair.changeAddress(change.side(), change.isNewHost());
        }
    }

    /** How many datagrams the link has damaged. */
    private static long damaged(SimLink link) {
        return link.counters().datagrams(LinkEvent.CORRUPTED) + link.counters().datagrams(LinkEvent.TRUNCATED);
    }

    /** Ends every connection. */
    private void end() {
        talks.forEach(Talk::close);
        // If every CLOSE is lost, the other side finds out by its idle timeout.
        pair.runUntil(
                () -> pair.client.connectionCount() + pair.server.connectionCount() == 0,
                () -> false,
                "that both sides forget their connections");
    }
}
