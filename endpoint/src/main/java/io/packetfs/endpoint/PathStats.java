package io.packetfs.endpoint;

/**
 * What became of packets from, and trials of, other addresses than the one in use (spec: PTH-3 to PTH-9). Counts are since the
 * connection began.
 *
 * @param packetsElsewhere valid packets from another address than the one in use
 * @param packetsIgnored of those, the ones that might have begun a trial, but for another trial or its aftermath
 * @param trials addresses put on trial
 * @param changes trials after which packets went to the address tried
 * @param failures trials that got no answer in their time
 * @param refusals trials that ended because the address in use answered
 * @param returns changes taken back because the address left answered after all
 * @param challengesSent packets of PATH_CHALLENGE
 * @param responsesSent packets of PATH_RESPONSE
 * @param challengesDropped challenges not answered because too many answers waited
 * @param responsesIgnored responses to no challenge of the present trial
 */
public record PathStats(
        long packetsElsewhere,
        long packetsIgnored,
        long trials,
        long changes,
        long failures,
        long refusals,
        long returns,
        long challengesSent,
        long responsesSent,
        long challengesDropped,
        long responsesIgnored) {}
