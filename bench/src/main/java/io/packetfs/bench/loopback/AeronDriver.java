package io.packetfs.bench.loopback;

import io.aeron.Aeron;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import java.io.File;
import org.agrona.IoUtil;

/** Aeron with a media driver within the process, as both ends have it. */
final class AeronDriver {
    static final int STREAM = 1_001;

    /** Of a datagram, with Aeron's headers: what it takes for the Internet. */
    static final int MTU_BYTES = 1_408;

    private static final int SOCKET_BUFFER_BYTES = 4 << 20;
    private static final int WINDOW_BYTES = 2 << 20;
    private static final int TERM_BYTES = 16 << 20;

    private AeronDriver() {}

    /**
     * Starts both. Their folder is removed when the process ends.
     *
     * @param variant {@code shared}: one thread for the driver; {@code dedicated}: one for each of its agents
     */
    static Aeron start(String variant) {
        MediaDriver.Context context = new MediaDriver.Context()
                .threadingMode(variant.equals("shared") ? ThreadingMode.SHARED : ThreadingMode.DEDICATED)
                .socketRcvbufLength(SOCKET_BUFFER_BYTES)
                .socketSndbufLength(SOCKET_BUFFER_BYTES)
                .initialWindowLength(WINDOW_BYTES)
                .publicationTermBufferLength(TERM_BYTES)
                .mtuLength(MTU_BYTES)
                .dirDeleteOnStart(true);
        MediaDriver driver = MediaDriver.launchEmbedded(context);
        File folder = new File(driver.aeronDirectoryName());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> IoUtil.delete(folder, true)));
        return Aeron.connect(new Aeron.Context().aeronDirectoryName(driver.aeronDirectoryName()));
    }

    static String channel(int port) {
        return "aeron:udp?endpoint=127.0.0.1:" + port + "|mtu=" + MTU_BYTES + "|term-length=" + TERM_BYTES;
    }
}
