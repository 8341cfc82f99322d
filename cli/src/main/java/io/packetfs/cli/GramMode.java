package io.packetfs.cli;

import io.packetfs.protocol.GramHeader;

/** What grams carry. */
enum GramMode {
    PAYLOAD(GramHeader.MODE_PAYLOAD),
    OFFSET(GramHeader.MODE_OFFSET),
    ARITHMETIC(GramHeader.MODE_ARITHMETIC);

    private final int wire;

    GramMode(int wire) {
        this.wire = wire;
    }

    /** Its number in the gram's header. */
    int wire() {
        return wire;
    }
}
