package io.packetfs.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.packetfs.protocol.PacketHeader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PacketProtectionTest {
    private static final int OFFSET = 3;
    private static final int FRAMES_LENGTH = 40;
    private static final int LENGTH = PacketHeader.BYTES + FRAMES_LENGTH;
    private static final long GENERATION = 1L << 22;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    enum Protection {
        AES(CipherSuite.AES_256_GCM),
        CHACHA(CipherSuite.CHACHA20_POLY1305),
        CHECKSUM(null);

        private final CipherSuite suite;

        Protection(CipherSuite suite) {
            this.suite = suite;
        }

        PacketSealer sealer() {
            return suite == null ? new ChecksumPacketSealer() : new AeadPacketSealer(suite, secret());
        }

        PacketOpener opener() {
            return suite == null ? new ChecksumPacketOpener() : new AeadPacketOpener(suite, secret());
        }

        private static byte[] secret() {
            byte[] secret = new byte[32];
            Arrays.fill(secret, (byte) 0x5a);
            return secret;
        }
    }

    /** A sealed packet at {@link #OFFSET}, with foreign bytes on both sides. */
    private static byte[] sealed(PacketSealer sealer, long packetNumber) {
        byte[] array = new byte[OFFSET + LENGTH + sealer.overheadBytes() + OFFSET];
        Arrays.fill(array, (byte) 0x77);
        PacketHeader.write(
                array,
                OFFSET,
                PacketHeader.TYPE_PROTECTED,
                0,
                FRAMES_LENGTH + sealer.overheadBytes(),
                99,
                packetNumber);
        sealer.seal(array, OFFSET, LENGTH, packetNumber);
        return array;
    }

    /** spec: PRT-6 */
    @Test
    void aCheckSumIsTheCrc32cOfHeaderAndFramesWhateverTheirLength() {
        byte[] array = new byte[4_096];
        new SplittableRandom(7).nextBytes(array);
        for (int length = PacketHeader.BYTES; length <= 2_100; length++) {
            CRC32C expected = new CRC32C();
            expected.update(array, OFFSET, length);

            new ChecksumPacketSealer().seal(array, OFFSET, length, 0);

            assertThat((int) INT.get(array, OFFSET + length))
                    .as("length %d", length)
                    .isEqualTo((int) expected.getValue());
        }
    }

    private static int open(PacketOpener opener, byte[] array, long packetNumber) {
        return opener.open(array, OFFSET, array.length - 2 * OFFSET, packetNumber);
    }

    @ParameterizedTest
    @EnumSource(Protection.class)
    void opensWhatWasSealedAndTouchesNothingAround(Protection protection) {
        byte[] array = sealed(protection.sealer(), 5);
        byte[] before = array.clone();
        PacketOpener opener = protection.opener();

        assertThat(open(opener, array, 5)).isEqualTo(FRAMES_LENGTH);
        int from = opener.framesOffset(OFFSET);
        assertThat(Arrays.copyOfRange(opener.frames(array), from, from + FRAMES_LENGTH))
                .isEqualTo(filled());
        assertThat(array).as("the packet").isEqualTo(before);
        assertThat(Arrays.copyOf(array, OFFSET)).containsOnly(0x77);
        assertThat(Arrays.copyOfRange(array, array.length - OFFSET, array.length))
                .containsOnly(0x77);
    }

    @ParameterizedTest
    @EnumSource(Protection.class)
    void noticesEveryDamagedByteAndCountsIt(Protection protection) {
        PacketOpener opener = protection.opener();
        byte[] array = sealed(protection.sealer(), 5);

        for (int i = OFFSET; i < array.length - OFFSET; i++) {
            byte[] damaged = array.clone();
            damaged[i] ^= 0x10;
            assertThat(open(opener, damaged, 5)).as("byte %d", i - OFFSET).isEqualTo(PacketOpener.INVALID);
        }

        assertThat(opener.wrongTags()).isEqualTo(array.length - 2 * OFFSET);
        assertThat(open(opener, array, 5)).as("the packet itself").isEqualTo(FRAMES_LENGTH);
    }

    @ParameterizedTest
    @EnumSource(Protection.class)
    void refusesPacketsWithoutRoomForATag(Protection protection) {
        PacketOpener opener = protection.opener();
        byte[] array = new byte[64];

        for (int length = 0; length < PacketHeader.BYTES + protection.sealer().overheadBytes(); length++) {
            assertThat(opener.open(array, 0, length, 0)).isEqualTo(PacketOpener.INVALID);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CHECKSUM")
    void hidesTheFrames(Protection protection) {
        byte[] array = sealed(protection.sealer(), 0);

        assertThat(Arrays.copyOfRange(array, OFFSET + PacketHeader.BYTES, OFFSET + LENGTH))
                .isNotEqualTo(filled());
    }

    private static byte[] filled() {
        byte[] frames = new byte[FRAMES_LENGTH];
        Arrays.fill(frames, (byte) 0x77);
        return frames;
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CHECKSUM")
    void opensLatePacketsOfTheGenerationBefore(Protection protection) {
        PacketSealer sealer = protection.sealer();
        PacketOpener opener = protection.opener();
        byte[] last = sealed(sealer, GENERATION - 1);
        byte[] first = sealed(sealer, GENERATION);
        byte[] next = sealed(sealer, 2 * GENERATION);

        assertThat(open(opener, first, GENERATION)).isEqualTo(FRAMES_LENGTH);
        assertThat(open(opener, last, GENERATION - 1)).isEqualTo(FRAMES_LENGTH);
        assertThat(open(opener, next, 2 * GENERATION))
                .as("and still looks ahead")
                .isEqualTo(FRAMES_LENGTH);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CHECKSUM")
    void followsTheSenderThroughManyGenerations(Protection protection) {
        PacketSealer sealer = protection.sealer();
        PacketOpener opener = protection.opener();

        for (long generation = 0; generation < 8; generation++) {
            long packetNumber = generation * GENERATION + 17;
            assertThat(open(opener, sealed(sealer, packetNumber), packetNumber)).isEqualTo(FRAMES_LENGTH);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CHECKSUM")
    void refusesGenerationsOutOfReachWithoutTryingAKey(Protection protection) {
        PacketSealer sealer = protection.sealer();
        PacketOpener opener = protection.opener();
        byte[] early = sealed(sealer, 0);
        byte[] reached = sealed(sealer, GENERATION);
        byte[] ahead = sealed(sealer, 2 * GENERATION);

        assertThat(open(opener, ahead.clone(), 2 * GENERATION)).isEqualTo(PacketOpener.INVALID);
        assertThat(open(opener, reached, GENERATION)).isEqualTo(FRAMES_LENGTH);
        assertThat(open(opener, ahead, 2 * GENERATION)).isEqualTo(FRAMES_LENGTH);
        assertThat(open(opener, early, 0)).isEqualTo(PacketOpener.INVALID);
        assertThat(opener.wrongTags()).isZero();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CHECKSUM")
    void aForgedNumberOfTheNextGenerationDoesNotMoveTheReach(Protection protection) {
        PacketOpener opener = protection.opener();
        byte[] early = sealed(protection.sealer(), 1);

        assertThat(open(opener, early.clone(), GENERATION + 1)).isEqualTo(PacketOpener.INVALID);
        assertThat(open(opener, early.clone(), 2 * GENERATION + 1)).isEqualTo(PacketOpener.INVALID);

        assertThat(opener.wrongTags()).isEqualTo(1);
        assertThat(open(opener, early, 1)).isEqualTo(FRAMES_LENGTH);
    }

    @Test
    void takesANumberThatDoesNotGrowForABug() {
        PacketSealer sealer = Protection.AES.sealer();
        sealed(sealer, 7);

        assertThatIllegalStateException().isThrownBy(() -> sealed(sealer, 7)).withMessageContaining("7 after 7");
        assertThatIllegalStateException().isThrownBy(() -> sealed(sealer, 6));
    }

    @Test
    void knowsTheSuitesByTheirWireIds() {
        for (CipherSuite suite : CipherSuite.values()) {
            assertThat(CipherSuite.ofWireId(suite.wireId())).isEqualTo(suite);
        }
        assertThat(CipherSuite.ofWireId(2)).isNull();
        assertThat(CipherSuite.ofWireId(3)).isNull();
    }
}
