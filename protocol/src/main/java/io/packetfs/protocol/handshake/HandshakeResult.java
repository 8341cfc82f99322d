package io.packetfs.protocol.handshake;

import io.packetfs.protocol.TransportParameters;
import io.packetfs.protocol.crypto.PacketOpener;
import io.packetfs.protocol.crypto.PacketSealer;

/**
 * What a completed handshake gives a side.
 *
 * @param sealer for what it sends
 * @param opener for what it receives
 * @param peer what the other side accepts, and how it wants to be addressed
 */
public record HandshakeResult(PacketSealer sealer, PacketOpener opener, TransportParameters peer) {}
