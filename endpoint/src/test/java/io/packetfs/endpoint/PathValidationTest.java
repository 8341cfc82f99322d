package io.packetfs.endpoint;

import static io.packetfs.endpoint.EnginePair.MS;
import static io.packetfs.endpoint.EnginePair.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.packetfs.endpoint.HostilePeer.PathFrame;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each rule of PTH-3 to PTH-9 by itself, against a peer that holds the keys and may lie about everything else. */
class PathValidationTest {
    private static final InetSocketAddress HOME = HostilePeer.ADDRESS;
    private static final InetSocketAddress ELSEWHERE = EnginePair.address(77, 7_777);
    private static final InetSocketAddress THIRD = EnginePair.address(88, 8_888);

    private final Recorder application = new Recorder();
    private final HostilePeer peer = new HostilePeer(Engines.tight(), application, new Frames().ping(), false);

    private PathStats stats() {
        return peer.connection.pathStats();
    }

    /** A packet of at least so many bytes, of the next number, from there. */
    private void sendFrom(InetSocketAddress source, Frames frames, int paddingBytes) {
        peer.deliverFrom(source, next(paddingBytes == 0 ? frames : frames.raw(new int[paddingBytes])));
    }

    private byte[] next(Frames frames) {
        return peer.seal(++number, frames);
    }

    private long number = 100;

    private void startTrial() {
        sendFrom(ELSEWHERE, new Frames().ping(), 1_200);
        assertThat(stats().trials()).isEqualTo(1);
    }

    private void answer(InetSocketAddress asked, InetSocketAddress from) {
        List<PathFrame> challenges = peer.pathFrames(asked, true);
        sendFrom(from, new Frames().response(challenges.getLast().data()), 0);
    }

    @Test
    void aPacketFromElsewhereIsReadAndNothingButChallengesGoesThere() {
        startTrial();
        peer.advance(10 * SECOND);

        assertThat(peer.connection.peer()).isEqualTo(HOME);
        assertThat(peer.isAcknowledged(number)).isTrue();
        List<PathFrame> asked = peer.pathFrames(ELSEWHERE, true);
        assertThat(asked).hasSize(PathTrial.CHALLENGES_MAX).allMatch(frame -> frame.bytes() <= 1_200);
        assertThat(asked.getFirst().bytes()).isEqualTo(1_200);
        assertThat(peer.pathFrames(HOME, true)).hasSize(PathTrial.CHALLENGES_MAX);
        assertThat(stats().failures()).isEqualTo(1);
    }

    @Test
    void noTwoChallengesAreAlike() {
        startTrial();
        peer.advance(10 * SECOND);

        Set<Long> data = new HashSet<>();
        peer.pathFrames(ELSEWHERE, true).forEach(frame -> data.add(frame.data()));
        peer.pathFrames(HOME, true).forEach(frame -> data.add(frame.data()));
        assertThat(data).hasSize(2 * PathTrial.CHALLENGES_MAX);
    }

    @Test
    void anUnprovenAddressGetsAtMostThreeTimesWhatCameFromIt() {
        byte[] small = next(new Frames().ping());
        peer.deliverFrom(ELSEWHERE, small);
        peer.advance(10 * SECOND);

        List<PathFrame> asked = peer.pathFrames(ELSEWHERE, true);
        assertThat(asked).hasSize(2);
        assertThat(asked.stream().mapToInt(PathFrame::bytes).sum()).isLessThanOrEqualTo(3 * small.length);
    }

    @Test
    void packetsGoElsewhereOnceTheChallengeIsAnswered() {
        startTrial();
        answer(ELSEWHERE, ELSEWHERE);

        assertThat(peer.connection.peer()).isEqualTo(ELSEWHERE);
        assertThat(stats().changes()).isEqualTo(1);
        peer.advance(5 * SECOND);
        assertThat(peer.connection.peer()).isEqualTo(ELSEWHERE);
    }

    @Test
    void anAnswerCountsWhereverItComesFrom() {
        startTrial();
        answer(ELSEWHERE, HOME);

        assertThat(peer.connection.peer()).isEqualTo(ELSEWHERE);
    }

    @Test
    void anAddressThatStillAnswersStaysInUse() {
        startTrial();
        answer(HOME, HOME);
        assertThat(stats().refusals()).isEqualTo(1);

        answer(ELSEWHERE, ELSEWHERE);

        assertThat(peer.connection.peer()).isEqualTo(HOME);
        assertThat(stats().changes()).isZero();
        assertThat(stats().responsesIgnored()).isEqualTo(1);
    }

    @Test
    void aChangeIsTakenBackWhenTheAddressThatWasLeftAnswers() {
        startTrial();
        answer(ELSEWHERE, ELSEWHERE);
        assertThat(peer.connection.peer()).isEqualTo(ELSEWHERE);

        answer(HOME, HOME);

        assertThat(peer.connection.peer()).isEqualTo(HOME);
        assertThat(stats().returns()).isEqualTo(1);
    }

    @Test
    void aResponseThatNobodyAskedForChangesNothing() {
        sendFrom(ELSEWHERE, new Frames().response(1), 0);
        sendFrom(ELSEWHERE, new Frames().response(2), 0);

        assertThat(peer.connection.peer()).isEqualTo(HOME);
        assertThat(stats().responsesIgnored()).isEqualTo(2);
        assertThat(peer.isClosed()).isFalse();
    }

    @Test
    void oneAddressIsOnTrialAtATimeAndNoneSoonAfterAFailure() {
        startTrial();
        sendFrom(THIRD, new Frames().ping(), 0);
        assertThat(stats().trials()).isEqualTo(1);
        assertThat(stats().packetsIgnored()).isEqualTo(1);
        assertThat(peer.pathFrames(THIRD, true)).isEmpty();

        while (stats().failures() == 0) {
            peer.advance(10 * MS);
        }
        sendFrom(THIRD, new Frames().ping(), 0);
        assertThat(stats().trials()).isEqualTo(1);

        peer.advance(PathValidator.QUIET_NS);
        sendFrom(THIRD, new Frames().ping(), 0);
        assertThat(stats().trials()).isEqualTo(2);
        assertThat(peer.pathFrames(THIRD, true)).isNotEmpty();
    }

    @Test
    void aPacketThatWasOvertakenPutsNoAddressOnTrial() {
        byte[] early = next(new Frames().ping());
        peer.deliver(next(new Frames().ping()));

        peer.deliverFrom(ELSEWHERE, early);

        assertThat(stats().packetsElsewhere()).isEqualTo(1);
        assertThat(stats().trials()).isZero();
    }

    @Test
    void aCopyOfAPacketThatWasReadPutsNoAddressOnTrial() {
        byte[] packet = next(new Frames().ping());
        peer.deliver(packet);

        peer.deliverFrom(ELSEWHERE, packet);

        assertThat(stats().packetsElsewhere()).isZero();
        assertThat(stats().trials()).isZero();
    }

    @Test
    void aChallengeIsAnsweredToWhereItCameFromAndByNoMoreBytes() {
        sendFrom(HOME, new Frames().challenge(11), 0);
        byte[] fromElsewhere = next(new Frames().challenge(12));
        peer.deliverFrom(ELSEWHERE, fromElsewhere);

        assertThat(peer.pathFrames(HOME, false)).containsExactly(new PathFrame(HOME, false, 11, 1_200));
        assertThat(peer.pathFrames(ELSEWHERE, false))
                .containsExactly(new PathFrame(ELSEWHERE, false, 12, fromElsewhere.length));
    }

    @Test
    void aFloodOfChallengesIsAnsweredInPart() {
        Frames flood = new Frames();
        for (int i = 0; i < 70; i++) {
            flood.challenge(i);
        }
        sendFrom(HOME, flood, 0);

        assertThat(peer.pathFrames(HOME, false)).hasSize(PathValidator.RESPONSES_MAX);
        assertThat(stats().challengesDropped()).isEqualTo(70 - PathValidator.RESPONSES_MAX);
        assertThat(peer.isClosed()).isFalse();
    }
}
