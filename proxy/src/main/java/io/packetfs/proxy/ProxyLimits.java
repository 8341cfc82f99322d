package io.packetfs.proxy;

/**
 * What one {@link ImpairmentProxy} takes on. What is beyond a limit is refused and counted.
 *
 * @param proxiesMax proxies, enabled or not
 * @param toxicsMax toxics of one proxy
 * @param connectionsMax connections of all proxies together; one more is reset at once
 * @param directionBytesMax bytes that one direction of a connection may hold before it stops reading; one read more can come on top
 * @param totalBytesMax bytes that all connections may hold; beyond it a direction reads only while it holds nothing
 */
public record ProxyLimits(
        int proxiesMax, int toxicsMax, int connectionsMax, long directionBytesMax, long totalBytesMax) {
    /** 1,000 proxies, 100 toxics each, 10,000 connections, 4 MiB per direction, 256 MiB in all. */
    public static final ProxyLimits DEFAULT = new ProxyLimits(1_000, 100, 10_000, 4L << 20, 256L << 20);

    public ProxyLimits {
        if (proxiesMax < 1 || toxicsMax < 1 || connectionsMax < 1 || directionBytesMax < 1 || totalBytesMax < 1) {
            throw new IllegalArgumentException("limits of a proxy must be at least 1");
        }
    }
}
