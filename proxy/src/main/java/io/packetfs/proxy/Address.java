package io.packetfs.proxy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * A host and a port as orders name them: {@code 127.0.0.1:26379}, {@code [::1]:26379}, {@code name:26379}; {@code :26379} means every
 * address of this machine.
 */
record Address(String host, int port) {
    private static final int PORT_MAX = 65_535;

    /** Reads one; {@code field} says in the error what it was for. */
    static Address parse(String field, String text) throws ProxyException {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        int port = colon < 0 ? -1 : portOf(text.substring(colon + 1));
        if (port < 0 || (host.indexOf(':') >= 0 && !bracketed)) {
            throw ProxyException.bad(field + " must be HOST:PORT, with IPv6 as [ADDRESS]:PORT, not '" + text + "'");
        }
        return new Address(bracketed ? host.substring(1, host.length() - 1) : host, port);
    }

    /** Looks the host up, which may take as long as the resolver does. */
    InetSocketAddress resolve() throws UnknownHostException {
        return host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(InetAddress.getByName(host), port);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /** The text of an address that something is bound to. */
    static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    private static int portOf(String digits) {
        if (digits.isEmpty()
                || digits.length() > 5
                || !digits.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
            return -1;
        }
        int port = Integer.parseInt(digits);
        return port <= PORT_MAX ? port : -1;
    }
}
