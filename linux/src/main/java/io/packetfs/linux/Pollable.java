package io.packetfs.linux;

/** Something open that one can wait for with a {@link Poller}. */
public interface Pollable {
    /** The file descriptor, valid until it is closed. */
    int descriptor();
}
