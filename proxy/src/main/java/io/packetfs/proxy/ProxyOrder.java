package io.packetfs.proxy;

/**
 * What a proxy is to be.
 *
 * @param listen HOST:PORT, port 0 for any free one
 * @param upstream HOST:PORT
 */
record ProxyOrder(String name, Protocol protocol, String listen, String upstream, boolean enabled) {
    /** Where a proxy listens that was not told: this machine only, any free port. */
    static final String LISTEN_DEFAULT = "127.0.0.1:0";

    private static final int NAME_LENGTH_MAX = 255;

    /** Throws if this cannot be. */
    void check() throws ProxyException {
        checkName("name", name);
        if (upstream.isEmpty()) {
            throw new ProxyException(ProxyException.BAD, "missing required field: upstream");
        }
        Address.parse("listen", listen);
        if (Address.parse("upstream", upstream).port() == 0) {
            throw ProxyException.bad("upstream must have a port");
        }
    }

    /** Names of proxies and toxics stand in paths. */
    static void checkName(String field, String name) throws ProxyException {
        if (name.isEmpty()) {
            throw new ProxyException(ProxyException.BAD, "missing required field: " + field);
        }
        if (name.length() > NAME_LENGTH_MAX
                || name.indexOf('/') >= 0
                || name.chars().anyMatch(Character::isISOControl)) {
            throw ProxyException.bad(
                    field + " must be at most " + NAME_LENGTH_MAX + " characters, without '/' and control characters");
        }
    }
}
