package io.packetfs.protocol.crypto;

import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;

/**
 * A nonce in the form that {@link javax.crypto.Cipher} wants it in, to be set again and again. The JDK's own parameter objects copy it
 * when they are made and when they are read. A cipher that was started with this one may hold on to its array, so it must not be set
 * again before the cipher is started with another.
 */
final class CipherNonce {
    private final byte[] bytes = new byte[CipherSuite.NONCE_BYTES];
    private final AlgorithmParameterSpec parameters;

    private static final class Gcm extends GCMParameterSpec {
        private final byte[] bytes;

        Gcm(byte[] bytes) {
            super(CipherSuite.TAG_BYTES * Byte.SIZE, bytes);
            this.bytes = bytes;
        }

        @Override
        public byte[] getIV() {
            return bytes;
        }
    }

    private static final class Iv extends IvParameterSpec {
        private final byte[] bytes;

        Iv(byte[] bytes) {
            super(bytes);
            this.bytes = bytes;
        }

        @Override
        public byte[] getIV() {
            return bytes;
        }
    }

    CipherNonce(CipherSuite suite) {
        parameters = suite == CipherSuite.AES_256_GCM ? new Gcm(bytes) : new Iv(bytes);
    }

    AlgorithmParameterSpec set(byte[] nonce) {
        System.arraycopy(nonce, 0, bytes, 0, bytes.length);
        return parameters;
    }
}
