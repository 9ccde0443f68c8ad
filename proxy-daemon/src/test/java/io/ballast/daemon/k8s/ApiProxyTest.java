package io.ballast.daemon.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiProxyTest {
    private static final Map<String, String> BOTH =
            Map.of("HTTPS_PROXY", "http://secure.example:3128", "HTTP_PROXY", "plain.example:3129");

    private static Optional<URI> choose(String server, Map<String, String> environment) throws ClientConfigException {
        return ApiProxy.choose(URI.create(server), "", environment);
    }

    @ParameterizedTest
    @CsvSource({
        "https://api.example:6443, http://secure.example:3128",
        "http://api.example:8080, http://plain.example:3129",
        "https://192.0.2.1, http://secure.example:3128",
        "https://127.0.0.1:6443,",
        "https://[::1]:6443,",
        "https://localhost:6443,",
    })
    void goesByTheEnvironmentButNotFromTheNodeToItself(String server, String proxy) throws Exception {
        assertThat(choose(server, BOTH).map(URI::toString).orElse(null)).isEqualTo(proxy);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://api.example:6443 | example | true",
                "https://api.example:6443 | .example | true",
                "https://api.example:6443 | *.example | true",
                "https://api.example:6443 | API.Example | true",
                "https://api.example:6443 | .api.example | false",
                "https://api.example:6443 | ample | false",
                "https://api.example:6443 | a.example, ,  ,api.example | true",
                "https://api.example:6443 | , | false",
                "https://api.example:6443 | * | true",
                "https://api.example:6443 | api.example:6443 | true",
                "https://api.example:6443 | api.example:443 | false",
                "https://api.example      | api.example:443 | true",
                "https://192.0.2.1:6443 | 192.0.2.0/24 | true",
                "https://192.0.2.1:6443 | 192.0.2.1 | true",
                "https://192.0.2.1:6443 | 192.0.2.1:6443 | true",
                "https://192.0.2.1:6443 | 192.0.2.1:443 | false",
                "https://192.0.2.1:6443 | 198.51.100.0/24,.svc,.cluster.local | false",
                "https://192.0.2.1:6443 | .2.1 | false",
                "https://[2001:db8::1]:6443 | 2001:db8::/32 | true",
                "https://[2001:db8::1]:6443 | 2001:db8::1 | true",
                "https://[2001:db8::1]:6443 | [2001:db8::1]:6443 | true",
                "https://[2001:db8::1]:6443 | 2001:db8::2 | false",
            })
    void takesNoProxyAsGoDoes(String server, String noProxy, boolean direct) throws Exception {
        Map<String, String> environment = Map.of("https_proxy", "proxy.example:3128", "no_proxy", noProxy);

        assertThat(choose(server, environment).isEmpty()).isEqualTo(direct);
    }

    /** It was written for this very server. */
    @Test
    void prefersTheKubeconfigsProxyWhateverTheEnvironmentSays() throws Exception {
        Map<String, String> environment = Map.of("HTTPS_PROXY", "http://secure.example:3128", "NO_PROXY", "*");

        assertThat(ApiProxy.choose(URI.create("https://127.0.0.1"), "http://other.example", environment))
                .hasValue(URI.create("http://other.example:80"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"socks5://proxy.example:1080", "https://proxy.example:443", "http://", "http://:se cret@p"})
    void refusesWhatItCannotSpeakTo(String proxy) {
        assertThatThrownBy(() -> choose("https://api.example", Map.of("HTTPS_PROXY", proxy)))
                .isInstanceOf(ClientConfigException.class)
                .hasMessageContaining("HTTPS_PROXY")
                .hasMessageContaining("http://HOST:PORT")
                .hasMessageNotContaining("cret");
    }
}
