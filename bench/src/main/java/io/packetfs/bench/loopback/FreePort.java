package io.packetfs.bench.loopback;

import io.packetfs.cli.CommandException;
import io.packetfs.cli.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Port numbers for servers that cannot let the kernel choose. */
final class FreePort {
    private FreePort() {}

    /** One on loopback that nobody had a moment ago. */
    static int tcp() throws CommandException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new CommandException(ExitCode.LOCAL_IO, "cannot_bind", "no free port on loopback: " + e.getMessage());
        }
    }
}
