package io.packetfs.transfer;

import io.packetfs.blob.FileLayout;
import io.packetfs.blob.LandingException;
import io.packetfs.blob.TreeLanding;
import io.packetfs.protocol.ReasonCode;
import io.packetfs.transfer.ReceiveStripe.Legacy;
import io.packetfs.transfer.ResumeJournal.Piece;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;

/**
 * The further connections of one transfer that is received (spec: STP), seen from the transfer. Runs on the thread of the transfer's
 * agent; {@link #post} brings others there.
 */
final class StripeHub {
    /** The transfer. */
    interface Host {
        /** Whether a stripe may begin now. */
        boolean takesStripes();

        void onStripeLanded(BulkRange range, int descriptors);

        /** These have landed, and are out of this process. */
        void onStripeFlushed(List<Piece> pieces);

        /** A stripe has ended for a reason that ends the transfer. */
        void onStripeClosed(int reason, String message, boolean byPeer);
    }

    private final Host host;
    private final Workers workers;
    private final FileLayout layout;
    private final ReceiveStripe[] stripes;
    private final ArrayDeque<Runnable> afterwards = new ArrayDeque<>();
    private int leavingCount;
    private boolean over;

    /**
     * @param workers the transfer's
     * @param count of connections in all
     */
    StripeHub(Host host, Workers workers, FileLayout layout, int count) {
        this.host = host;
        this.workers = workers;
        this.layout = layout;
        stripes = new ReceiveStripe[count];
    }

    /** Runs something on the transfer's thread. Any thread. */
    void post(Runnable task) {
        workers.agent().execute(task);
    }

    /** A connection says that it is a stripe of this transfer. spec: STP-2 */
    void join(ReceiveStripe stripe) {
        boolean fits =
                !over && host.takesStripes() && stripe.index() < stripes.length && stripes[stripe.index()] == null;
        if (!fits) {
            stripe.workers().agent().execute(() -> stripe.reject("a stripe that does not fit its transfer"));
            return;
        }
        stripes[stripe.index()] = stripe;
        workers.disk().execute(() -> open(stripe));
    }

    void onLanded(BulkRange range, int descriptors) {
        host.onStripeLanded(range, descriptors);
    }

    void onFlushed(List<Piece> pieces) {
        host.onStripeFlushed(pieces);
    }

    void onClosed(int reason, String message, boolean byPeer) {
        host.onStripeClosed(reason, message, byPeer);
    }

    /** Takes what each stripe leaves, once, when no more grams count; and goes on when all have left. */
    void leave(Consumer<Legacy> heir, Runnable then) {
        afterwards.add(then);
        if (!over) {
            over = true;
            for (ReceiveStripe stripe : stripes) {
                if (stripe != null) {
                    leavingCount++;
                    stripe.workers().agent().execute(() -> {
                        Legacy legacy = stripe.leave();
                        post(() -> {
                            heir.accept(legacy);
                            leavingCount--;
                            goOn();
                        });
                    });
                }
            }
        }
        goOn();
    }

    /** Ends the connections. */
    void close() {
        for (ReceiveStripe stripe : stripes) {
            if (stripe != null) {
                stripe.workers().agent().execute(stripe::close);
            }
        }
    }

    private void goOn() {
        while (leavingCount == 0 && !afterwards.isEmpty()) {
            afterwards.remove().run();
        }
    }

    /** Runs on the disk thread. */
    private void open(ReceiveStripe stripe) {
        try {
            TreeLanding landing = TreeLanding.attach(layout);
            stripe.workers().agent().execute(() -> stripe.begin(landing, new FileDigests(layout)));
        } catch (LandingException e) {
            post(() -> host.onStripeClosed(ReasonCode.LOCAL_IO, e.getMessage(), false));
        }
    }
}
