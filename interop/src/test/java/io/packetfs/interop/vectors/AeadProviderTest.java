package io.packetfs.interop.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.packetfs.protocol.crypto.AeadProvider;
import io.packetfs.protocol.crypto.CipherSuite;
import java.security.Provider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whose ciphers are taken. The build runs the vectors of this package with the Corretto provider on the class path and without. */
class AeadProviderTest {
    @ParameterizedTest
    @EnumSource(CipherSuite.class)
    void takesTheCiphersOfTheJdkWhenNothingElseIsThere(CipherSuite suite) throws ReflectiveOperationException {
        assumeFalse(correttoIsHere(), "the Corretto provider is on the class path");

        assertThat(AeadProvider.nameFor(suite)).isEqualTo("SunJCE");
    }

    @Test
    void takesAesFromCorrettoWhenItIsThere() throws ReflectiveOperationException {
        assumeTrue(correttoIsHere(), "the Corretto provider is not on the class path");
        assumeTrue(
                corretto().getService("Cipher", "AES/GCM/NoPadding") != null,
                "the library of the Corretto provider does not run on this machine");

        assertThat(AeadProvider.nameFor(CipherSuite.AES_256_GCM)).isEqualTo("AmazonCorrettoCryptoProvider");
    }

    private static Provider corretto() throws ReflectiveOperationException {
        return (Provider) Class.forName("com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider")
                .getField("INSTANCE")
                .get(null);
    }

    private static boolean correttoIsHere() throws ReflectiveOperationException {
        try {
            corretto();
            return true;
        } catch (ClassNotFoundException notHere) {
            return false;
        }
    }
}
