package io.packetfs.transfer;

/**
 * Why a transfer did not succeed.
 *
 * @param message one sentence for people, naming the file or the peer concerned
 * @param resumable whether a later attempt can go on from here
 */
public record Failure(FailureKind kind, String message, boolean resumable) {
    public static Failure of(FailureKind kind, String message) {
        return new Failure(kind, message, false);
    }
}
