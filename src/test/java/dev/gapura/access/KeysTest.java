package dev.gapura.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.gapura.config.Config;
import dev.gapura.config.Secret;
import dev.gapura.store.Database;
import dev.gapura.store.Kind;
import dev.gapura.testkit.Storages;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeysTest {
    private static final Database NOWHERE =
            Storages.store(Storages.empty(Kind.SQLITE, Path.of("unused"))).configuration();

    /// Keys of no database.
    static final KeyRing NO_RING = new KeyRing(NOWHERE, InstantSource.system());

    static final Sessions NO_SESSIONS = new Directory(NOWHERE, NO_RING, InstantSource.system()).sessions();

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
            List.of(),
            NO_RING,
            NO_SESSIONS);

    private static Principal accepted(String presented) {
        return KEYS.check(presented) instanceof KeyCheck.Accepted(Principal principal)
                ? principal
                : fail(presented + " is not accepted");
    }

    @Test
    void findsTheOwner() {
        Principal ci = accepted("ci-secret-0123456789");

        assertThat(ci.name()).isEqualTo("ci");
        assertThat(ci.keyPrefix()).isEqualTo("ci-s");
        assertThat(ci.holder())
                .isEqualTo(new Principal.Holder("config:ci", Principal.DEFAULT_ORGANIZATION, null, null));
        assertThat(ci).asString().isEqualTo("ci (ci-s…)");
        assertThat(accepted("all-secret-0123456789").name()).isEqualTo("all");
    }

    @ParameterizedTest
    @CsvSource({"''", "ci-secret-012345678", "ci-secret-01234567890", "CI-SECRET-0123456789", "ключ"})
    void anythingElseIsNobody(String presented) {
        assertThat(KEYS.check(presented)).isInstanceOf(KeyCheck.Unknown.class);
    }

    @Test
    void overlongKeysAreRefusedUnread() {
        assertThat(KEYS.check("x".repeat(100_000))).isInstanceOf(KeyCheck.Unknown.class);
    }

    @Test
    void modelsAreLimitedByPattern() {
        Principal ci = accepted("ci-secret-0123456789");
        Principal all = accepted("all-secret-0123456789");

        assertThat(ci.mayUse("openai/gpt-5")).isTrue();
        assertThat(ci.mayUse("sim/echo")).isTrue();
        assertThat(ci.mayUse("sim/slow")).isFalse();
        assertThat(ci.mayUse("openrouter/openai/gpt-5")).isFalse();
        assertThat(all.mayUse("anything/at/all")).isTrue();
    }

    @Test
    void anAliasMayBeGrantedByItsNameOrByItsTarget() {
        Principal ci = accepted("ci-secret-0123456789");

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
