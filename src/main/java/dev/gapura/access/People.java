package dev.gapura.access;

import dev.gapura.access.Changes.Change;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.store.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Makes, lists, changes and forgets people. Every method asks [Authority] first; futures fail as those of [ApiKeys]
/// do. Any thread.
public final class People {
    private static final String COLUMNS =
            "id, organization, email, name, role, password IS NOT NULL, issuer, created_ms, disabled_ms FROM person";
    private static final Duration CODE_LIFE = Duration.ofDays(7);

    private final Changes changes;

    People(Changes changes) {
        this.changes = changes;
    }

    /// A person with a code that logs in once and within seven days, to be handed over.
    public record Invited(Person person, String code) {
        /// Without the code.
        @Override
        public String toString() {
            return "Invited[" + person.id() + "]";
        }
    }

    /// Makes a person, who has no password yet.
    ///
    /// @param organization null: that of whoever makes it, for commands the default one
    public CompletableFuture<Invited> invite(
            Authority who, @Nullable String organization, String email, String name, Role role) {
        String code = Fresh.secret();
        String address = Names.email(email);
        String called = Names.checked("name", name);
        String where = organization == null
                ? Objects.requireNonNullElse(who.organization(), Principal.DEFAULT_ORGANIZATION)
                : organization;
        return changes.commit(who, change -> {
            who.require(Permission.CHANGE_PEOPLE, new Area(where, null, null, role), "organization");
            if (change.sql().number("SELECT count(*) FROM organization WHERE id = ?", where) == 0) {
                throw Authority.notFound("organization");
            }
            taken(change.sql(), address, "");
            Person person = insert(change, where, address, called, role);
            LoginCodes.insert(change, person.id(), code, CODE_LIFE);
            return new Invited(person, code);
        });
    }

    static Person insert(Change change, String organization, String email, String name, Role role) throws SQLException {
        Person person = new Person(
                Fresh.id("person", change.millis()), organization, email, name, role, false, null, change.now(), null);
        change.sql()
                .update(
                        "INSERT INTO person (id, organization, email, name, role, created_ms, revision)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                        person.id(),
                        organization,
                        email,
                        name,
                        role.text(),
                        change.millis(),
                        change.revision());
        change.audited("person.create", "person", person.id(), organization, null, person.json());
        return person;
    }

    /// Which people are wanted. Null members: any.
    ///
    /// @param search part of a name or of an address; or a whole id
    /// @param before only those made before this one, an id
    public record Query(
            @Nullable String organization,
            @Nullable Role role,
            @Nullable String search,
            @Nullable String before,
            int limit) {
        /// The newest people.
        public static Query newest(int limit) {
            return new Query(null, null, null, null, limit);
        }
    }

    /// People whom whoever asks may know of, the newest first.
    public CompletableFuture<Page<Person>> list(Authority who, Query query) {
        who.require(Permission.READ_PEOPLE);
        Search search = Search.of(query.search());
        return changes.read(sql -> {
            Conditions where = conditions(who, query);
            String oldest = null;
            if (search != null) {
                oldest = Search.bound(sql, "person", where);
                where.add(
                        "(" + Search.like(sql.kind(), List.of("person.name", "person.email")) + " OR person.id = ?)",
                        search.pattern(),
                        search.pattern(),
                        search.part());
            }
            List<Person> found = sql.list(
                    "SELECT " + COLUMNS + where.text() + " ORDER BY id DESC LIMIT " + (query.limit() + 1),
                    People::read,
                    where.values());
            return Search.page(
                    search,
                    found,
                    query.limit(),
                    oldest,
                    Person::id,
                    person -> List.of(person.name(), person.email(), person.id()));
        });
    }

    private static Conditions conditions(Authority who, Query query) {
        Conditions where = new Conditions();
        where.is("organization", query.organization());
        where.is("role", query.role() == null ? null : query.role().text());
        if (query.before() != null) {
            where.add("id < ?", query.before());
        }
        if (!who.may(Permission.READ_PEOPLE, Area.GATEWAY)) {
            String own = Objects.requireNonNullElse(who.organization(), "");
            where.is("organization", own);
            if (!who.may(Permission.READ_PEOPLE, Area.organization(own))) {
                where.is("id", Objects.requireNonNullElse(who.person(), ""));
            }
        }
        return where;
    }

    /// One person.
    public CompletableFuture<Person> get(Authority who, String id) {
        return changes.read(sql -> {
            Person person = person(sql, id);
            who.require(Permission.READ_PEOPLE, person.area(), "person");
            return person;
        });
    }

    /// The person of an address, for commands.
    public CompletableFuture<Person> byEmail(Authority who, String email) {
        return changes.read(sql -> {
            Person person = sql.first("SELECT " + COLUMNS + " WHERE email = ?", People::read, Names.normal(email));
            if (person == null) {
                throw Authority.notFound("person");
            }
            who.require(Permission.READ_PEOPLE, person.area(), "person");
            return person;
        });
    }

    /// What is to become of a person. Null members stay as they are.
    ///
    /// @param disabled whether the person may neither log in nor call
    public record Wish(
            @Nullable String email,
            @Nullable String name,
            @Nullable Role role,
            @Nullable Boolean disabled) {}

    /// Changes a person. Who is disabled or gets another role is logged out everywhere.
    public CompletableFuture<Person> change(Authority who, String id, Wish wish) {
        String email = wish.email() == null ? null : Names.email(wish.email());
        String name = wish.name() == null ? null : Names.checked("name", wish.name());
        return changes.commit(who, change -> {
            Person person = person(change.sql(), id);
            who.require(Permission.CHANGE_PEOPLE, person.area(), "person");
            Role role = wish.role() == null ? person.role() : wish.role();
            who.require(Permission.CHANGE_PEOPLE, new Area(person.organization(), null, id, role), "person");
            boolean off = wish.disabled() == null ? person.disabled() != null : wish.disabled();
            if (email != null) {
                taken(change.sql(), email, id);
            }
            Person changed = new Person(
                    id,
                    person.organization(),
                    email == null ? person.email() : email,
                    name == null ? person.name() : name,
                    role,
                    person.hasPassword(),
                    person.issuer(),
                    person.created(),
                    !off ? null : person.disabled() == null ? change.now() : person.disabled());
            keepAnOwner(change.sql(), person, changed);
            change.sql()
                    .update(
                            "UPDATE person SET email = ?, name = ?, role = ?, disabled_ms = ?, revision = ?"
                                    + " WHERE id = ?",
                            changed.email(),
                            changed.name(),
                            role.text(),
                            Moments.millis(changed.disabled()),
                            change.revision(),
                            id);
            if (off || role != person.role()) {
                change.sql().update("DELETE FROM session WHERE person = ?", id);
            }
            change.audited("person.change", "person", id, person.organization(), person.json(), changed.json());
            return changed;
        });
    }

    /// Makes a code that logs a person in once, in place of a password that was lost. Ends the password,
    /// and logs the person out everywhere.
    public CompletableFuture<Invited> resetPassword(Authority who, String id) {
        String code = Fresh.secret();
        return changes.commit(who, change -> {
            Person person = person(change.sql(), id);
            who.require(Permission.CHANGE_PEOPLE, person.area(), "person");
            change.sql().update("UPDATE person SET password = NULL, revision = ? WHERE id = ?", change.revision(), id);
            change.sql().update("DELETE FROM session WHERE person = ?", id);
            LoginCodes.insert(change, id, code, CODE_LIFE);
            Person changed = person(change.sql(), id);
            change.audited("person.reset", "person", id, person.organization(), person.json(), changed.json());
            return new Invited(changed, code);
        });
    }

    /// Forgets who a person is: name, address, password and logins go, their keys end. The id stays, so
    /// that sums and the audit stay right.
    public CompletableFuture<Person> erase(Authority who, String id) {
        return changes.commit(who, change -> {
            Sql sql = change.sql();
            Person person = person(sql, id);
            who.require(Permission.CHANGE_PEOPLE, person.area(), "person");
            Person erased = new Person(
                    id,
                    person.organization(),
                    "erased@" + id,
                    "erased",
                    Role.VIEWER,
                    false,
                    null,
                    person.created(),
                    change.now());
            keepAnOwner(sql, person, erased);
            sql.update(
                    "UPDATE person SET email = ?, name = ?, role = ?, password = NULL, issuer = NULL, subject = NULL,"
                            + " disabled_ms = ?, revision = ? WHERE id = ?",
                    erased.email(),
                    erased.name(),
                    erased.role().text(),
                    change.millis(),
                    change.revision(),
                    id);
            for (String table : List.of("session", "login_code", "membership")) {
                sql.update("DELETE FROM " + table + " WHERE person = ?", id);
            }
            sql.update(
                    "UPDATE api_key SET revoked_ms = ?, revision = ? WHERE person = ? AND revoked_ms IS NULL",
                    change.millis(),
                    change.revision(),
                    id);
            change.audited("person.erase", "person", id, person.organization(), person.json(), erased.json());
            return erased;
        });
    }

    /// Writes into the audit that what a person's requests were about is about to be forgotten. Written
    /// first, since the history is another database: what was cut off there has begun here. Answers that are
    /// kept for an `Idempotency-Key`, and turns that wait for their client, are forgotten with it; that a key
    /// was used stays, so that nobody is called twice.
    public CompletableFuture<Person> historyErased(Authority who, String id) {
        return changes.commit(who, change -> {
            Person person = person(change.sql(), id);
            who.require(Permission.CHANGE_PEOPLE, person.area(), "person");
            String owners = "(owner = ? OR owner IN (SELECT id FROM api_key WHERE person = ?))";
            change.sql().update("UPDATE idempotency SET sealed = NULL WHERE " + owners, "person:" + id, id);
            change.sql().update("DELETE FROM mixed_turn WHERE " + owners, "person:" + id, id);
            change.audited("history.erase", "person", id, person.organization(), null, null);
            return person;
        });
    }

    /// The same of an end user, whose name the audit must not hold.
    public CompletableFuture<Boolean> endUserErased(Authority who) {
        who.require(Permission.CHANGE_PEOPLE);
        return changes.commit(who, change -> {
            change.audited("history.erase", "end_user", "", who.organization(), null, null);
            return true;
        });
    }

    /// Nobody may lock everybody out.
    private static void keepAnOwner(Sql sql, Person before, Person after) throws SQLException {
        boolean was = before.role() == Role.OWNER && before.disabled() == null;
        boolean is = after.role() == Role.OWNER && after.disabled() == null;
        if (was
                && !is
                && sql.number(
                                "SELECT count(*) FROM person WHERE role = 'owner' AND disabled_ms IS NULL AND id <> ?",
                                before.id())
                        == 0) {
            throw new GatewayException(
                    Failure.of(FailureKind.INVALID_REQUEST, "This is the last owner; make another one an owner first.")
                            .withCode("last_owner"));
        }
    }

    private static void taken(Sql sql, String email, String id) throws SQLException {
        if (sql.number("SELECT count(*) FROM person WHERE email = ? AND id <> ?", email, id) > 0) {
            throw Names.taken("email", "Somebody has this address already");
        }
    }

    static Person person(Sql sql, String id) throws SQLException {
        Person person = sql.first("SELECT " + COLUMNS + " WHERE id = ?", People::read, id);
        if (person == null) {
            throw Authority.notFound("person");
        }
        return person;
    }

    static Person read(ResultSet row) throws SQLException {
        return new Person(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                Objects.requireNonNull(Role.of(row.getString(5))),
                row.getBoolean(6),
                row.getString(7),
                Instant.ofEpochMilli(row.getLong(8)),
                Moments.read(row, 9));
    }
}
