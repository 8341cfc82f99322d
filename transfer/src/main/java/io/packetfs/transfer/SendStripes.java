package io.packetfs.transfer;

import io.packetfs.blob.FileLayout;
import io.packetfs.endpoint.ConnectionStats;
import io.packetfs.transfer.record.TransferRecord.Stripe;
import io.packetfs.transfer.record.TransferRecord.Stripes;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The further connections of a sender of files (spec: STP), seen from the transfer. Runs on the thread of the transfer's agent. */
final class SendStripes {
    private final StripeConnector connector;
    private final Workers workers;
    private final SendStripe.Host host;
    private final List<SendStripe> stripes = new ArrayList<>();

    SendStripes(StripeConnector connector, Workers workers, SendStripe.Host host) {
        this.connector = connector;
        this.workers = workers;
        this.host = host;
    }

    /** Opens what the receiver takes, each on its agent. spec: STP-2 */
    void open(Stripes offered, BulkCells cells, FileLayout layout, InetSocketAddress peer) {
        for (int index = 1; index < offered.count(); index++) {
            int number = index;
            SendStripe stripe = new SendStripe(
                    new Stripe(index, offered.key()), new BulkSender(cells, layout, true), host, workers.agent());
            stripes.add(stripe);
            connector.agent(number).execute(() -> connector.connect(number, peer, stripe));
        }
    }

    /** Whether every one that has got hold of cells has sent them. */
    boolean areDone() {
        return stripes.stream().allMatch(stripe -> stripe.isDone() || !stripe.hasAsked());
    }

    /** What those have sent that are done. */
    Stream<BulkSender> sent() {
        return stripes.stream().filter(SendStripe::isDone).map(SendStripe::sent);
    }

    /** Ends them, each on its thread, and goes on here when all have ended. */
    void leave(Consumer<ConnectionStats> last, Runnable then) {
        if (stripes.isEmpty()) {
            then.run();
            return;
        }
        int[] waiting = {stripes.size()};
        for (SendStripe stripe : stripes) {
            connector.agent(stripe.index()).execute(() -> {
                ConnectionStats stats = stripe.leave();
                workers.agent().execute(() -> {
                    last.accept(stats);
                    waiting[0]--;
                    if (waiting[0] == 0) {
                        then.run();
                    }
                });
            });
        }
    }
}
