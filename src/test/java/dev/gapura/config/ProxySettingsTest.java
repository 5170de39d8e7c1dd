package dev.gapura.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxySettingsTest {
    private static final URI PROXY = URI.create("http://proxy.example:3128");

    @ParameterizedTest
    @CsvSource({
        "https://api.example/v1, true",
        "http://api.example/v1, false",
        "https://localhost:8443/v1, false",
        "https://127.0.0.1/v1, false",
        "https://[::1]/v1, false",
        "https://intern.corp.example/v1, false",
        "https://corp.example/v1, false",
        "https://notcorp.example/v1, true",
        "https://10.1.2.3/v1, false",
        "https://11.1.2.3/v1, true",
        "https://ported.example:8443/v1, false",
        "https://ported.example/v1, true",
    })
    void noProxy(String target, boolean proxied) {
        ProxySettings settings = ProxySettings.from(Map.of(
                "HTTPS_PROXY",
                "http://proxy.example:3128",
                "NO_PROXY",
                "corp.example, 10.0.0.0/8 ported.example:8443"));

        assertThat(settings.proxyFor(URI.create(target), null)).isEqualTo(proxied ? PROXY : null);
    }

    @Test
    void theProvidersOwnProxyWins() {
        URI own = URI.create("http://own.example:1");

        assertThat(ProxySettings.NONE.proxyFor(URI.create("http://127.0.0.1:8000/v1"), own))
                .isEqualTo(own);
    }

    @Test
    void starMeansNoProxyAtAll() {
        ProxySettings settings = ProxySettings.from(Map.of("https_proxy", "proxy.example:3128", "no_proxy", "*"));

        assertThat(settings.proxyFor(URI.create("https://api.example"), null)).isNull();
    }

    @Test
    void aMalformedProxyIsNamedAndItsPasswordIsNot() {
        assertThatThrownBy(() -> ProxySettings.from(Map.of("HTTPS_PROXY", "socks5://u:hunter2@x:1")))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("HTTPS_PROXY: ")
                .hasMessageNotContaining("hunter2");
        assertThat(ProxySettings.from(Map.of("HTTPS_PROXY", "http://u:hunter2@x:1"))
                        .toString())
                .doesNotContain("hunter2");
    }
}
