package io.packetfs.ackwindow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** {@link NumberSet} against a sorted set. */
class NumberSetPropertiesTest {
    private static final int CAPACITY = 1 << 13;

    @Property(tries = 200)
    void answersLikeASortedSet(@ForAll("members") List<Integer> members) {
        NumberSet set = new NumberSet(CAPACITY);
        TreeSet<Integer> twin = new TreeSet<>();
        for (int member : members) {
            if (twin.remove(member)) {
                set.remove(member);
            } else {
                twin.add(member);
                set.add(member);
            }

            assertThat(set.contains(member)).isEqualTo(twin.contains(member));
            assertThat(set.next(member)).isEqualTo(orNone(twin.ceiling(member)));
            assertThat(set.next(0)).isEqualTo(twin.isEmpty() ? -1 : twin.first());
            int above = Math.min(member + 1, CAPACITY - 1);
            assertThat(set.next(above)).isEqualTo(orNone(twin.ceiling(above)));
        }
    }

    @Property(tries = 200)
    void addsAndRemovesWhatLiesBetweenLikeASortedSet(
            @ForAll("members") List<Integer> members, @ForAll("members") List<Integer> edges) {
        NumberSet set = new NumberSet(CAPACITY);
        TreeSet<Integer> twin = new TreeSet<>(members);
        members.forEach(set::add);
        for (int i = 1; i < edges.size(); i += 2) {
            int first = Math.min(edges.get(i - 1), edges.get(i));
            int last = Math.max(edges.get(i - 1), edges.get(i));
            if (i % 4 == 1) {
                twin.subSet(first, true, last, true).clear();
                set.removeAll(first, last);
            } else {
                IntStream.rangeClosed(first, last).forEach(twin::add);
                set.addAll(first, last);
            }

            assertThat(set.next(0)).isEqualTo(twin.isEmpty() ? -1 : twin.first());
            assertThat(set.next(first)).isEqualTo(orNone(twin.ceiling(first)));
        }
        for (int member : members) {
            assertThat(set.contains(member)).isEqualTo(twin.contains(member));
        }
    }

    @Provide
    Arbitrary<List<Integer>> members() {
        Arbitrary<Integer> anywhere = Arbitraries.integers().between(0, CAPACITY - 1);
        Arbitrary<Integer> inFewWords = Arbitraries.integers().between(0, 130);
        return Arbitraries.oneOf(anywhere, inFewWords).list().ofMaxSize(200);
    }

    private static int orNone(Integer member) {
        return member == null ? -1 : member;
    }
}
