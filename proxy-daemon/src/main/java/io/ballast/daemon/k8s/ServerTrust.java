package io.ballast.daemon.k8s;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.CertUtils;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * Whose certificates the API server may present, as client-go has it: those of the configured authority and of no other.
 * fabric8 adds the authorities that come with Java, and reads those 150 certificates even where there is no TLS.
 */
final class ServerTrust {
    private ServerTrust() {}

    /** None, which trust nobody, where the server is asked without TLS. */
    static TrustManager[] managers(Config config, URI server) throws IOException, GeneralSecurityException {
        if (!"https".equals(server.getScheme())) {
            return new TrustManager[0];
        }
        boolean hasAuthority = config.getCaCertData() != null || config.getCaCertFile() != null;
        return hasAuthority && !config.isTrustCerts() ? ofAuthority(config) : SSLUtils.trustManagers(config);
    }

    private static TrustManager[] ofAuthority(Config config) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream in = CertUtils.getInputStreamFromDataOrFile(config.getCaCertData(), config.getCaCertFile())) {
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority-" + store.size(), certificate);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}
