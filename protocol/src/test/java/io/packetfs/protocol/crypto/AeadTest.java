package io.packetfs.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AeadTest {
    /** McGrew and Viega, The Galois/Counter Mode of Operation, appendix B, test case 16. */
    @Test
    void aesComputesTheKnownAnswer() {
        byte[] key = hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
        byte[] plain = hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");

        String sealed = seal(
                CipherSuite.AES_256_GCM,
                key,
                hex("cafebabefacedbaddecaf888"),
                hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"),
                plain);

        assertThat(sealed)
                .isEqualTo("522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                        + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                        + "76fc6ece0f4e1768cddf8853bb2d551b");
    }

    /** RFC 8439, section 2.8.2. */
    @Test
    void chaChaComputesTheKnownAnswer() {
        byte[] key = hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
        byte[] plain = ("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
                        + "sunscreen would be it.")
                .getBytes(StandardCharsets.US_ASCII);

        String sealed = seal(
                CipherSuite.CHACHA20_POLY1305,
                key,
                hex("070000004041424344454647"),
                hex("50515253c0c1c2c3c4c5c6c7"),
                plain);

        assertThat(sealed)
                .isEqualTo("d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
                        + "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
                        + "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
                        + "3ff4def08e4b7a9de576d26586cec64b6116"
                        + "1ae10b594f09e26a7e902ecbd0600691");
    }

    @ParameterizedTest
    @EnumSource(CipherSuite.class)
    void opensAgainAfterAWrongTag(CipherSuite suite) {
        Aead sealer = new Aead(suite, new byte[CipherSuite.KEY_BYTES]);
        Aead opener = new Aead(suite, new byte[CipherSuite.KEY_BYTES]);
        byte[] nonce = new byte[CipherSuite.NONCE_BYTES];
        byte[] sealed = new byte[100 + CipherSuite.TAG_BYTES];
        sealer.seal(nonce, sealed, 0, 0, sealed, 0, 100);
        byte[] damaged = sealed.clone();
        damaged[50] ^= 1;
        byte[] opened = new byte[sealed.length];
        Arrays.fill(opened, (byte) 0x33);

        assertThat(opener.open(nonce, new byte[0], 0, 0, damaged, 0, damaged.length, opened))
                .isEqualTo(-1);
        assertThat(opener.open(nonce, new byte[0], 0, 0, sealed, 0, sealed.length, opened))
                .isEqualTo(100);
        assertThat(opener.open(nonce, new byte[0], 0, 0, sealed, 0, sealed.length, opened))
                .as("again")
                .isEqualTo(100);
        assertThat(Arrays.copyOf(opened, 100)).containsOnly(0);
    }

    @ParameterizedTest
    @EnumSource(CipherSuite.class)
    void refusesToSealTwiceUnderOneNonce(CipherSuite suite) {
        Aead sealer = new Aead(suite, new byte[CipherSuite.KEY_BYTES]);
        byte[] array = new byte[116];
        byte[] nonce = new byte[CipherSuite.NONCE_BYTES];
        sealer.seal(nonce, array, 0, 0, array, 0, 100);

        assertThatIllegalStateException()
                .isThrownBy(() -> sealer.seal(nonce, array, 0, 0, array, 0, 100))
                .withMessageContaining("nonce");
    }

    @ParameterizedTest
    @EnumSource(CipherSuite.class)
    void keepsNothingOfTheNoncesBeforeTheLast(CipherSuite suite) {
        Aead many = new Aead(suite, new byte[CipherSuite.KEY_BYTES]);
        byte[] nonce = new byte[CipherSuite.NONCE_BYTES];

        for (int i = 0; i < 5; i++) {
            nonce[4] = (byte) i;
            byte[] sealed = new byte[40 + CipherSuite.TAG_BYTES];
            many.seal(nonce, sealed, 0, 0, sealed, 0, 40);
            byte[] expected = new byte[sealed.length];
            new Aead(suite, new byte[CipherSuite.KEY_BYTES]).seal(nonce, expected, 0, 0, expected, 0, 40);
            assertThat(sealed).as("message %d", i).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource(CipherSuite.class)
    void doesNotOpenWhatIsShorterThanATag(CipherSuite suite) {
        Aead opener = new Aead(suite, new byte[CipherSuite.KEY_BYTES]);

        assertThat(opener.open(new byte[12], new byte[0], 0, 0, new byte[15], 0, 15, new byte[15]))
                .isEqualTo(-1);
    }

    /** RFC 5869, appendix A.3. */
    @Test
    void hkdfComputesTheKnownAnswer() {
        assertThat(HexFormat.of().formatHex(Hkdf.derive(hex("0b".repeat(22)), "", 42)))
                .isEqualTo("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
    }

    /** RFC 4231, test case 2, with bytes around it. */
    @Test
    void hmacComputesTheKnownAnswer() {
        byte[] text = "..what do ya want for nothing?..".getBytes(StandardCharsets.US_ASCII);

        assertThat(HexFormat.of()
                        .formatHex(Hkdf.hmac("Jefe".getBytes(StandardCharsets.US_ASCII), text, 2, text.length - 4)))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    private static String seal(CipherSuite suite, byte[] key, byte[] nonce, byte[] aad, byte[] plain) {
        byte[] array = new byte[plain.length + CipherSuite.TAG_BYTES];
        System.arraycopy(plain, 0, array, 0, plain.length);
        new Aead(suite, key).seal(nonce, aad, 0, aad.length, array, 0, plain.length);
        return HexFormat.of().formatHex(array);
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
