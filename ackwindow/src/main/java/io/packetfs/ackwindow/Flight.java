package io.packetfs.ackwindow;

import io.packetfs.protocol.AckFrame;

/**
 * The sender's half of a connection in numbers: what is under way, what became of it, and how much may go now. {@link SendWindow} is that of
 * a connection over datagrams, {@link StreamFlight} that of one over a stream; whoever sends asks neither which it is.
 *
 * <p>Calling order, all from one thread:
 *
 * <ul>
 *   <li>commands: {@link #onHandshakeRtt} once; to send, ask {@link #sendableBytes} (or {@link #probesDue()}), take {@link
 *       #nextPacketNumber()}, send, report {@link #onPacketsSent}; {@link #onApplicationLimited} when sending stops for lack of data while
 *       {@link #sendableBytes} is above 0;
 *   <li>inputs: {@link #onAck} for each ACK frame, {@link #onDeadline} when {@link #deadlineNs()} has come, {@link #onPathChanged}, {@link
 *       #onPeerBlocked};
 *   <li>after any of them read {@link #deadlineNs()} and {@link #nextSendNs} anew.
 * </ul>
 *
 * <p>Time is nanoseconds on any monotonic scale; moments compare by subtraction.
 */
public interface Flight {
    /** The packet asks for an acknowledgement. */
    int ACK_ELICITING = 1;

    /** The packet counts towards the congestion window and is paced. */
    // spec: LOS-4
    int IN_FLIGHT = 2;

    /** The packet probes the path MTU: its loss says nothing about congestion. */
    // spec: PTH-1
    int MTU_PROBE = 4;

    /** The packet bears the ECN field that {@link #ecn()} gave. */
    int ECN_MARKED = 8;

    /** The handshake took {@code rttNs} for its round trip. */
    void onHandshakeRtt(long rttNs);

    /** The peer was told to wait at most {@code delayNs} with acknowledgements. */
    void peerAckDelayNsMax(long delayNs);

    /** The path carries packets of another size from now on. */
    void datagramBytes(int bytes);

    /** The number of the next packet; the same until {@link #onPacketsSent}. */
    long nextPacketNumber();

    /**
     * How many packets may go in a row, with one number after the other, before anything is asked or told again: at least 1 for a packet that
     * may go at all.
     *
     * @param bytes the size of each but the last, which may be shorter
     */
    int packetsInRow(int bytes);

    /**
     * Packets go out, alike in size and flags: one, or up to {@link #packetsInRow}.
     *
     * @param first what {@link #nextPacketNumber()} gave; the others' numbers follow it
     * @param bytes the size of each, header and tag included
     * @param flags {@link #ACK_ELICITING}, {@link #IN_FLIGHT}, {@link #MTU_PROBE}, {@link #ECN_MARKED}
     */
    void onPacketsSent(long nowNs, long first, int count, int bytes, int flags);

    /** One packet goes out. */
    default void onPacketSent(long nowNs, long packetNumber, int bytes, int flags) {
        onPacketsSent(nowNs, packetNumber, 1, bytes, flags);
    }

    /** There was room to send and nothing to send. */
    void onApplicationLimited(long nowNs);

    /** Takes an ACK frame; returns a reason code, with nothing changed if it is not {@code NO_ERROR}. */
    int onAck(long nowNs, AckFrame ack, PacketFate fate);

    /** The time of {@link #deadlineNs()} has come. Harmless when called early. */
    void onDeadline(long nowNs, PacketFate fate);

    /** Packets go to another address from now on; see {@link SendWindow#onPathChanged}. */
    void onPathChanged(long nowNs, boolean isNewPath, long rttNs, PacketFate fate);

    /** The carrier takes nothing more for this peer now, or again. Only reliable carriers say so. */
    default void onPeerBlocked(boolean blocked) {}

    /** When {@link #onDeadline} wants to be called; {@link Long#MAX_VALUE} when nothing is awaited. */
    long deadlineNs();

    /** Packets that ask for an acknowledgement and shall be sent now, whatever {@link #sendableBytes} says. */
    int probesDue();

    /** Bytes that may be sent now. While it is above 0 a whole packet may go. */
    long sendableBytes(long nowNs);

    /** Whether something else than time has to make room for the next packet. */
    boolean isWindowFull();

    /** Whether no packet may be sent, not even one that only acknowledges. */
    boolean isOutOfRecords();

    /** When {@link #sendableBytes} is above 0: now, later, or {@link Long#MAX_VALUE} while {@link #isWindowFull()}. */
    long nextSendNs(long nowNs);

    /** The ECN field that packets sent now shall bear, if the port marks. */
    int ecn();

    /** How many bytes a train shall carry. */
    int trainBytes();

    RttEstimator rtt();

    CongestionController congestion();

    /** The time after which an unanswered packet is probed for; other timers of a connection are multiples of it. */
    long probeTimeoutNs();

    /** Bytes sent that ask for an acknowledgement and have none. */
    long bytesInFlight();

    /** The size of a packet that is still remembered; 0 if it is not. */
    int bytesOf(long packetNumber);

    /** The lowest number whose fate may still be told. */
    long lowestRemembered();

    long reorderingWindowNs();

    /** Live counts. */
    FlightCounters counters();

    /** Whether this path's marks turned out not to be believable. */
    boolean isEcnOff();
}
