package io.packetfs.interop.transfers;

import io.packetfs.sim.Corruption;
import io.packetfs.sim.LinkEvent;
import io.packetfs.sim.LinkSettings;
import io.packetfs.sim.LossBursts;
import io.packetfs.sim.Reordering;
import java.util.Set;

/** What a path does to the datagrams that cross it, in each direction, and the event by which its counters show it. */
enum Trouble {
    NONE(link(), LinkEvent.PASSED),
    DELAY(link().delayMs(10).jitterMs(6), LinkEvent.PASSED),
    LOSS(link().delayMs(3).lossProbability(0.05), LinkEvent.LOST),
    LOSS_TOWARDS_RECEIVER(link().delayMs(3).lossProbability(0.15), link().delayMs(3), LinkEvent.LOST),
    LOSS_TOWARDS_SENDER(link().delayMs(3), link().delayMs(3).lossProbability(0.25), LinkEvent.LOST),
    BURSTS(link().delayMs(3).lossBursts(new LossBursts(0.01, 0.2, 0, 0.8)), LinkEvent.LOST_IN_BURST),
    REORDERING(link().delayMs(3).reordering(new Reordering(0.1, 0, 5_000_000)), LinkEvent.REORDERED),
    DUPLICATION(link().delayMs(3).duplicateProbability(0.1), LinkEvent.DUPLICATED),
    CORRUPTION(link().delayMs(3).corruption(Corruption.ofBits(0.05)), LinkEvent.CORRUPTED),
    /** A queue of a few milliseconds in front of a slow line. */
    NARROW(link().delayMs(3).rateMegabitsPerSecond(40).queueBytesMax(32 << 10), LinkEvent.QUEUE_DROPPED),
    /** Less than an Ethernet carries. */
    SMALL_DATAGRAMS(link().payloadBytesMax(1_250), LinkEvent.TOO_LARGE),
    WORST(
            link().delayMs(2)
                    .jitterMs(3)
                    .lossProbability(0.03)
                    .lossBursts(new LossBursts(0.003, 0.3, 0, 0.8))
                    .reordering(new Reordering(0.05, 0, 4_000_000))
                    .duplicateProbability(0.03)
                    .corruption(Corruption.ofBits(0.01)),
            LinkEvent.LOST),
    /** Slow, and without a loss: so that a test can act while a transfer is under way. */
    SLOW(link().delayMs(3).rateMegabitsPerSecond(30), LinkEvent.PASSED),
    /** Nothing comes through. */
    CUT(link().lossProbability(1), LinkEvent.LOST),
    /** Streams fall into small pieces. Of datagrams there is nothing to cut. */
    SLICED(link(), LinkEvent.PASSED);

    /** Every trouble of datagrams that a transfer gets over. */
    static final Set<Trouble> OF_DATAGRAMS = Set.of(
            NONE,
            DELAY,
            LOSS,
            LOSS_TOWARDS_RECEIVER,
            LOSS_TOWARDS_SENDER,
            BURSTS,
            REORDERING,
            DUPLICATION,
            CORRUPTION,
            NARROW,
            SMALL_DATAGRAMS,
            WORST);

    /** Every trouble of streams that a transfer gets over: what a kernel's TCP makes of loss is delay. */
    static final Set<Trouble> OF_STREAMS = Set.of(NONE, DELAY, SLOW, SLICED);

    @SuppressWarnings("ImmutableEnumChecker") // settings never change
    private final LinkSettings towardsReceiver;

    @SuppressWarnings("ImmutableEnumChecker") // settings never change
    private final LinkSettings towardsSender;

    private final LinkEvent sign;

    Trouble(LinkSettings.Builder both, LinkEvent sign) {
        this(both, both, sign);
    }

    Trouble(LinkSettings.Builder towardsReceiver, LinkSettings.Builder towardsSender, LinkEvent sign) {
        this.towardsReceiver = towardsReceiver.build();
        this.towardsSender = towardsSender.build();
        this.sign = sign;
    }

    LinkSettings towardsReceiver() {
        return towardsReceiver;
    }

    LinkSettings towardsSender() {
        return towardsSender;
    }

    /** What the path counts when this strikes. */
    LinkEvent sign() {
        return sign;
    }

    private static LinkSettings.Builder link() {
        return LinkSettings.builder();
    }
}
