package io.packetfs.afxdp.frame;

import java.util.EnumMap;
import java.util.Map;

/** How many frames got which verdict. Written by the thread that reads frames; others may see old values. */
@SuppressWarnings("EnumOrdinal") // a place for each verdict, for one frame after another
public final class FrameCounters {
    private static final FrameVerdict[] VERDICTS = FrameVerdict.values();

    private final long[] counts = new long[VERDICTS.length];

    public long count(FrameVerdict verdict) {
        return counts[verdict.ordinal()];
    }

    /** Frames that were no datagram for this port. */
    public long rejected() {
        long rejected = 0;
        for (int i = FrameVerdict.ACCEPTED.ordinal() + 1; i < counts.length; i++) {
            rejected += counts[i];
        }
        return rejected;
    }

    /** The verdicts that came up, with their counts. */
    public Map<FrameVerdict, Long> nonZero() {
        Map<FrameVerdict, Long> map = new EnumMap<>(FrameVerdict.class);
        for (FrameVerdict verdict : VERDICTS) {
            if (counts[verdict.ordinal()] != 0) {
                map.put(verdict, counts[verdict.ordinal()]);
            }
        }
        return map;
    }

    /** The frame accepted last turned out shorter than it says, when the rest of it was there. */
    public void onAcceptedInVain() {
        counts[FrameVerdict.ACCEPTED.ordinal()]--;
        counts[FrameVerdict.TRUNCATED.ordinal()]++;
    }

    void onVerdict(FrameVerdict verdict) {
        counts[verdict.ordinal()]++;
    }
}
