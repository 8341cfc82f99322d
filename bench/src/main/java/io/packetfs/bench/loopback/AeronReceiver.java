package io.packetfs.bench.loopback;

import io.aeron.Aeron;
import io.aeron.Subscription;
import io.aeron.logbuffer.FragmentHandler;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/** Takes messages of a packet each from an {@link AeronSender} and copies them into an area, one behind the other. */
final class AeronReceiver implements End {
    private static final int FRAGMENTS_PER_POLL = 256;
    private static final int AREA_BYTES = 256 << 20;

    private final EndOptions options;
    private final Tally tally;
    private final byte[] area = new byte[AREA_BYTES];
    private Subscription subscription;
    private int place;
    private long bytes;
    private long packets;

    AeronReceiver(EndOptions options, Tally tally) {
        this.options = options;
        this.tally = tally;
    }

    @Override
    public String open() throws InterruptedException {
        Aeron aeron = AeronDriver.start(options.variant());
        subscription = aeron.addSubscription("aeron:udp?endpoint=127.0.0.1:0", AeronDriver.STREAM);
        String resolved = subscription.tryResolveChannelEndpointPort();
        while (resolved == null) {
            TimeUnit.MILLISECONDS.sleep(1);
            resolved = subscription.tryResolveChannelEndpointPort();
        }
        return resolved.substring(resolved.lastIndexOf(':') + 1).replaceAll("\\D.*", "");
    }

    @Override
    @SuppressWarnings("InfiniteLoopStatement") // the process ends with its input
    public void run() {
        FragmentHandler handler = (buffer, offset, length, header) -> {
            if (place + length > AREA_BYTES) {
                place = 0;
            }
            buffer.getBytes(offset, area, place, length);
            place += length;
            bytes += length;
            packets++;
        };
        IdleStrategy idle = new BackoffIdleStrategy();
        while (true) {
            int count = subscription.poll(handler, FRAGMENTS_PER_POLL);
            if (count > 0) {
                tally.bytes(bytes);
                tally.packets(packets);
            }
            idle.idle(count);
        }
    }
}
