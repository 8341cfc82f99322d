package io.packetfs.afxdp.port;

import io.packetfs.afxdp.frame.LocalAddresses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.List;

/** Which addresses datagrams may be for: those of this host, or the one that was bound. */
final class HostAddresses {
    private HostAddresses() {}

    /** Of a host with more addresses than can be looked for, the first ones. */
    static LocalAddresses read(InetAddress bound) {
        if (!bound.isAnyLocalAddress()) {
            return new LocalAddresses(List.of(bound));
        }
        try {
            List<InetAddress> all = NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .limit(LocalAddresses.COUNT_MAX)
                    .toList();
            return new LocalAddresses(all);
        } catch (IOException e) {
            throw new UncheckedIOException("the addresses of this host", e);
        }
    }
}
