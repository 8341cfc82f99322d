package io.packetfs.afxdp;

import io.packetfs.linux.Bpf.XdpMode;
import io.packetfs.linux.BpfObject;
import io.packetfs.linux.Linux;
import java.nio.file.Path;

/**
 * A program that runs at a device, until it is closed or the process ends, however it ends. Any thread may call.
 */
public final class XdpAttachment implements AutoCloseable {
    private final BpfObject link;
    private final XdpMode mode;
    private final String modeReason;

    XdpAttachment(BpfObject link, XdpMode mode, String modeReason) {
        this.link = link;
        this.mode = mode;
        this.modeReason = modeReason;
    }

    public XdpMode mode() {
        return mode;
    }

    /** Why it does not run in the driver, as a sentence; empty if it does. */
    public String modeReason() {
        return modeReason;
    }

    /** Lets the program run on when this is closed and the process has ended, until the name is removed. */
    public void pin(Path path) {
        Linux.bpf().pin(link, path);
    }

    /** Ends it, unless it is pinned. Idempotent. */
    @Override
    public void close() {
        link.close();
    }
}
