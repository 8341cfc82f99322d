package io.packetfs.bench.loopback;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.logbuffer.BufferClaim;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

/** Sends messages that fill a packet each, written straight into Aeron's log. */
final class AeronSender implements End {
    private final EndOptions options;
    private final Tally tally;
    private ExclusivePublication publication;

    AeronSender(EndOptions options, Tally tally) {
        this.options = options;
        this.tally = tally;
    }

    @Override
    public String open() {
        Aeron aeron = AeronDriver.start(options.variant());
        publication = aeron.addExclusivePublication(
                AeronDriver.channel(Integer.parseInt(options.peer())), AeronDriver.STREAM);
        return NOTHING;
    }

    @Override
    @SuppressWarnings("InfiniteLoopStatement") // the process ends with its input
    public void run() {
        byte[] payload = new byte[publication.maxPayloadLength()];
        BufferClaim claim = new BufferClaim();
        IdleStrategy idle = new BackoffIdleStrategy();
        long bytes = 0;
        while (true) {
            long position = publication.tryClaim(payload.length, claim);
            if (position > 0) {
                claim.buffer().putBytes(claim.offset(), payload, 0, payload.length);
                claim.commit();
                bytes += payload.length;
                tally.bytes(bytes);
                idle.reset();
            } else if (position == Publication.CLOSED || position == Publication.MAX_POSITION_EXCEEDED) {
                throw new IllegalStateException("the publication ended: " + position);
            } else {
                idle.idle();
            }
        }
    }
}
