package io.packetfs.endpoint;

import io.packetfs.protocol.FrameType;
import io.packetfs.protocol.crypto.Entropy;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Where a connection's peer is reached, and the trial of an address from which its packets come instead (spec: PTH-3 to PTH-9). One
 * address is on trial at a time; the address in use is asked, too, and stays in use if it answers.
 *
 * <p>Inputs: {@link #onPacket} before a valid packet is read, {@link #onElsewhere} if that says so, {@link #onChallenge} and {@link
 * #onResponse} for its frames, {@link #onDeadline}. Outputs: {@link #active()}, {@link #pollFrame} until it returns false, {@link
 * #deadlineNs()}. One agent thread; memory is bounded by one trial and {@link #RESPONSES_MAX} responses.
 */
final class PathValidator {
    /** Hears that packets go elsewhere from now on. */
    interface Sink {
        /**
         * {@link #active()} is another address now.
         *
         * @param before what it was
         * @param isNewHost false if only the port differs
         * @param rttNs the round trip of the challenge that was answered
         */
        void onAddressChanged(long nowNs, InetSocketAddress before, boolean isNewHost, long rttNs);
    }

    static final int RESPONSES_MAX = 4;

    /** After a trial that came to nothing, none begins for so long. spec: PTH-4 */
    static final long QUIET_NS = 1_000_000_000;

    /** What a packet of a challenge is filled up to. spec: PTH-6 */
    private static final int PADDED_BYTES = EndpointConfig.DATAGRAM_BYTES_MIN;

    private static final int AMPLIFICATION_MAX = 3;

    private final Entropy entropy;
    private final Sink sink;
    private final ArrayDeque<Response> responses = new ArrayDeque<>(RESPONSES_MAX);
    private InetSocketAddress active;
    private PathTrial candidate;

    /** Asks the address in use while another is on trial, and the one left for as long as that trial would have lasted. */
    private PathTrial incumbent;

    private long candidateReceivedBytes;
    private long candidateSentBytes;
    private boolean isQuiet;
    private long quietUntilNs;

    // the packet being read
    private InetSocketAddress source;
    private int sourceBytes;

    // the frame that pollFrame found
    private InetSocketAddress frameDestination;
    private int frameType;
    private long frameData;
    private int frameBytesMax;

    private long packetsElsewhere;
    private long packetsIgnored;
    private long trials;
    private long changes;
    private long failures;
    private long refusals;
    private long returns;
    private long challengesSent;
    private long responsesSent;
    private long challengesDropped;
    private long responsesIgnored;

    /**
     * An answer that waits to be sent.
     *
     * @param bytesMax what its packet may take
     */
    private record Response(InetSocketAddress destination, long data, int bytesMax) {}

    PathValidator(InetSocketAddress active, Entropy entropy, Sink sink) {
        this.active = active;
        this.entropy = entropy;
        this.sink = sink;
        source = active;
    }

    /** Where packets go. */
    InetSocketAddress active() {
        return active;
    }

    /** A valid packet came. Returns whether from elsewhere than packets go to. */
    boolean onPacket(InetSocketAddress from, int bytes) {
        source = from;
        sourceBytes = bytes;
        return !isActive(from);
    }

    /**
     * The packet came from another address than the one in use.
     *
     * @param isNewest whether its number is above all before
     */
    void onElsewhere(long nowNs, boolean isNewest, long probeTimeoutNs) {
        packetsElsewhere++;
        if (candidate != null && source.equals(candidate.address())) {
            candidateReceivedBytes += sourceBytes;
            return;
        }
        if (!isNewest) {
            return; // it may have been under way since before the last change
        }
        if (candidate != null || incumbent != null || isQuiet(nowNs)) {
            packetsIgnored++; // spec: PTH-4
            return;
        }
        trials++;
        candidate = new PathTrial(nowNs, source, probeTimeoutNs);
        candidateReceivedBytes = sourceBytes;
        candidateSentBytes = 0;
        incumbent = new PathTrial(nowNs, active, probeTimeoutNs);
    }

    /** A challenge in the packet being read. */
    void onChallenge(long data) {
        if (responses.size() == RESPONSES_MAX) {
            challengesDropped++;
            return;
        }
        int bytesMax = isActive(source) ? PADDED_BYTES : Math.min(sourceBytes, PADDED_BYTES);
        responses.add(new Response(source, data, bytesMax));
    }

    /** A response in the packet being read; it counts wherever it came from. spec: PTH-7 */
    void onResponse(long nowNs, long data) {
        if (incumbent != null && incumbent.roundTripNs(nowNs, data) > 0) {
            keep(nowNs, incumbent.roundTripNs(nowNs, data));
            return;
        }
        long rttNs = candidate == null ? -1 : candidate.roundTripNs(nowNs, data);
        if (rttNs < 0) {
            responsesIgnored++;
            return;
        }
        PathTrial passed = candidate;
        candidate = null;
        changes++;
        moveTo(nowNs, passed.address(), rttNs);
    }

    /** The address that was in use when the trial began has answered. */
    private void keep(long nowNs, long rttNs) {
        InetSocketAddress kept = incumbent.address();
        incumbent = null;
        beQuiet(nowNs);
        if (candidate != null) {
            candidate = null;
            refusals++;
            return;
        }
        returns++;
        moveTo(nowNs, kept, rttNs);
    }

    private void moveTo(long nowNs, InetSocketAddress address, long rttNs) {
        InetSocketAddress before = active;
        active = address;
        sink.onAddressChanged(nowNs, before, !address.getAddress().equals(before.getAddress()), rttNs);
    }

    void onDeadline(long nowNs) {
        if (incumbent == null || !incumbent.isOver(nowNs)) {
            return;
        }
        incumbent = null;
        if (candidate != null) {
            candidate = null;
            failures++;
            beQuiet(nowNs);
        }
    }

    /** When {@link #onDeadline} or {@link #pollFrame} has to be called next, or {@link Timed#NEVER}. */
    long deadlineNs() {
        if (incumbent == null) {
            return Timed.NEVER;
        }
        long deadlineNs = incumbent.deadlineNs();
        return candidate == null ? deadlineNs : Math.min(deadlineNs, candidate.deadlineNs());
    }

    /** Whether {@link #pollFrame} is worth asking. */
    boolean isBusy() {
        return incumbent != null || !responses.isEmpty();
    }

    /**
     * Takes the next frame that is to go out in a packet of its own; the getters below say what, where to, and how long the packet may be.
     *
     * @param bytesMin what a packet of just this frame takes
     */
    boolean pollFrame(long nowNs, int bytesMin) {
        Response response = responses.poll();
        if (response != null) {
            responsesSent++;
            if (candidate != null && candidate.address().equals(response.destination())) {
                candidateSentBytes += response.bytesMax();
            }
            return set(response.destination(), FrameType.PATH_RESPONSE, response.data(), response.bytesMax());
        }
        if (candidate != null && candidate.isDue(nowNs)) {
            long budgetBytes = AMPLIFICATION_MAX * candidateReceivedBytes - candidateSentBytes;
            if (budgetBytes >= bytesMin) {
                int bytes = budgetBytes >= PADDED_BYTES ? PADDED_BYTES : bytesMin; // spec: PTH-6
                candidateSentBytes += bytes;
                return challenge(nowNs, candidate, bytes);
            }
            candidate.onPassed(nowNs);
        }
        if (incumbent != null && incumbent.isDue(nowNs)) {
            return challenge(nowNs, incumbent, PADDED_BYTES);
        }
        return false;
    }

    InetSocketAddress frameDestination() {
        return frameDestination;
    }

    int frameType() {
        return frameType;
    }

    long frameData() {
        return frameData;
    }

    int frameBytesMax() {
        return frameBytesMax;
    }

    long trials() {
        return trials;
    }

    long changes() {
        return changes;
    }

    long failures() {
        return failures;
    }

    long refusals() {
        return refusals;
    }

    long returns() {
        return returns;
    }

    /** Grows with every trial, change, failure, refusal and return. */
    long eventCount() {
        return trials + changes + failures + refusals + returns;
    }

    PathStats stats() {
        return new PathStats(
                packetsElsewhere,
                packetsIgnored,
                trials,
                changes,
                failures,
                refusals,
                returns,
                challengesSent,
                responsesSent,
                challengesDropped,
                responsesIgnored);
    }

    private boolean challenge(long nowNs, PathTrial trial, int bytes) {
        long data = ByteBuffer.wrap(entropy.draw(Long.BYTES)).getLong();
        trial.onSent(nowNs, data);
        challengesSent++;
        return set(trial.address(), FrameType.PATH_CHALLENGE, data, bytes);
    }

    private boolean set(InetSocketAddress destination, int type, long data, int bytesMax) {
        frameDestination = destination;
        frameType = type;
        frameData = data;
        frameBytesMax = bytesMax;
        return true;
    }

    /** Carriers hand out the same object again and again for one source: most packets cost one comparison. */
    @SuppressWarnings("ReferenceEquality") // the same object is the same address; another one may be
    private boolean isActive(InetSocketAddress address) {
        return address == active || address.equals(active);
    }

    private boolean isQuiet(long nowNs) {
        isQuiet &= nowNs - quietUntilNs < 0;
        return isQuiet;
    }

    private void beQuiet(long nowNs) {
        isQuiet = true;
        quietUntilNs = nowNs + QUIET_NS;
    }
}
