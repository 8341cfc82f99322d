package io.packetfs.swarm;

/** Plays what a scenario moves. */
interface Run {
    /**
     * From the first datagram to the end of the last connection.
     *
     * @throws ScenarioFailure if something happens that must not
     */
    void play();

    /** How many grams or files have arrived. */
    long units();

    /** How many bytes of payload have arrived. */
    long bytes();
}
