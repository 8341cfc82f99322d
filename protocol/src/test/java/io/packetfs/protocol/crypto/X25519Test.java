package io.packetfs.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class X25519Test {
    /** RFC 7748, section 5.2. */
    @ParameterizedTest
    @CsvSource({
        "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4,"
                + "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c,"
                + "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
        "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d,"
                + "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493,"
                + "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"
    })
    void computesTheKnownAnswers(String scalar, String coordinate, String result) {
        assertThat(HexFormat.of().formatHex(X25519.agree(bytes(scalar), bytes(coordinate))))
                .isEqualTo(result);
    }

    /** RFC 7748, section 5.2: the result becomes the scalar, the scalar the coordinate. */
    @Test
    void computesTheKnownAnswerAfterAThousandRounds() {
        byte[] scalar = bytes("09" + "00".repeat(31));
        byte[] coordinate = scalar;

        for (int i = 0; i < 1_000; i++) {
            byte[] result = X25519.agree(scalar, coordinate);
            coordinate = scalar;
            scalar = result;
        }

        assertThat(HexFormat.of().formatHex(scalar))
                .isEqualTo("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
    }

    @Test
    void bothSidesComeToTheSameSecret() {
        Random random = new Random(42);
        Entropy entropy = random::nextBytes;
        for (int i = 0; i < 50; i++) {
            byte[] one = X25519.newPrivateKey(entropy);
            byte[] other = X25519.newPrivateKey(entropy);

            assertThat(X25519.agree(one, X25519.publicKey(other)))
                    .isEqualTo(X25519.agree(other, X25519.publicKey(one)));
        }
    }

    /** Points of order 1, 2, 4 and 8, and two of their other encodings. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "0000000000000000000000000000000000000000000000000000000000000080"
            })
    void refusesKeysOfSmallOrder(String publicKey) {
        assertThat(X25519.agree(bytes("77".repeat(32)), bytes(publicKey))).isNull();
    }

    @Test
    void ignoresTheHighestBitOfAPublicKey() {
        byte[] publicKey = X25519.publicKey(bytes("21".repeat(32)));
        byte[] marked = publicKey.clone();
        marked[31] |= (byte) 0x80;

        assertThat(X25519.agree(bytes("12".repeat(32)), marked))
                .isEqualTo(X25519.agree(bytes("12".repeat(32)), publicKey));
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
