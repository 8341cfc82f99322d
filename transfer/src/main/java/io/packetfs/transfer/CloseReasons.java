package io.packetfs.transfer;

import io.packetfs.protocol.ReasonCode;

/** What a transfer says when it closes its connection (spec: END-2), and what a close means to it. */
final class CloseReasons {
    static final int CANCELLED = 256;
    static final int TRANSFER_VIOLATION = 257;
    static final int STALLED = 258;

    private CloseReasons() {}

    /** What the first connection is closed with when another has ended for this reason; those for connections by themselves do not go on. */
    static int told(int reason) {
        return reason == ReasonCode.LOCAL_IO || reason >= ReasonCode.APPLICATION ? reason : STALLED;
    }

    /**
     * Why a transfer failed whose connection has ended before it was done.
     *
     * @param peerName what to call the other side, such as {@code sender}
     */
    static Failure failure(int reason, String message, boolean byPeer, String peerName) {
        String detail = message.isEmpty() ? "" : ": " + Texts.printable(message);
        String who = byPeer ? "the " + peerName + " ended the transfer" : "the transfer was ended";
        return switch (reason) {
            case ReasonCode.NO_ERROR ->
                new Failure(
                        FailureKind.PEER_LOST, "the " + peerName + " left before the transfer was done" + detail, true);
            case CANCELLED -> new Failure(FailureKind.PEER_LOST, "the " + peerName + " was interrupted" + detail, true);
            case STALLED, ReasonCode.IDLE_TIMEOUT, ReasonCode.CARRIER_LOST ->
                new Failure(FailureKind.PEER_LOST, "the " + peerName + " was lost" + detail, true);
            case ReasonCode.CONNECT_TIMEOUT -> Failure.of(FailureKind.CANNOT_CONNECT, "cannot connect" + detail);
            case ReasonCode.DIGEST_MISMATCH ->
                Failure.of(
                        FailureKind.INTEGRITY,
                        who + " because bytes arrived that are not those that were sent" + detail);
            case ReasonCode.BLOB_MISMATCH ->
                Failure.of(FailureKind.REFUSED, "the two sides hold different blobs" + detail);
            case ReasonCode.LOCAL_IO ->
                Failure.of(
                        FailureKind.LOCAL_IO,
                        byPeer ? "the " + peerName + " had trouble with its disk" + detail : Texts.printable(message));
            default -> Failure.of(FailureKind.INTERNAL, who + " with reason " + name(reason) + detail);
        };
    }

    private static String name(int reason) {
        return reason == TRANSFER_VIOLATION ? "TRANSFER_VIOLATION" : ReasonCode.name(reason);
    }
}
