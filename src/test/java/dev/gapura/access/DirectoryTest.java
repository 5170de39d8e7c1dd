package dev.gapura.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gapura.failure.GatewayException;
import dev.gapura.store.Database;
import dev.gapura.store.Kind;
import dev.gapura.testkit.TestClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Organizations, teams, people and keys on both databases.
class DirectoryTest {
    @TempDir
    private Path folder;

    private final TestClock clock = new TestClock("2026-03-01T00:00:00Z");

    private static void refused(int status, String code, ThrowingCallable work) {
        assertThatThrownBy(work).isInstanceOfSatisfying(GatewayException.class, refusal -> {
            assertThat(refusal.failure().code()).isEqualTo(code);
            assertThat(refusal.failure().status()).isEqualTo(status);
        });
    }

    private static Person invite(Doors doors, String organization, String email, Role role) {
        return Doors.now(doors.directory.people().invite(Authority.COMMAND, organization, email, email, role))
                .person();
    }

    private static Authority as(Doors doors, Person person) {
        Principal key = new Principal(
                new Principal.Holder("key", person.organization(), null, person.id()), "key", "", Policy.ANYTHING);
        return Doors.now(doors.directory.sessions().authority(key)).orElseThrow();
    }

    private static ApiKey.Created key(Doors doors, Authority who, String name, String team, String person) {
        return Doors.now(
                doors.directory.keys().create(who, new ApiKey.Draft(name, null, team, person, null, Policy.ANYTHING)));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void membersHaveTheirOwnAndForeignIsNotFound(Kind kind) {
        try (Doors doors = Doors.first(kind, folder, clock)) {
            Directory directory = doors.directory;
            Organization other = Doors.now(directory.organizations().create(Authority.COMMAND, "other"));
            Person admin = invite(doors, "default", "admin@example.org", Role.ADMIN);
            Person member = invite(doors, "default", "member@example.org", Role.MEMBER);
            Person stranger = invite(doors, other.id(), "stranger@example.org", Role.ADMIN);
            Authority asAdmin = as(doors, admin);
            Authority asMember = as(doors, member);
            Authority asStranger = as(doors, stranger);

            ApiKey.Created own = key(doors, asMember, "mine", null, null);
            assertThat(own.key().holder().person()).isEqualTo(member.id());
            ApiKey.Created shared = key(doors, asAdmin, "shared", null, null);
            assertThat(shared.key().holder().person()).isNull();

            assertThat(Doors.now(directory.keys().list(asMember, ApiKeys.Query.newest(10)))
                            .rows())
                    .extracting(ApiKey::name)
                    .containsExactly("mine");
            assertThat(Doors.now(directory.keys().list(asAdmin, ApiKeys.Query.newest(10)))
                            .rows())
                    .extracting(ApiKey::name)
                    .containsExactlyInAnyOrder("shared", "mine");
            assertThat(Doors.now(directory.keys().list(asStranger, ApiKeys.Query.newest(10)))
                            .rows())
                    .isEmpty();
            String id = own.key().id();
            refused(404, "key_not_found", () -> Doors.now(directory.keys().get(asStranger, id)));
            refused(404, "key_not_found", () -> Doors.now(directory.keys().revoke(asStranger, id)));
            refused(404, "key_not_found", () -> Doors.now(directory.keys().revoke(asAdmin, "key_none")));
            refused(
                    404,
                    "key_not_found",
                    () -> Doors.now(
                            directory.keys().rotate(asMember, shared.key().id(), Duration.ZERO)));
            refused(404, "person_not_found", () -> Doors.now(directory.people().get(asStranger, member.id())));
            refused(404, "person_not_found", () -> key(doors, asMember, "hers", null, admin.id()));
            refused(
                    404,
                    "organization_not_found",
                    () -> Doors.now(directory.people().invite(asStranger, "default", "a@b", "a", Role.MEMBER)));
            refused(
                    403,
                    "permission_denied",
                    () -> Doors.now(directory
                            .people()
                            .change(asMember, member.id(), new People.Wish(null, null, Role.ADMIN, null))));
            refused(
                    403,
                    "permission_denied",
                    () -> Doors.now(directory
                            .people()
                            .change(asAdmin, member.id(), new People.Wish(null, null, Role.OWNER, null))));
            assertThat(Doors.now(directory.people().list(asMember, People.Query.newest(10)))
                            .rows())
                    .extracting(Person::id)
                    .containsExactly(member.id());
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whoAdministersATeamHasItsKeysAndActsForNobodyElse(Kind kind) {
        try (Doors doors = Doors.first(kind, folder, clock)) {
            Directory directory = doors.directory;
            Person lead = invite(doors, "default", "lead@example.org", Role.MEMBER);
            Person admin = invite(doors, "default", "admin@example.org", Role.ADMIN);
            Team team = Doors.now(directory.teams().create(as(doors, admin), null, "blue"));
            Team closed = Doors.now(directory.teams().create(as(doors, admin), null, "red"));
            Doors.now(directory.teams().put(as(doors, admin), team.id(), lead.id(), true));
            Authority asLead = as(doors, lead);

            ApiKey.Created made = key(doors, asLead, "team", team.id(), null);
            assertThat(made.key().holder().team()).isEqualTo(team.id());
            refused(404, "team_not_found", () -> key(doors, asLead, "red", closed.id(), null));
            refused(403, "permission_denied", () -> key(doors, asLead, "boss", team.id(), admin.id()));
            assertThat(Doors.now(directory.teams().members(asLead, team.id())))
                    .containsExactly(new Team.Member(lead, true));

            assertThat(doors.check(made.secret())).isInstanceOf(KeyCheck.Accepted.class);
            Doors.now(directory.teams().change(as(doors, admin), team.id(), null, true));
            assertThat(doors.check(made.secret()))
                    .isInstanceOfSatisfying(
                            KeyCheck.Disabled.class,
                            disabled -> assertThat(disabled.what()).isEqualTo("team"));
            Doors.now(directory.teams().change(as(doors, admin), team.id(), null, false));
            assertThat(doors.check(made.secret())).isInstanceOf(KeyCheck.Accepted.class);
            Doors.now(directory.teams().remove(as(doors, admin), team.id(), lead.id()));
            refused(
                    404,
                    "key_not_found",
                    () -> Doors.now(
                            directory.keys().get(as(doors, lead), made.key().id())));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whoIsDisabledOrErasedCallsNoMore(Kind kind) {
        try (Doors doors = Doors.first(kind, folder, clock)) {
            Directory directory = doors.directory;
            Person member = invite(doors, "default", "member@example.org", Role.MEMBER);
            ApiKey.Created own = key(doors, as(doors, member), "mine", null, null);

            Doors.now(
                    directory.people().change(Authority.COMMAND, member.id(), new People.Wish(null, null, null, true)));
            assertThat(doors.check(own.secret())).isInstanceOf(KeyCheck.Disabled.class);
            Doors.now(directory
                    .people()
                    .change(Authority.COMMAND, member.id(), new People.Wish(null, null, null, false)));
            assertThat(doors.check(own.secret())).isInstanceOf(KeyCheck.Accepted.class);
            Doors.now(directory.people().erase(Authority.COMMAND, member.id()));
            assertThat(doors.check(own.secret())).isInstanceOf(KeyCheck.Revoked.class);
            assertThat(everything(doors)).doesNotContain("member@example.org");

            Person owner = Doors.now(directory.people().byEmail(Authority.COMMAND, FirstStart.OWNER));
            refused(400, "last_owner", () -> Doors.now(directory.people().erase(Authority.COMMAND, owner.id())));
        }
    }

    private static String everything(Doors doors) {
        return Database.now(doors.store.configuration().read(sql -> {
            StringBuilder all = new StringBuilder();
            for (String table : List.of("person", "audit", "api_key")) {
                for (String row : sql.list("SELECT * FROM " + table, row -> {
                    StringBuilder text = new StringBuilder();
                    for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
                        text.append(row.getString(column)).append(' ');
                    }
                    return text.toString();
                })) {
                    all.append(row).append('\n');
                }
            }
            return all.toString();
        }));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void namesAreTakenOnceAndFreeAgainWhenRevoked(Kind kind) {
        try (Doors doors = Doors.first(kind, folder, clock)) {
            ApiKey.Created made = key(doors, Authority.COMMAND, "ci", null, null);
            refused(400, "name_taken", () -> key(doors, Authority.COMMAND, "ci", null, null));
            Doors.now(
                    doors.directory.keys().revoke(Authority.COMMAND, made.key().id()));
            key(doors, Authority.COMMAND, "ci", null, null);
            refused(
                    400,
                    "key_revoked",
                    () -> Doors.now(doors.directory
                            .keys()
                            .rotate(Authority.COMMAND, made.key().id(), Duration.ZERO)));
            refused(400, "email_taken", () -> invite(doors, "default", "OWNER@localhost", Role.MEMBER));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void manyChangesAtOnceLeaveOneChainOfRows(Kind kind) {
        try (Doors doors = Doors.first(kind, folder, clock)) {
            List<CompletableFuture<ApiKey.Created>> all = new ArrayList<>();
            for (int index = 0; index < 60; index++) {
                all.add(doors.directory
                        .keys()
                        .create(
                                Authority.COMMAND,
                                new ApiKey.Draft("key " + index % 50, null, null, null, null, Policy.ANYTHING)));
            }
            long made = all.stream()
                    .filter(each ->
                            !each.handle((key, failed) -> failed != null).join())
                    .count();
            assertThat(made).isEqualTo(50);
            Audit audit = doors.directory.audit();
            assertThat(Doors.now(audit.verify(Authority.COMMAND))).isEqualTo(new Audit.Verified(51, null));

            List<Audit.Entry> newest = Doors.now(audit.list(Authority.COMMAND, "key", null, null, 5));
            assertThat(newest).extracting(Audit.Entry::action).containsOnly("key.create");
            assertThat(newest).extracting(Audit.Entry::actor).containsOnly("command");
            assertThat(newest.getFirst().id()).isEqualTo(51);
            String secretPart = all.getFirst().join().secret().substring(20);
            assertThat(everything(doors)).doesNotContain(secretPart);

            // A row of no organization.
            assertThat(Doors.now(doors.directory.people().endUserErased(Authority.COMMAND)))
                    .isTrue();

            // From the newest on, so that each is the first that is broken.
            Map<String, Long> tampered = new LinkedHashMap<>();
            tampered.put("UPDATE audit SET organization = '' WHERE id = 52", 52L);
            tampered.put("DELETE FROM audit WHERE id >= 50", 50L);
            tampered.put("DELETE FROM audit WHERE id = 40", 40L);
            tampered.put("UPDATE audit SET actor = 'gateway' WHERE id = 30", 30L);
            tampered.put("UPDATE audit SET detail = '{}' WHERE id = 7", 7L);
            tampered.forEach((statement, row) -> {
                Database.now(doors.store.configuration().commit(sql -> sql.update(statement)));
                assertThat(Doors.now(audit.verify(Authority.COMMAND)).broken())
                        .as(statement)
                        .isEqualTo(row);
            });
        }
    }
}
