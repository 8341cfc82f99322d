package io.packetfs.ackwindow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PathMtuSearchTest {
    private static final int BYTES_MAX = 1_472;
    private static final long SECOND_NS = 1_000_000_000L;

    private PathMtuSearch search = new PathMtuSearch(BYTES_MAX);
    private long nowNs;

    @Test
    void aPathThatCarriesTheMaximumNeedsOneProbe() {
        assertThat(search.datagramBytes()).isEqualTo(PathMtuSearch.BYTES_BASE);

        int probes = searchOn(BYTES_MAX);

        assertThat(probes).isOne();
        assertThat(search.datagramBytes()).isEqualTo(BYTES_MAX);
        assertThat(search.probeBytesDue(nowNs)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1_200, 1_201, 1_216, 1_280, 1_400, 1_440, 1_471})
    void findsWhatThePathCarriesWithinAStep(int pathBytes) {
        int probes = searchOn(pathBytes);

        assertThat(search.datagramBytes()).isBetween(pathBytes - PathMtuSearch.STEP_BYTES_MIN, pathBytes);
        assertThat(probes).isLessThan(PathMtuSearch.TRIES_MAX * 7);
    }

    @Test
    void anotherPathIsSearchedFromTheStart() {
        searchOn(BYTES_MAX);

        search.restart();

        assertThat(search.datagramBytes()).isEqualTo(PathMtuSearch.BYTES_BASE);
        searchOn(1_400);
        assertThat(search.datagramBytes()).isBetween(1_384, 1_400);
    }

    @Test
    void findsJumboFrames() {
        search = new PathMtuSearch(65_507);

        searchOn(8_972);

        assertThat(search.datagramBytes()).isBetween(8_972 - PathMtuSearch.STEP_BYTES_MIN, 8_972);
    }

    @Test
    void oneProbeIsInFlightAtATime() {
        search.onProbeSent(nowNs, search.probeBytesDue(nowNs));

        assertThat(search.probeBytesDue(nowNs)).isZero();
    }

    @Test
    void aSizeIsTriedThreeTimes() {
        for (int i = 0; i < PathMtuSearch.TRIES_MAX; i++) {
            assertThat(search.probeBytesDue(nowNs)).isEqualTo(BYTES_MAX);
            search.onProbeSent(nowNs, BYTES_MAX);
            search.onProbeLost(nowNs, BYTES_MAX);
        }

        assertThat(search.probeBytesDue(nowNs)).isBetween(PathMtuSearch.BYTES_BASE + 1, BYTES_MAX - 1);
        assertThat(search.probesLost()).isEqualTo(PathMtuSearch.TRIES_MAX);
    }

    @Test
    void theSearchStartsOverAfterTenMinutes() {
        searchOn(1_400);
        assertThat(search.probeBytesDue(nowNs)).isZero();

        nowNs += PathMtuSearch.SEARCH_AGAIN_NS;

        assertThat(search.probeBytesDue(nowNs)).isEqualTo(BYTES_MAX);
        searchOn(BYTES_MAX);
        assertThat(search.datagramBytes()).isEqualTo(BYTES_MAX);
    }

    @Test
    void largePacketsThatVanishWhileSmallOnesArriveAreABlackHole() {
        searchOn(BYTES_MAX);

        long startNs = nowNs;
        boolean fell = false;
        while (!fell && nowNs - startNs < SECOND_NS) {
            search.onDatagramAcked(300);
            fell = search.onDatagramLost(nowNs, BYTES_MAX);
            nowNs += SECOND_NS / 100;
        }

        assertThat(fell).isTrue();
        assertThat(search.datagramBytes()).isEqualTo(PathMtuSearch.BYTES_BASE);
        assertThat(search.blackHoles()).isOne();
        assertThat(search.probeBytesDue(nowNs)).isZero();
        nowNs += PathMtuSearch.SEARCH_AFTER_BLACK_HOLE_NS;
        assertThat(search.probeBytesDue(nowNs)).isEqualTo(BYTES_MAX);
    }

    @Test
    void aPathDarkForAllSizesKeepsItsSize() {
        searchOn(BYTES_MAX);

        for (int i = 0; i < 1_000; i++) {
            nowNs += SECOND_NS / 100;
            assertThat(search.onDatagramLost(nowNs, BYTES_MAX)).isFalse();
        }

        assertThat(search.datagramBytes()).isEqualTo(BYTES_MAX);
    }

    @Test
    void largePacketsThatAreMerelyLateKeepTheSize() {
        searchOn(BYTES_MAX);

        for (int i = 0; i < 1_000; i++) {
            nowNs += SECOND_NS / 100;
            search.onDatagramAcked(300);
            assertThat(search.onDatagramLost(nowNs, BYTES_MAX)).isFalse();
            assertThat(search.onDatagramLost(nowNs, BYTES_MAX)).isFalse();
            search.onDatagramAcked(BYTES_MAX);
        }

        assertThat(search.blackHoles()).isZero();
    }

    @Test
    void heavyRandomLossKeepsTheSize() {
        searchOn(BYTES_MAX);
        Random random = new Random(3);

        // 50 % of a thousand packets a second, for ten minutes.
        for (int i = 0; i < 600_000; i++) {
            nowNs += SECOND_NS / 1_000;
            if (random.nextBoolean()) {
                search.onDatagramLost(nowNs, BYTES_MAX);
            } else {
                search.onDatagramAcked(BYTES_MAX);
            }
            search.onDatagramAcked(100);
        }

        assertThat(search.blackHoles()).isZero();
    }

    /** Searches until nothing is due, on a path that carries so much; returns the count of probes. */
    private int searchOn(int pathBytes) {
        int probes = 0;
        for (int bytes = search.probeBytesDue(nowNs); bytes > 0; bytes = search.probeBytesDue(nowNs)) {
            probes++;
            search.onProbeSent(nowNs, bytes);
            if (bytes <= pathBytes) {
                search.onProbeAcked(nowNs, bytes);
            } else {
                search.onProbeLost(nowNs, bytes);
            }
        }
        return probes;
    }
}
