package io.packetfs.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code HOST:PORT} as people write it: {@code 10.0.0.1:4000}, {@code [fd00::1]:4000}, {@code name}, {@code :4000}.
 *
 * @param host empty if none was given
 * @param port -1 if none was given
 */
record HostPort(String host, int port) {
    private static final int PORT_MAX = 65_535;

    /** Reads one; used by the command line's parser. */
    static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        boolean bracketed = text.startsWith("[");
        int close = text.indexOf(']');
        if (bracketed && (close < 0 || (close < text.length() - 1 && text.charAt(close + 1) != ':'))) {
            throw new TypeConversionException("'" + text + "' is no HOST:PORT; write IPv6 as [ADDRESS]:PORT");
        }
        if (!bracketed && colon != text.indexOf(':')) {
            throw new TypeConversionException("'" + text + "' is no HOST:PORT; write IPv6 as [ADDRESS]:PORT");
        }
        boolean hasPort = colon >= 0 && colon > close;
        String host = bracketed ? text.substring(1, close) : hasPort ? text.substring(0, colon) : text;
        return new HostPort(host, hasPort ? port(text, text.substring(colon + 1)) : -1);
    }

    /** The address to use. The port is {@code portOtherwise} if none was given. */
    InetSocketAddress resolve(int portOtherwise) throws CommandException {
        int chosen = port < 0 ? portOtherwise : port;
        if (host.isEmpty() || host.equals("*")) {
            return new InetSocketAddress(chosen);
        }
        try {
            return new InetSocketAddress(InetAddress.getByName(host), chosen);
        } catch (UnknownHostException e) {
            throw new CommandException(ExitCode.LOCAL_IO, "unknown_host", "the host '" + host + "' is not known here");
        }
    }

    private static int port(String text, String digits) {
        try {
            int port = Integer.parseInt(digits);
            if (port >= 0 && port <= PORT_MAX) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Falls through: whatever is no number is out of range as well.
        }
        throw new TypeConversionException("'" + text + "' has no port from 0 to " + PORT_MAX);
    }
}
