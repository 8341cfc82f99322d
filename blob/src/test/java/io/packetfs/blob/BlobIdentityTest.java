package io.packetfs.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobIdentityTest {
    @Test
    void textIsReadAndWrittenAgain() {
        for (BlobIdentity identity :
                new BlobIdentity[] {BlobIdentity.NONE, BlobIdentity.ofSeed(-1), BlobIdentity.ofSha256(new byte[32])}) {
            assertThat(BlobIdentity.parse(identity.toString())).isEqualTo(identity);
        }
        assertThat(BlobIdentity.parse("seed:ffffffffffffffff").seed()).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "seed", "seed:", "seed:2a", "seed:000000000000002A", "sha256:00", "md5:00", "none:"})
    void whatIsNoIdentityIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> BlobIdentity.parse(text));
    }

    @Test
    void numbersTellSizesAndIdentitiesApart() {
        BlobIdentity identity = BlobIdentity.ofSeed(42);

        // printf 'seed:000000000000002a/1024' | sha256sum
        assertThat(identity.number(1_024)).isEqualTo(0x8d88ab13805fba79L);
        assertThat(identity.number(1_025)).isNotEqualTo(identity.number(1_024));
        assertThat(BlobIdentity.ofSeed(43).number(1_024)).isNotEqualTo(identity.number(1_024));
        assertThat(BlobIdentity.NONE.number(1_024)).isZero();
    }
}
