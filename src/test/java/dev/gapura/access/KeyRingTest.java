package dev.gapura.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gapura.config.Config;
import dev.gapura.store.Database;
import dev.gapura.store.Kind;
import dev.gapura.testkit.Postgres;
import dev.gapura.testkit.Storages;
import dev.gapura.testkit.TestClock;
import dev.gapura.testkit.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Keys of the database, as several gateways on it know them.
class KeyRingTest {
    @TempDir
    private Path folder;

    private static ApiKey.Draft draft(String name) {
        return new ApiKey.Draft(name, null, null, null, null, Policy.ANYTHING);
    }

    private static ApiKey.Created create(Doors doors, String name) {
        return Doors.now(doors.directory.keys().create(Authority.COMMAND, draft(name)));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatOneGatewayMakesAndRevokesTheOthersKnow(Kind kind) {
        Config.Storage settings = Storages.empty(kind, folder);
        try (Doors one = new Doors(settings, InstantSource.system());
                Doors other = new Doors(settings, InstantSource.system())) {
            Doors.now(one.directory.firstStart(false));
            ApiKey.Created made = create(one, "ci");

            assertThat(one.check(made.secret())).isInstanceOf(KeyCheck.Accepted.class);
            other.ring.refresh().join();
            assertThat(other.check(made.secret()))
                    .isInstanceOfSatisfying(
                            KeyCheck.Accepted.class,
                            accepted -> assertThat(accepted.principal().holder())
                                    .isEqualTo(new Principal.Holder(
                                            made.key().id(), Principal.DEFAULT_ORGANIZATION, null, null)));

            Doors.now(one.directory.keys().revoke(Authority.COMMAND, made.key().id()));
            assertThat(one.check(made.secret())).isInstanceOf(KeyCheck.Revoked.class);
            Waiting.until(
                    "the other gateway refuses it by itself",
                    () -> other.check(made.secret()) instanceof KeyCheck.Revoked);
            assertThat(other.check("sk-gapura-nobody")).isInstanceOf(KeyCheck.Unknown.class);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void keysFollowTheRoleAndTheStateOfTheirPerson(Kind kind) {
        Config.Storage settings = Storages.empty(kind, folder);
        try (Doors doors = new Doors(settings, InstantSource.system())) {
            Doors.now(doors.directory.firstStart(false));
            People people = doors.directory.people();
            String person = Doors.now(people.invite(Authority.COMMAND, null, "ani@example.org", "Ani", Role.MEMBER))
                    .person()
                    .id();
            ApiKey.Draft draft = new ApiKey.Draft("ani", null, null, person, null, Policy.ANYTHING);
            String secret = Doors.now(doors.directory.keys().create(Authority.COMMAND, draft))
                    .secret();
            assertThat(doors.check(secret)).isInstanceOf(KeyCheck.Accepted.class);

            Doors.now(people.change(Authority.COMMAND, person, new People.Wish(null, null, Role.VIEWER, null)));
            assertThat(doors.check(secret)).isInstanceOf(KeyCheck.Viewers.class);
            try (Doors later = new Doors(settings, InstantSource.system())) {
                later.ring.refresh().join();
                assertThat(later.check(secret)).isInstanceOf(KeyCheck.Viewers.class);
            }
            Doors.now(people.change(Authority.COMMAND, person, new People.Wish(null, null, null, true)));
            assertThat(doors.check(secret)).isInstanceOf(KeyCheck.Disabled.class);
            Doors.now(people.change(Authority.COMMAND, person, new People.Wish(null, null, Role.MEMBER, false)));
            assertThat(doors.check(secret)).isInstanceOf(KeyCheck.Accepted.class);
        }
    }

    @Test
    void aKeyExpiresByTheClock() {
        TestClock clock = new TestClock("2026-03-01T00:00:00Z");
        try (Doors doors = Doors.first(Kind.SQLITE, folder, clock)) {
            Instant end = clock.instant().plusSeconds(60);
            ApiKey.Created made = Doors.now(doors.directory
                    .keys()
                    .create(Authority.COMMAND, new ApiKey.Draft("ci", null, null, null, end, Policy.ANYTHING)));

            clock.pass(Duration.ofMillis(59_999));
            assertThat(doors.check(made.secret())).isInstanceOf(KeyCheck.Accepted.class);
            clock.pass(Duration.ofMillis(1));
            assertThat(doors.check(made.secret()))
                    .isInstanceOfSatisfying(
                            KeyCheck.Expired.class,
                            expired -> assertThat(expired.when()).isEqualTo(end));

            Doors.now(
                    doors.directory.keys().change(Authority.COMMAND, made.key().id(), null, null, Instant.MAX));
            assertThat(doors.check(made.secret())).isInstanceOf(KeyCheck.Accepted.class);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anOldSecretWorksForTheOverlap(Kind kind) {
        TestClock clock = new TestClock("2026-03-01T00:00:00Z");
        try (Doors doors = Doors.first(kind, folder, clock)) {
            ApiKey.Created first = create(doors, "ci");
            String id = first.key().id();
            ApiKey.Created second =
                    Doors.now(doors.directory.keys().rotate(Authority.COMMAND, id, Duration.ofHours(1)));
            ApiKey.Created third = Doors.now(doors.directory.keys().rotate(Authority.COMMAND, id, Duration.ofHours(2)));

            assertThat(third.key().id()).isEqualTo(id);
            for (String secret : new String[] {first.secret(), second.secret(), third.secret()}) {
                assertThat(doors.check(secret)).isInstanceOf(KeyCheck.Accepted.class);
            }
            clock.pass(Duration.ofHours(1));
            assertThat(doors.check(first.secret())).isInstanceOf(KeyCheck.Revoked.class);
            assertThat(doors.check(second.secret())).isInstanceOf(KeyCheck.Accepted.class);
            Doors.now(doors.directory.keys().rotate(Authority.COMMAND, id, Duration.ZERO));
            assertThat(doors.check(second.secret())).isInstanceOf(KeyCheck.Revoked.class);
            assertThat(doors.check(third.secret())).isInstanceOf(KeyCheck.Revoked.class);
        }
    }

    @Test
    void whenAKeyWasUsedIsKnownToTheMinute() {
        TestClock clock = new TestClock("2026-03-01T00:00:00Z");
        try (Doors doors = Doors.first(Kind.SQLITE, folder, clock)) {
            ApiKey.Created made = create(doors, "ci");
            assertThat(made.key().used()).isNull();
            Instant first = clock.instant();
            doors.check(made.secret());
            clock.pass(Duration.ofSeconds(59));
            doors.check(made.secret());

            Waiting.until("it is written", () -> used(doors, made) != null);
            assertThat(used(doors, made)).isEqualTo(first);
            clock.pass(Duration.ofSeconds(1));
            doors.check(made.secret());
            Waiting.until("it is written again", () -> clock.instant().equals(used(doors, made)));
        }
    }

    private static Instant used(Doors doors, ApiKey.Created made) {
        return Doors.now(
                        doors.directory.keys().get(Authority.COMMAND, made.key().id()))
                .used();
    }

    @Test
    void aServerThatIsFrozenLeavesKnownKeysAlone() throws Exception {
        try (Postgres server = Postgres.own();
                Doors doors = new Doors(server.storage(), InstantSource.system())) {
            Doors.now(doors.directory.firstStart(false));
            ApiKey.Created made = create(doors, "ci");
            server.signal("STOP");
            try {
                assertThat(doors.check(made.secret())).isInstanceOf(KeyCheck.Accepted.class);
                assertThatThrownBy(() -> doors.ring.refresh().join()).isInstanceOf(CompletionException.class);
                assertThat(doors.check(made.secret())).isInstanceOf(KeyCheck.Accepted.class);
            } finally {
                server.signal("CONT");
            }
            Waiting.until("it answers again", () -> {
                try {
                    doors.ring.refresh().join();
                    return true;
                } catch (CompletionException away) {
                    return false;
                }
            });
            assertThat(doors.check("sk-gapura-nobody")).isInstanceOf(KeyCheck.Unknown.class);
        }
    }

    private static long count(Doors doors, String table) {
        return Database.now(doors.store.configuration().read(sql -> sql.number("SELECT count(*) FROM " + table)));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void ofManyGatewaysThatStartTogetherOneMakesTheFirstKey(Kind kind) {
        Config.Storage settings = Storages.empty(kind, folder);
        try (Doors one = new Doors(settings, InstantSource.system());
                Doors other = new Doors(settings, InstantSource.system())) {
            var first = one.directory.firstStart(true);
            var second = other.directory.firstStart(true);

            assertThat(Doors.now(first).isPresent())
                    .isNotEqualTo(Doors.now(second).isPresent());
            assertThat(Doors.now(one.directory.firstStart(true))).isEmpty();
            assertThat(count(one, "api_key")).isEqualTo(1);
            assertThat(count(one, "person")).isEqualTo(1);
        }
    }
}
