package dev.gapura.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gapura.config.Config;
import dev.gapura.config.Secret;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeysTest {
    private static final Keys KEYS = Keys.of(
            List.of(
                    new Config.Key(
                            "ci",
                            new Secret("ci-secret-0123456789"),
                            List.of("openai/*", "sim/echo", "smart"),
                            null,
                            List.of(),
                            null),
                    new Config.Key("all", new Secret("all-secret-0123456789"), null, null, List.of(), null)),
            List.of());

    @Test
    void findsTheOwner() {
        Principal ci = Objects.requireNonNull(KEYS.authenticate("ci-secret-0123456789"));

        assertThat(ci.name()).isEqualTo("ci");
        assertThat(ci.keyPrefix()).isEqualTo("ci-s");
        assertThat(ci.holder())
                .isEqualTo(new Principal.Holder("config:ci", Principal.DEFAULT_ORGANIZATION, null, null));
        assertThat(ci).asString().isEqualTo("ci (ci-s…)");
        assertThat(KEYS.authenticate("all-secret-0123456789")).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({"''", "ci-secret-012345678", "ci-secret-01234567890", "CI-SECRET-0123456789", "ключ"})
    void anythingElseIsNobody(String presented) {
        assertThat(KEYS.authenticate(presented)).isNull();
    }

    @Test
    void overlongKeysAreRefusedUnread() {
        assertThat(KEYS.authenticate("x".repeat(100_000))).isNull();
    }

    @Test
    void modelsAreLimitedByPattern() {
        Principal ci = Objects.requireNonNull(KEYS.authenticate("ci-secret-0123456789"));
        Principal all = Objects.requireNonNull(KEYS.authenticate("all-secret-0123456789"));

        assertThat(ci.mayUse("openai/gpt-5")).isTrue();
        assertThat(ci.mayUse("sim/echo")).isTrue();
        assertThat(ci.mayUse("sim/slow")).isFalse();
        assertThat(ci.mayUse("openrouter/openai/gpt-5")).isFalse();
        assertThat(all.mayUse("anything/at/all")).isTrue();
    }

    @Test
    void anAliasMayBeGrantedByItsNameOrByItsTarget() {
        Principal ci = Objects.requireNonNull(KEYS.authenticate("ci-secret-0123456789"));

        assertThat(ci.mayUse("smart", "anthropic/claude")).isTrue();
        assertThat(ci.mayUse("fast", "openai/gpt-5-mini")).isTrue();
        assertThat(ci.mayUse("fast", "anthropic/claude")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "*, openai/gpt-5, true",
        "openai/*, openai/, true",
        "openai/*, openai, false",
        "*/gpt-*, openai/gpt-5, true",
        "*/gpt-*-mini, openai/gpt-5-mini, true",
        "*/gpt-*-mini, openai/gpt-5-mini-x, false",
        "a*b*c, aXbXbXc, true",
        "a*b*c, aXbXbX, false",
        "a.c, abc, false",
    })
    void patterns(String pattern, String name, boolean matches) {
        assertThat(new NamePattern(pattern).matches(name)).isEqualTo(matches);
    }
}
