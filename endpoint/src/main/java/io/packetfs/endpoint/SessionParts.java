package io.packetfs.endpoint;

import io.packetfs.ackwindow.Flight;
import io.packetfs.ackwindow.PathMtuSearch;
import io.packetfs.ackwindow.ReceiveWindow;
import io.packetfs.protocol.TransportParameters;
import io.packetfs.protocol.crypto.PacketOpener;
import io.packetfs.protocol.crypto.PacketSealer;

/** What the sending and the receiving half of a connected connection share. */
record SessionParts(
        PacketSealer sealer,
        PacketOpener opener,
        TransportParameters peer,
        Flight flight,
        ReceiveWindow receiveWindow,
        AckPolicy ackPolicy,
        ReceiveCredit receiveCredit,
        GramAssembler assembler,
        PathMtuSearch mtu) {}
