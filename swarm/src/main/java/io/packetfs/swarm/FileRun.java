package io.packetfs.swarm;

import io.packetfs.endpoint.ConnectionListener;
import io.packetfs.protocol.Ticket;
import io.packetfs.protocol.handshake.TicketSecrets;
import io.packetfs.transfer.FileReceiveSession;
import io.packetfs.transfer.FileSendSession;
import io.packetfs.transfer.OnExists;
import io.packetfs.transfer.ReceiveDesk;
import io.packetfs.transfer.ReceiveFolder;
import io.packetfs.transfer.StripeConnector;
import io.packetfs.transfer.StripeDirectory;
import io.packetfs.transfer.TransferException;
import io.packetfs.transfer.TransferReport;
import io.packetfs.transfer.Workers;
import io.packetfs.transfer.manifest.SourceTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;

/** Plays a scenario that moves files: the sessions that the programs have, between two folders that are made and removed here. */
final class FileRun implements Run {
    private static final long TICK_NS = 50 * VirtualPair.MS;
    private static final int PURPOSE_TICKET = 3;
    private static final int PURPOSE_CONTENT = 4;
    private static final int PURPOSE_STRIPES = 6;

    /** So that the same seed sends the same manifest. */
    private static final FileTime MODIFIED = FileTime.fromMillis(1_000_000_000_000L);

    private final Scenario scenario;
    private final Work.Files work;
    private final VirtualPair pair;
    private final List<TransferReport> received = new ArrayList<>();
    private FileSendSession sending;
    private ReceiveDesk desk;
    private long filesArrived;
    private long bytesArrived;
    private long bytesSeen;
    private boolean isOver;

    FileRun(Scenario scenario, Work.Files work, VirtualPair pair) {
        this.scenario = scenario;
        this.work = work;
        this.pair = pair;
    }

    @Override
    public void play() {
        try {
            Path folder = Files.createTempDirectory("pfs-sim-");
            try {
                play(folder);
            } finally {
                Folders.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the files of a scenario cannot be handled", e);
        }
    }

    @Override
    public long units() {
        return filesArrived;
    }

    @Override
    public long bytes() {
        return bytesArrived;
    }

    private void play(Path folder) throws IOException {
        Path source = Files.createDirectory(folder.resolve("source"));
        makeFiles(source);
        Path target = Files.createDirectory(folder.resolve("target"));
        start(SourceTree.scan(List.of(source)), target);
        pair.runUntil(() -> sending.report().isDone() && !received.isEmpty(), () -> false, "that both sides report");
        requireOk("sender", sending.report().join());
        requireOk("receiver", received.getFirst());
        compare(source, target.resolve("source"));
        pair.say(filesArrived + " files are there");
        pair.runUntil(
                () -> pair.client.connectionCount() + pair.server.connectionCount() == 0,
                () -> false,
                "that both sides forget their connection");
        isOver = true;
    }

    /** Further connections of the sender, by the same engine. */
    private final class Stripes implements StripeConnector {
        private final Ticket ticket;

        Stripes(Ticket ticket) {
            this.ticket = ticket;
        }

        @Override
        public int streams() {
            return work.streams();
        }

        @Override
        public Executor agent(int index) {
            return pair.clientAgent::execute;
        }

        @Override
        public void connect(int index, InetSocketAddress peer, ConnectionListener listener) {
            pair.say("stripe " + index + " connects");
            pair.client.connect(pair.nowNs(), peer, ticket, listener);
        }
    }

    private void start(SourceTree tree, Path target) {
        TicketSecrets secrets = TicketSecrets.generate(
                pair.entropy(PURPOSE_TICKET),
                scenario.protection().suite(),
                scenario.protection().isChecksummed());
        Ticket ticket = secrets.ticket(List.of(pair.serverPort.localAddress()));
        StripeDirectory directory = new StripeDirectory(pair.entropy(PURPOSE_STRIPES), work.streams());
        Workers receiving = new Workers(pair.serverAgent::execute, pair.disk::add);
        try {
            ReceiveFolder folder = ReceiveFolder.open(target, OnExists.RENAME, work.verify());
            desk = new ReceiveDesk(
                    admission -> new FileReceiveSession(
                            folder, directory, admission, receiving, pair::nowNs, scenario.stallNsMax()),
                    received::add);
        } catch (TransferException e) {
            throw new UncheckedIOException(new IOException(e.getMessage(), e));
        }
        sending = new FileSendSession(
                tree,
                work.verify(),
                new Workers(pair.clientAgent::execute, pair.disk::add),
                pair::nowNs,
                scenario.stallNsMax(),
                new Stripes(ticket));
        pair.server.listen(secrets, desk);
        pair.client.connect(pair.nowNs(), pair.serverPort.localAddress(), ticket, sending);
        for (AddressChange change : scenario.addressChanges()) {
            pair.at(change.atNs(), () -> changeAddress(change));
        }
        pair.at(0, this::tick);
    }

    /** The sessions are looked after as in the programs; they see to it themselves that nothing stalls. */
    private void tick() {
        sending.onTick();
        desk.onTick();
        if (!isOver) {
            pair.at(pair.nowNs() + TICK_NS, this::tick);
        }
    }

    private void changeAddress(AddressChange change) {
        if (bytesOnTheirWay() > 0 && !sending.report().isDone()) {
            pair.changeAddress(change.side(), change.isNewHost());
        }
    }

    /** More than none only when both sides have heard of each other. */
    private long bytesOnTheirWay() {
        bytesSeen = Math.max(bytesSeen, sending.progress().bytesDone());
        return bytesSeen;
    }

    private void makeFiles(Path source) throws IOException {
        SplittableRandom random = pair.random(PURPOSE_CONTENT);
        int number = 0;
        for (long length : work.fileBytes()) {
            byte[] content = new byte[Math.toIntExact(length)];
            random.nextBytes(content);
            Path file = Files.write(source.resolve("file " + number++), content);
            Files.setLastModifiedTime(file, MODIFIED);
        }
        Files.setLastModifiedTime(source, MODIFIED);
    }

    private void requireOk(String side, TransferReport report) {
        if (report.failure() != null) {
            throw new ScenarioFailure("the " + side + " reports " + report.failure());
        }
        if (report.bytes()
                != work.fileBytes().stream().mapToLong(Long::longValue).sum()) {
            throw new ScenarioFailure("the " + side + " reports " + report.bytes() + " bytes");
        }
    }

    private void compare(Path source, Path target) throws IOException {
        for (int number = 0; number < work.fileBytes().size(); number++) {
            String name = "file " + number;
            long at =
                    Files.exists(target.resolve(name)) ? Files.mismatch(source.resolve(name), target.resolve(name)) : 0;
            if (at >= 0) {
                throw new ScenarioFailure(name + " has other bytes than were sent, from byte " + at + " on");
            }
            filesArrived++;
            bytesArrived += work.fileBytes().get(number);
        }
        try (var entries = Files.list(target)) {
            long count = entries.count();
            if (count != filesArrived) {
                throw new ScenarioFailure(count + " files lie in the target, and " + filesArrived + " were sent");
            }
        }
    }
}
