package io.packetfs.swarm;

import java.io.Serial;

/** Something happened in a run that must never happen; the message says what. */
final class ScenarioFailure extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    ScenarioFailure(String message) {
        super(message);
    }
}
