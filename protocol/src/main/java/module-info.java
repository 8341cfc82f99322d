/** Wire format, grams, descriptors, AEAD framing, ports. */
module io.packetfs.protocol {
    exports io.packetfs.protocol;
    exports io.packetfs.protocol.crypto;
    exports io.packetfs.protocol.handshake;
    exports io.packetfs.protocol.port;
    exports io.packetfs.protocol.trace;
}
