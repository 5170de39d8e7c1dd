package dev.gapura.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gapura.failure.GatewayException;
import dev.gapura.store.Kind;
import dev.gapura.testkit.TestClock;
import dev.gapura.testkit.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Logging in and out on both databases.
class SessionsTest {
    private static final String PASSWORD = "kopi tubruk ☕ pagi";
    private static final String EMAIL = "ani@example.org";

    @TempDir
    private Path folder;

    private final TestClock clock = new TestClock("2026-03-01T00:00:00Z");

    private static Session.Client from(String address, @Nullable String former) {
        return new Session.Client(address, "test", former);
    }

    private static Session.Begun login(Doors doors, String email, String password) {
        return Doors.now(doors.directory.sessions().begin(email, password, from("192.0.2.1", null)));
    }

    /// A person with [#PASSWORD].
    private static Person ani(Doors doors) {
        People.Invited invited =
                Doors.now(doors.directory.people().invite(Authority.COMMAND, null, EMAIL, "Ani", Role.MEMBER));
        Session.Begun begun = Doors.now(doors.directory.sessions().begin(invited.code(), from("192.0.2.1", null)));
        Doors.now(doors.directory.sessions().setPassword(begun.session(), begun.token(), null, PASSWORD));
        return invited.person();
    }

    private static String code(CompletableFuture<?> future) {
        try {
            Doors.now(future);
            return "none";
        } catch (GatewayException refusal) {
            return String.valueOf(refusal.failure().code());
        }
    }

    private static boolean alive(Doors doors, Session.Begun begun) {
        return Doors.now(doors.directory.sessions().find(begun.token())).isPresent();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aCodeWorksOnceAndAPasswordAfterwards(Kind kind) {
        try (Doors doors = Doors.first(kind, folder, clock)) {
            Sessions sessions = doors.directory.sessions();
            People.Invited invited =
                    Doors.now(doors.directory.people().invite(Authority.COMMAND, null, EMAIL, "Ani", Role.MEMBER));
            assertThat(code(sessions.begin(EMAIL, "", from("192.0.2.1", null)))).isEqualTo("login_failed");
            Session.Begun first = Doors.now(sessions.begin(invited.code(), from("192.0.2.1", null)));
            assertThat(first.session().method()).isEqualTo("code");
            assertThat(code(sessions.begin(invited.code(), from("192.0.2.1", null))))
                    .isEqualTo("login_failed");
            assertThatThrownBy(() -> sessions.setPassword(first.session(), first.token(), null, "short"))
                    .hasMessage("password must have 12 to 256 characters.");
            Doors.now(sessions.setPassword(first.session(), first.token(), null, PASSWORD));

            Session.Begun begun = login(doors, " Ani@Example.org", PASSWORD);
            assertThat(begun.session().person().hasPassword()).isTrue();
            assertThat(begun.session().authority().role()).isEqualTo(Role.MEMBER);
            assertThat(Sessions.mayChange(begun.session(), begun.session().csrf()))
                    .isTrue();
            assertThat(Sessions.mayChange(begun.session(), first.session().csrf()))
                    .isFalse();
            assertThat(Sessions.mayChange(begun.session(), null)).isFalse();
            assertThat(alive(doors, begun)).isTrue();
            assertThat(alive(doors, first)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void sessionsEnd(Kind kind) {
        try (Doors doors = Doors.first(kind, folder, clock)) {
            Sessions sessions = doors.directory.sessions();
            Person ani = ani(doors);
            Session.Begun former = login(doors, EMAIL, PASSWORD);
            Session.Begun rotated = Doors.now(sessions.begin(EMAIL, PASSWORD, from("192.0.2.1", former.token())));
            assertThat(alive(doors, former)).isFalse();

            Doors.now(sessions.end(rotated.token()));
            assertThat(alive(doors, rotated)).isFalse();

            Session.Begun left = login(doors, EMAIL, PASSWORD);
            Session.Begun stays = login(doors, EMAIL, PASSWORD);
            assertThat(code(sessions.setPassword(
                            stays.session(), stays.token(), "not " + PASSWORD, "another " + PASSWORD)))
                    .isEqualTo("login_failed");
            Doors.now(sessions.setPassword(stays.session(), stays.token(), PASSWORD, "another " + PASSWORD));
            assertThat(alive(doors, left)).isFalse();
            assertThat(alive(doors, stays)).isTrue();

            Doors.now(sessions.end(
                    stays.session().authority(), ani.id(), stays.session().id()));
            assertThat(alive(doors, stays)).isFalse();

            Session.Begun disabled = login(doors, EMAIL, "another " + PASSWORD);
            Doors.now(doors.directory
                    .people()
                    .change(Authority.COMMAND, ani.id(), new People.Wish(null, null, null, true)));
            assertThat(alive(doors, disabled)).isFalse();
            assertThat(code(sessions.begin(EMAIL, "another " + PASSWORD, from("192.0.2.1", null))))
                    .isEqualTo("login_failed");
        }
    }

    @Test
    void sessionsEndByTheClock() {
        try (Doors doors = Doors.first(Kind.SQLITE, folder, clock)) {
            ani(doors);
            Session.Begun idle = login(doors, EMAIL, PASSWORD);
            Session.Begun used = login(doors, EMAIL, PASSWORD);
            for (Duration passed = Duration.ZERO;
                    passed.compareTo(Sessions.LIFE.minusHours(7)) < 0;
                    passed = passed.plusHours(7)) {
                assertThat(alive(doors, used)).isTrue();
                awaitSeen(doors, used);
                clock.pass(Duration.ofHours(7));
            }
            assertThat(alive(doors, idle)).isFalse();
            assertThat(alive(doors, used)).isTrue();
            awaitSeen(doors, used);
            clock.pass(Duration.ofHours(7));
            assertThat(alive(doors, used)).isFalse();
        }
    }

    /// That it was used is written by the way.
    private void awaitSeen(Doors doors, Session.Begun begun) {
        Session session = begun.session();
        Waiting.until(
                "it is written",
                () -> Doors.now(doors.directory
                                .sessions()
                                .list(session.authority(), session.person().id()))
                        .stream()
                        .filter(each -> each.id().equals(session.id()))
                        .allMatch(each -> each.seen().equals(clock.instant())));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void guessingSlowsDownAlsoManyAtOnce(Kind kind) {
        try (Doors doors = Doors.first(kind, folder, clock)) {
            ani(doors);
            Sessions sessions = doors.directory.sessions();
            List<CompletableFuture<Session.Begun>> guesses = new ArrayList<>();
            for (int index = 0; index < 30; index++) {
                guesses.add(sessions.begin(EMAIL, "guess " + index, from("198.51.100." + index, null)));
            }
            List<String> codes = guesses.stream().map(SessionsTest::code).toList();
            assertThat(codes).containsOnly("login_failed", "login_throttled");
            assertThat(codes.stream().filter("login_failed"::equals)).hasSize(5);

            assertThatThrownBy(() -> login(doors, EMAIL, PASSWORD))
                    .isInstanceOfSatisfying(GatewayException.class, refusal -> {
                        assertThat(refusal.failure().status()).isEqualTo(429);
                        assertThat(refusal.failure().retryAfter()).isEqualTo(Duration.ofSeconds(1));
                    });
            int tried = 0;
            for (int second = 0; second < 3600; second++) {
                clock.pass(Duration.ofSeconds(1));
                tried += code(sessions.begin(EMAIL, "", from("203.0.113.9", null)))
                                .equals("login_failed")
                        ? 1
                        : 0;
            }
            assertThat(tried).isBetween(20, 70);
            clock.pass(Duration.ofMinutes(1));
            assertThat(login(doors, EMAIL, PASSWORD).session().person().email()).isEqualTo(EMAIL);
            for (int index = 0; index < 4; index++) {
                assertThat(code(sessions.begin(EMAIL, "", from("203.0.113.7", null))))
                        .isEqualTo("login_failed");
            }
            assertThat(login(doors, EMAIL, PASSWORD)).isNotNull();
        }
    }

    @Test
    void nobodyIsToldWhoIsThere() {
        try (Doors doors = Doors.first(Kind.SQLITE, folder, clock)) {
            ani(doors);
            Sessions sessions = doors.directory.sessions();
            List<String> told = new ArrayList<>();
            for (String email : List.of(EMAIL, "nobody@example.org", "owner@localhost", "", "x".repeat(10_000))) {
                assertThatThrownBy(() -> Doors.now(sessions.begin(email, "wrong", from("192.0.2.9", null))))
                        .isInstanceOfSatisfying(
                                GatewayException.class,
                                refusal -> told.add(refusal.failure().toString()));
            }
            assertThat(told).hasSize(5).containsOnly(told.getFirst());
        }
    }
}
