package io.packetfs.cli;

/** Text in the pages of reports. */
public final class Html {
    private Html() {}

    /** The text as it stands between tags, or in a quoted attribute. */
    public static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
