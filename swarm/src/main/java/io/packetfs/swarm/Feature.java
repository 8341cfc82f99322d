package io.packetfs.swarm;

/**
 * What a scenario drawn from a seed may have. Each draw switches some of them on and the others off: a swarm in which everything happens
 * at once everywhere finds less than one whose members differ (Groce et al., "Swarm testing", 2012).
 */
enum Feature {
    // the path
    LONG_DELAY,
    RATE,
    LOSS,
    HEAVY_LOSS,
    BURSTS,
    JITTER,
    REORDERING,
    DUPLICATES,
    CORRUPTION,
    TRUNCATION,
    DARKNESS,
    MERGING,
    SMALL_MTU,
    ECN,
    PATH_CHANGES,
    ADDRESS_CHANGES,

    // the sides
    INSECURE,
    LARGER_DATAGRAMS,
    TIGHT_CREDIT,
    SMALL_GRAM_WINDOW,
    QUICK_ACKS,
    SMALL_BUFFER,
    KEY_CHANGES,

    // the applications
    MANY_CONNECTIONS,
    PLACED,
    LARGE_BLOB,
    STAGED,
    ORDERED,
    COMMON_BLOB,
    OFFSETS,
    ARITHMETIC,
    DOWNWARDS,
    OVER_TIME,
    NO_DIGEST,
    STALLS,
    EARLY_CLOSE,

    // files
    STRIPES
}
