package dev.gapura.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StorageReaderTest {
    private static Config.Storage read(String yaml) {
        return new ConfigLoader(Map.of(), Set.of())
                .parse(yaml, "test.yaml", Overrides.NONE)
                .config()
                .storage();
    }

    private static ConfigException refused(String yaml) {
        return catchThrowableOfType(ConfigException.class, () -> read(yaml));
    }

    @Test
    void withoutTheSectionItIsAFileOfTheDataFolderForAMonth() {
        assertThat(read(""))
                .isEqualTo(new Config.Storage(
                        new Config.Sqlite(null),
                        null,
                        new Config.History(
                                Duration.ofDays(30), 10L << 30, Config.Bodies.OFF, 65_536, Duration.ofDays(7))));
    }

    @Test
    void everyMemberIsRead() {
        Config.Storage storage = read("""
                storage:
                  url: "sqlite:data/gapura.db"
                  master_key: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
                  history: { keep: 90d, max_bytes: 1073741824000, bodies: errors, body_max_bytes: 1000, keep_bodies: 12h }
                """);
        assertThat(storage.place()).isEqualTo(new Config.Sqlite(Path.of("data/gapura.db")));
        assertThat(storage.masterKey()).isNotNull().hasToString("***");
        assertThat(storage.history())
                .isEqualTo(new Config.History(
                        Duration.ofDays(90), 1_073_741_824_000L, Config.Bodies.ERRORS, 1_000, Duration.ofHours(12)));
    }

    @Test
    void anAddressOfPostgresqlIsTakenApart() {
        Config.Postgresql place = (Config.Postgresql)
                read("storage: { url: \"postgresql://me:p%40ss%2Fw+rd@one,two:6000/gapura?sslmode=verify-full\" }")
                        .place();
        assertThat(place.hosts()).isEqualTo(List.of("one:5432", "two:6000"));
        assertThat(place.user()).isEqualTo("me");
        assertThat(place.password()).isEqualTo(new Secret("p@ss/w+rd"));
        assertThat(place.database()).isEqualTo("gapura");
        assertThat(place.options()).isEqualTo(Map.of("sslmode", "verify-full"));
        assertThat(place).hasToString("postgresql://one:5432,two:6000/gapura");
    }

    @Test
    void anAddressOfVersionSixKeepsItsBrackets() {
        Config.Postgresql place = (Config.Postgresql)
                read("storage: { url: \"postgres://[::1],[::2]:6000/gapura\" }").place();
        assertThat(place.hosts()).isEqualTo(List.of("[::1]:5432", "[::2]:6000"));
        assertThat(place.user()).isNull();
        assertThat(place.password()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://me:canary@host/db",
                "postgresql://me:canary@host",
                "postgresql://me:canary@/db",
                "postgresql://me:canary@ho st/db",
                "postgresql://me:canary%zz@host/db",
                "postgresql://me:canary@host/db?socketTimeout=1",
                "postgresql://me:canary@host/db?sslmode",
                "sqlite:",
                "sqlite::memory:",
                "sqlite:file?mode=memory"
            })
    void anyOtherIsRefusedAndNotRepeated(String url) {
        assertThat(refused("storage: { url: \"" + url + "\" }"))
                .isNotNull()
                .hasMessageContaining("storage.url")
                .hasMessageNotContaining("canary");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "master_key: canary",
                "history: { keep: 1m }",
                "history: { max_bytes: 10 }",
                "history: { bodies: some }",
                "history: { body_max_bytes: 1 }",
                "histroy: {}"
            })
    void whatIsOutsideItsLimitsIsToldWithItsName(String member) {
        assertThat(refused("storage: { " + member + " }"))
                .isNotNull()
                .hasMessageContaining(member.startsWith("master_key") ? "openssl rand" : "storage")
                .hasMessageNotContaining("canary");
    }

    @Test
    void anotherDatabaseOrKeyWaitsForARestartAndLimitsDoNot() {
        Config.Storage running = read("");
        assertThat(NeedsRestart.changes(running, read("storage: { url: \"sqlite:x.db\" }")))
                .containsExactly("storage.url takes effect after a restart");
        assertThat(NeedsRestart.changes(running, read("storage: { history: { keep: 1d } }")))
                .isEmpty();
    }
}
