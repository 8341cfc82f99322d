package io.packetfs.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the lines of {@code --progress plain}. */
final class ProgressLog {
    private static final Pattern LINE = Pattern.compile("phase=\\w+ elapsed_s=(\\d+\\.\\d+) bytes=(\\d+)(?: .*)?");

    /**
     * One such line.
     *
     * @param elapsedSeconds since the first line
     * @param bytes that the receiver has
     */
    record Sample(double elapsedSeconds, long bytes) {}

    private ProgressLog() {}

    /** The last complete line of progress in a text; null if there is none. */
    static Sample last(String text) {
        int end = text.lastIndexOf('\n');
        while (end >= 0) {
            int start = text.lastIndexOf('\n', end - 1) + 1;
            Matcher matcher = LINE.matcher(text.substring(start, end));
            if (matcher.matches()) {
                return new Sample(Double.parseDouble(matcher.group(1)), Long.parseLong(matcher.group(2)));
            }
            end = start - 1;
        }
        return null;
    }
}
