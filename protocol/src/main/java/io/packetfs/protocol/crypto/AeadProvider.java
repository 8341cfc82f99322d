package io.packetfs.protocol.crypto;

import java.security.GeneralSecurityException;
import java.security.Provider;
import javax.crypto.Cipher;

/**
 * Where ciphers come from: the Amazon Corretto Crypto Provider if it is on the class or module path, works here, and has the suite;
 * else the JDK. It is faster and allocates nothing for a packet, but takes a while to load, so that it is looked for when the first
 * cipher is made, and its being there is the user's choice. Nothing is registered with the JDK's list of providers.
 */
public final class AeadProvider {
    private static final String CORRETTO_CLASS = "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";

    private AeadProvider() {}

    /** Loaded with the first cipher. */
    private static final class Corretto {
        /** Null if it is not there. */
        static final Provider PROVIDER = find();

        private static Provider find() {
            try {
                return (Provider)
                        Class.forName(CORRETTO_CLASS).getField("INSTANCE").get(null);
            } catch (ReflectiveOperationException | LinkageError notHere) {
                return null;
            }
        }
    }

    /** The name of the provider whose cipher seals and opens this suite's packets. Loads it. */
    public static String nameFor(CipherSuite suite) {
        return cipher(suite).getProvider().getName();
    }

    /** A new cipher of this suite. */
    static Cipher cipher(CipherSuite suite) {
        try {
            return Corretto.PROVIDER == null ? jdkCipher(suite) : correttoCipher(suite);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no " + suite.transformation(), e);
        }
    }

    /** Its own library may not run on this machine, and then it has no ciphers. */
    private static Cipher correttoCipher(CipherSuite suite) throws GeneralSecurityException {
        if (Corretto.PROVIDER.getService("Cipher", suite.transformation()) == null) {
            return jdkCipher(suite);
        }
        return Cipher.getInstance(suite.transformation(), Corretto.PROVIDER);
    }

    private static Cipher jdkCipher(CipherSuite suite) throws GeneralSecurityException {
        return Cipher.getInstance(suite.transformation());
    }
}
