package io.packetfs.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardsTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 64})
    void anIdNamesTheShardThatChoseItAndNothingElseOfItIsLost(int count) {
        SplittableRandom random = new SplittableRandom(count);
        for (int shard = 0; shard < count; shard++) {
            int number = random.nextInt();
            int id = Shards.name(number, shard, count);

            assertThat(Shards.ofConnectionId(id, count)).isEqualTo(shard);
            assertThat((id ^ number) & -count).isZero();
        }
    }

    @Test
    void theIdStandsWhereTheHeaderHasIt() {
        byte[] packet = new byte[40];
        PacketHeader.write(packet, 8, PacketHeader.TYPE_PROTECTED, 0, 16, 0x01020337, 9);

        assertThat(Shards.ofConnectionId(packet[8 + Shards.CONNECTION_ID_OFFSET], 64))
                .isEqualTo(Shards.ofConnectionId(0x01020337, 64))
                .isEqualTo(0x37);
    }

    @Test
    void anInitialIsOfTheShardThatItsEphemeralKeyNames() {
        byte[] packet = new byte[64];
        packet[3 + 24] = (byte) 0xfe;

        assertThat(Shards.ofInitial(packet, 3, 25, 64)).isEqualTo(0x3e);
        assertThat(Shards.ofInitial(packet, 3, 25, 1)).isZero();
        assertThat(Shards.ofInitial(packet, 3, 24, 64)).as("cut before the key").isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 3, 65, 128, Integer.MIN_VALUE})
    void otherCountsAreRefused(int count) {
        assertThat(Shards.isCount(count)).isFalse();
    }
}
