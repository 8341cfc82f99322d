package io.packetfs.swarm;

import io.packetfs.sim.LinkEvent;

/**
 * Plays a scenario from its first datagram to the end of its last connection, in virtual time, on the calling thread, and checks what
 * must hold:
 *
 * <ul>
 *   <li>every gram that was sent is delivered once, with its own bytes, in the order of its lane if that has one, and nothing else is
 *       (unless the scenario closes the connection early: then what is delivered still was sent, once, in order);
 *   <li>everything is acknowledged, and nothing is before it is delivered;
 *   <li>a peer never opens more than it has credit for, and the credit window stays within its bounds;
 *   <li>no packet number is used twice, and none is taken twice;
 *   <li>no connection ends that nobody ended;
 *   <li>something comes through at least every {@link Scenario#stallNsMax} while there is something to come;
 *   <li>when all is over, both sides have forgotten everything: no connection, no deadline.
 * </ul>
 */
public final class Simulation {
    private Simulation() {}

    /** Plays it. What is wrong stands in the outcome, whatever it is: also an assertion or an exception of the engine. */
    public static Outcome play(Scenario scenario, Observers observers) {
        VirtualPair pair = new VirtualPair(scenario, observers);
        Run run = switch (scenario.work()) {
            case Work.Grams grams -> new GramRun(scenario, grams, pair);
            case Work.Files files -> new FileRun(scenario, files, pair);
        };
        String failure = null;
        try {
            run.play();
            requireNothingLeft(pair);
        } catch (ScenarioFailure e) {
            failure = e.getMessage();
        } catch (RuntimeException | AssertionError e) {
            failure = describe(e);
        }
        pair.say("up: " + pair.up().counters());
        pair.say("down: " + pair.down().counters());
        pair.say(failure == null ? "over, and nothing is left" : failure);
        return new Outcome(
                scenario.seed(),
                failure,
                pair.nowNs(),
                pair.network.packetLogHash(),
                run.units(),
                run.bytes(),
                pair.up().counters().datagrams(LinkEvent.SENT)
                        + pair.down().counters().datagrams(LinkEvent.SENT),
                pair.log.lines());
    }

    private static void requireNothingLeft(VirtualPair pair) {
        if (pair.server.unprovenCount() != 0) {
            throw new ScenarioFailure("the server counts " + pair.server.unprovenCount() + " unproven connections");
        }
        if (pair.client.deadlineNs() != Long.MAX_VALUE || pair.server.deadlineNs() != Long.MAX_VALUE) {
            throw new ScenarioFailure("a side without connections still has a deadline");
        }
    }

    private static String describe(Throwable e) {
        StackTraceElement[] trace = e.getStackTrace();
        return e + (trace.length == 0 ? "" : " at " + trace[0]);
    }
}
