package io.packetfs.cli;

import picocli.CommandLine.Option;

/** What a command shows, and where. */
final class OutputOptions {
    /** How progress is shown. */
    enum Progress {
        AUTO,
        BAR,
        PLAIN,
        NONE
    }

    /** When colours are used. */
    enum Color {
        AUTO,
        ALWAYS,
        NEVER
    }

    @Option(
            names = "--json",
            paramLabel = "FILE|-",
            description = "Write a summary as JSON when it is over; - is standard output.")
    String json;

    @Option(
            names = "--progress",
            paramLabel = "auto|bar|plain|none",
            defaultValue = "auto",
            description = "A bar on a terminal, a key=value line per second elsewhere.")
    Progress progress;

    @Option(
            names = {"-q", "--quiet"},
            description = "Only errors.")
    boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            description = "More about what happens.")
    boolean verbose;

    @Option(
            names = "--color",
            paramLabel = "auto|always|never",
            defaultValue = "auto",
            description = "Colours in what is shown on standard error.")
    Color color;
}
