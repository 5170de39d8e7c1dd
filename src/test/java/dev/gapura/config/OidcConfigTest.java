package dev.gapura.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `auth.oidc`.
class OidcConfigTest {
    private static Config read(String oidc) {
        return new ConfigLoader(Map.of("SECRET", "canary"), Set.of())
                .parse("auth: { oidc: { " + oidc + " } }\n", "test.yaml", new Overrides(null, null))
                .config();
    }

    @Test
    void defaults() {
        Config.Oidc oidc = Objects.requireNonNull(
                read("issuer: \"https://id.example\", client_id: g, client_secret: \"${SECRET}\"")
                        .oidc());
        assertThat(oidc)
                .isEqualTo(new Config.Oidc(
                        "https://id.example",
                        "g",
                        new Secret("canary"),
                        List.of("openid", "email", "profile"),
                        null,
                        List.of(),
                        "member"));
        assertThat(oidc.toString()).doesNotContain("canary");
        assertThat(new ConfigLoader(Map.of(), Set.of())
                        .parse("", "test.yaml", new Overrides(null, null))
                        .config()
                        .oidc())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "client_id: g, client_secret: s | auth.oidc.issuer is missing",
                "issuer: \"http://id.example\", client_id: g, client_secret: s | auth.oidc.issuer must be an https",
                "issuer: \"https://id.example\", client_id: g | auth.oidc.client_secret is missing",
                "issuer: \"https://id.example\", client_id: g, client_secret: s, scopes: [email] | must contain openid",
                "issuer: \"https://id.example\", client_id: g, client_secret: s, default_role: owner | default_role",
                "issuer: \"https://id.example\", client_id: g, client_secret: s, redirect_url: here | redirect_url",
                "issuer: \"https://id.example\", client_id: g, client_secret: s, issuers: x | issuers",
            })
    void mistakes(String oidc, String told) {
        assertThatThrownBy(() -> read(oidc)).isInstanceOf(ConfigException.class).hasMessageContaining(told);
    }
}
