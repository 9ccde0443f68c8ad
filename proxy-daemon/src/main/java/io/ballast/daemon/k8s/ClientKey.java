package io.ballast.daemon.k8s;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.CertUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A client's key in PKCS #8 form ({@code BEGIN PRIVATE KEY}), of any algorithm. fabric8 takes every such key for RSA;
 * the older forms, which name their algorithm, are left to it.
 */
final class ClientKey {
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private ClientKey() {}

    /** What presents the configured certificate; empty where fabric8 is to load the key, or there is none. */
    static Optional<KeyManager[]> managers(Config config) throws IOException, GeneralSecurityException {
        String pem = read(config.getClientKeyData(), config.getClientKeyFile());
        if (!pem.contains(BEGIN)) {
            return Optional.empty();
        }
        String base64 = pem.substring(pem.indexOf(BEGIN) + BEGIN.length(), pem.indexOf(END));
        PrivateKey key = key(Base64.getMimeDecoder().decode(base64));
        String chain = read(config.getClientCertData(), config.getClientCertFile());
        Certificate[] certificates = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(chain.getBytes(StandardCharsets.US_ASCII)))
                .toArray(new Certificate[0]);
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("client", key, new char[0], certificates);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return Optional.of(factory.getKeyManagers());
    }

    private static PrivateKey key(byte[] encoded) throws GeneralSecurityException {
        InvalidKeySpecException unknown = new InvalidKeySpecException("the key is none of " + ALGORITHMS);
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (InvalidKeySpecException e) {
                unknown.addSuppressed(e);
            }
        }
        throw unknown;
    }

    private static String read(@Nullable String data, @Nullable String file) throws IOException {
        if (data == null && file == null) {
            return "";
        }
        try (InputStream in = CertUtils.getInputStreamFromDataOrFile(data, file)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
