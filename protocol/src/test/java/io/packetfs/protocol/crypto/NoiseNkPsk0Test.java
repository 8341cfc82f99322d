package io.packetfs.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class NoiseNkPsk0Test {
    private static final byte[] PROLOGUE = {1, 2, 3};
    private static final byte[] PSK = filled(7);
    private static final byte[] STATIC_PRIVATE = filled(8);
    private static final byte[] PAYLOAD = {9, 9, 9, 9};

    private static byte[] filled(int value) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static NoiseNkPsk0 initiator(CipherSuite suite) {
        return NoiseNkPsk0.initiator(suite, PROLOGUE, PSK, X25519.publicKey(STATIC_PRIVATE), filled(1));
    }

    private static NoiseNkPsk0 responder(CipherSuite suite) {
        return NoiseNkPsk0.responder(suite, PROLOGUE, PSK, STATIC_PRIVATE, filled(2));
    }

    @ParameterizedTest
    @MethodSource("publishedVectors")
    void speaksTheHandshakeOfThePublishedVectors(Map<String, String> vector) {
        CipherSuite suite = suite(vector);
        NoiseNkPsk0 initiator = NoiseNkPsk0.initiator(
                suite,
                hex(vector, "prologue"),
                hex(vector, "psk"),
                hex(vector, "init_remote_static"),
                hex(vector, "init_ephemeral"));
        NoiseNkPsk0 responder = NoiseNkPsk0.responder(
                suite,
                hex(vector, "prologue"),
                hex(vector, "psk"),
                hex(vector, "resp_static"),
                hex(vector, "resp_ephemeral"));

        assertThat(initiator.writeFirst(hex(vector, "payload1"))).isEqualTo(hex(vector, "ciphertext1"));
        assertThat(responder.readFirst(hex(vector, "ciphertext1"))).isEqualTo(hex(vector, "payload1"));
        assertThat(responder.writeSecond(hex(vector, "payload2"))).isEqualTo(hex(vector, "ciphertext2"));
        assertThat(initiator.readSecond(hex(vector, "ciphertext2"))).isEqualTo(hex(vector, "payload2"));
    }

    @ParameterizedTest
    @MethodSource("publishedVectors")
    void givesTheTransportKeysOfThePublishedVectors(Map<String, String> vector) {
        CipherSuite suite = suite(vector);
        NoiseNkPsk0 initiator = NoiseNkPsk0.initiator(
                suite,
                hex(vector, "prologue"),
                hex(vector, "psk"),
                hex(vector, "init_remote_static"),
                hex(vector, "init_ephemeral"));
        initiator.writeFirst(hex(vector, "payload1"));
        initiator.readSecond(hex(vector, "ciphertext2"));
        Aead[] directions = {new Aead(suite, initiator.initiatorSecret()), new Aead(suite, initiator.responderSecret())
        };

        for (int message = 3; message <= 6; message++) {
            byte[] payload = hex(vector, "payload" + message);
            byte[] sealed = Arrays.copyOf(payload, payload.length + CipherSuite.TAG_BYTES);
            byte[] nonce = suite.noiseNonce((message - 3) / 2);
            directions[(message - 3) % 2].seal(nonce, new byte[0], 0, 0, sealed, 0, payload.length);

            assertThat(sealed).as("message %d", message).isEqualTo(hex(vector, "ciphertext" + message));
        }
    }

    @ParameterizedTest
    @EnumSource(CipherSuite.class)
    void aDamagedReplyChangesNothing(CipherSuite suite) {
        NoiseNkPsk0 initiator = initiator(suite);
        NoiseNkPsk0 responder = responder(suite);
        responder.readFirst(initiator.writeFirst(PAYLOAD));
        byte[] reply = responder.writeSecond(PAYLOAD);

        for (int i = 0; i < reply.length; i++) {
            byte[] damaged = reply.clone();
            damaged[i] ^= 1;
            assertThat(initiator.readSecond(damaged)).as("byte %d", i).isNull();
        }

        assertThat(initiator.readSecond(reply)).isEqualTo(PAYLOAD);
        assertThat(initiator.initiatorSecret()).isEqualTo(responder.initiatorSecret());
        assertThat(initiator.responderSecret())
                .isEqualTo(responder.responderSecret())
                .isNotEqualTo(initiator.initiatorSecret());
    }

    @ParameterizedTest
    @EnumSource(CipherSuite.class)
    void aDamagedFirstMessageChangesNothing(CipherSuite suite) {
        NoiseNkPsk0 responder = responder(suite);
        byte[] first = initiator(suite).writeFirst(PAYLOAD);
        byte[] damaged = first.clone();
        damaged[40] ^= 1;

        assertThat(responder.readFirst(damaged)).isNull();
        assertThat(responder.readFirst(new byte[47])).isNull();
        assertThat(responder.readFirst(first)).isEqualTo(PAYLOAD);
    }

    @Test
    void refusesAnEphemeralKeyOfSmallOrder() {
        byte[] first = initiator(CipherSuite.AES_256_GCM).writeFirst(PAYLOAD);
        Arrays.fill(first, 0, X25519.KEY_BYTES, (byte) 0);

        assertThat(responder(CipherSuite.AES_256_GCM).readFirst(first)).isNull();
    }

    @Test
    void needsTheSamePrologueSecretAndSuite() {
        byte[] publicKey = X25519.publicKey(STATIC_PRIVATE);
        NoiseNkPsk0 otherPrologue =
                NoiseNkPsk0.initiator(CipherSuite.AES_256_GCM, new byte[] {1, 2, 4}, PSK, publicKey, filled(1));
        NoiseNkPsk0 otherSecret =
                NoiseNkPsk0.initiator(CipherSuite.AES_256_GCM, PROLOGUE, filled(6), publicKey, filled(1));
        NoiseNkPsk0 otherKey =
                NoiseNkPsk0.initiator(CipherSuite.AES_256_GCM, PROLOGUE, PSK, X25519.publicKey(filled(5)), filled(1));
        NoiseNkPsk0 responder = responder(CipherSuite.AES_256_GCM);

        for (NoiseNkPsk0 stranger :
                List.of(otherPrologue, otherSecret, otherKey, initiator(CipherSuite.CHACHA20_POLY1305))) {
            assertThat(responder.readFirst(stranger.writeFirst(PAYLOAD))).isNull();
        }
    }

    @Test
    void stepsOutOfTurnAreBugs() {
        assertThatIllegalStateException()
                .isThrownBy(() -> initiator(CipherSuite.AES_256_GCM).readSecond(new byte[100]))
                .withMessageContaining("WRITE_FIRST");
        assertThatIllegalStateException()
                .isThrownBy(() -> responder(CipherSuite.AES_256_GCM).initiatorSecret())
                .withMessageContaining("READ_FIRST");
    }

    private static CipherSuite suite(Map<String, String> vector) {
        return vector.get("protocol").contains("AESGCM") ? CipherSuite.AES_256_GCM : CipherSuite.CHACHA20_POLY1305;
    }

    private static byte[] hex(Map<String, String> vector, String field) {
        return HexFormat.of().parseHex(vector.get(field));
    }

    static List<Map<String, String>> publishedVectors() {
        List<Map<String, String>> vectors = new ArrayList<>();
        for (String line : resource("noise-nkpsk0.txt").split("\n", -1)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] field = line.split(": ", 2);
            if (field[0].equals("protocol")) {
                vectors.add(new HashMap<>());
            }
            vectors.getLast().put(field[0], field[1]);
        }
        assertThat(vectors).hasSize(2);
        return vectors;
    }

    private static String resource(String name) {
        try (InputStream stream = NoiseNkPsk0Test.class.getResourceAsStream(name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
