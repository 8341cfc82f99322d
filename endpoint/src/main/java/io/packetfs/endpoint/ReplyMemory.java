package io.packetfs.endpoint;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;

/**
 * The last INITIALs of a ticket that were answered, by their ephemeral key, with the answers: a repeated or replayed INITIAL gets the
 * same bytes again or nothing, and creates nothing. Holds a fixed number, the oldest leaves first. spec: HSK-6
 */
final class ReplyMemory {
    static final int ENTRIES_MAX = 1_024;

    /** The REPLY that an INITIAL got, the connection that it made, and where it came from first. */
    static final class Answer {
        private final byte[] reply;
        private final int connectionId;
        private final InetSocketAddress source;

        Answer(byte[] reply, int connectionId, InetSocketAddress source) {
            this.reply = reply;
            this.connectionId = connectionId;
            this.source = source;
        }

        byte[] reply() {
            return reply;
        }

        int connectionId() {
            return connectionId;
        }

        InetSocketAddress source() {
            return source;
        }
    }

    private final LinkedHashMap<ByteBuffer, Answer> replies = new LinkedHashMap<>();

    /** What the INITIAL with this key was answered, or null. */
    Answer answer(byte[] ephemeral) {
        return replies.get(ByteBuffer.wrap(ephemeral));
    }

    void remember(byte[] ephemeral, Answer answer) {
        if (replies.size() == ENTRIES_MAX) {
            replies.pollFirstEntry();
        }
        replies.put(ByteBuffer.wrap(ephemeral.clone()), answer);
    }

    int size() {
        return replies.size();
    }
}
