package dev.gapura.access;

import dev.gapura.access.Changes.Change;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.store.Sql;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Logs people in and out. A session is 256 random bits in a cookie, of which the database has the hash: another one
/// after each login, ended by logging out, by a new password, when the person is disabled, after eight hours without
/// use, and after seven days. Futures fail as those of [ApiKeys] do. Any thread.
public final class Sessions {
    /// Without use.
    static final Duration IDLE = Duration.ofHours(8);
    /// From the login on.
    static final Duration LIFE = Duration.ofDays(7);

    private static final Duration COARSE = Duration.ofMinutes(1);
    private static final int LONGEST_TOKEN = 128;
    private static final int MOST_AGENT = 256;
    private static final String COLUMNS = "hash, method, created_ms, expires_ms, seen_ms, person FROM session";

    private final Changes changes;
    private final Passwords passwords;

    Sessions(Changes changes, Passwords passwords) {
        this.changes = changes;
        this.passwords = passwords;
    }

    private record Row(byte[] hash, String method, Instant created, Instant expires, Instant seen, String person) {}

    private record Account(String person, @Nullable String password) {}

    /// Logs somebody in by address and password. Says the same, after the same time, whether there is no
    /// such person, the person may not log in, or the password is another.
    public CompletableFuture<Session.Begun> begin(String email, String password, Session.Client client) {
        List<Throttle.Guest> guests = List.of(Throttle.Guest.account(email), Throttle.Guest.address(client.address()));
        return tried(guests)
                .thenCompose(counted -> changes.read(sql -> Optional.ofNullable(account(sql, email))))
                .thenCompose(account -> passwords
                        .matches(password, account.map(Account::password).orElse(null))
                        .thenCompose(right -> right
                                ? begin(account.orElseThrow().person(), "password", guests, client)
                                : CompletableFuture.failedFuture(wrong())));
    }

    /// Logs somebody in by a code, which is used up.
    public CompletableFuture<Session.Begun> begin(String code, Session.Client client) {
        List<Throttle.Guest> guests = List.of(Throttle.Guest.address(client.address()));
        if (code.isEmpty() || code.length() > LONGEST_TOKEN) {
            return tried(guests).thenCompose(counted -> CompletableFuture.failedFuture(wrong()));
        }
        return tried(guests)
                .thenCompose(counted -> changes.commitQuietly(sql -> Optional.ofNullable(
                        LoginCodes.take(sql, code, changes.now().toEpochMilli()))))
                .thenCompose(person -> person.isPresent()
                        ? begin(person.get(), "code", guests, client)
                        : CompletableFuture.failedFuture(wrong()));
    }

    /// Logs somebody in who comes back from an identity provider.
    ///
    /// @param callback as the login was begun with
    /// @param code that the provider gave
    /// @param state that it gave back
    /// @param pending what the browser has kept
    public CompletableFuture<Session.Begun> begin(
            OidcLogin oidc,
            String callback,
            String code,
            String state,
            @Nullable String pending,
            Session.Client client) {
        // Whoever makes up a way back has the gateway ask the provider.
        List<Throttle.Guest> guests = List.of(Throttle.Guest.address(client.address()));
        return tried(guests)
                .thenCompose(counted -> oidc.finish(callback, code, state, pending))
                .thenCompose(identity -> changes.commit(
                        Authority.GATEWAY, change -> Newcomers.person(change, identity, oidc.settings())))
                .thenCompose(person -> begin(person, "oidc", guests, client));
    }

    private CompletableFuture<Boolean> tried(List<Throttle.Guest> guests) {
        return changes.commitQuietly(sql -> {
            Throttle.begin(sql, guests, changes.now().toEpochMilli());
            return true;
        });
    }

    private static @Nullable Account account(Sql sql, String email) throws SQLException {
        return sql.first(
                "SELECT id, password FROM person WHERE email = ? AND password IS NOT NULL",
                row -> new Account(row.getString(1), row.getString(2)),
                Names.normal(email));
    }

    private static GatewayException wrong() {
        return new GatewayException(Failure.of(
                        FailureKind.UNAUTHENTICATED,
                        "This login is not right. Check the address and the password, or ask for a new code.")
                .withCode("login_failed")
                .withRetryable(false));
    }

    /// Begins a session of a person who has proved who they are.
    CompletableFuture<Session.Begun> begin(
            String person, String method, List<Throttle.Guest> guests, Session.Client client) {
        String token = Fresh.secret();
        return changes.commitQuietly(sql -> {
            Authority who = authority(sql, person, "person:" + person);
            if (who == null) {
                throw wrong();
            }
            Instant now = changes.now();
            Throttle.succeeded(sql, guests);
            if (client.former() != null) {
                sql.update("DELETE FROM session WHERE hash = ?", KeyHash.of(client.former()));
            }
            sql.update("DELETE FROM session WHERE expires_ms <= ?", now.toEpochMilli());
            byte[] hash = KeyHash.of(token);
            Instant expires = now.plus(LIFE);
            String agent = client.userAgent();
            sql.update(
                    "INSERT INTO session (hash, person, created_ms, seen_ms, expires_ms, method, client, user_agent)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    hash,
                    person,
                    now.toEpochMilli(),
                    now.toEpochMilli(),
                    expires.toEpochMilli(),
                    method,
                    client.address(),
                    agent == null ? null : agent.substring(0, Math.min(agent.length(), MOST_AGENT)));
            Person found = People.person(sql, person);
            Audit.write(sql, now, who, "session.begin", "person", person, found.organization(), null, null);
            Row row = new Row(hash, method, now, expires, now, person);
            return new Session.Begun(session(row, found, who, token, newestKey(sql, person, now)), token);
        });
    }

    /// The session of a token; empty where it is none, or has ended.
    public CompletableFuture<Optional<Session>> find(String token) {
        if (token.isEmpty() || token.length() > LONGEST_TOKEN) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        Instant now = changes.now();
        byte[] hash = KeyHash.of(token);
        return changes.read(sql -> find(sql, hash, token, now));
    }

    private Optional<Session> find(Sql sql, byte[] hash, String token, Instant now) throws SQLException {
        Row row = sql.first("SELECT " + COLUMNS + " WHERE hash = ?", Sessions::row, hash);
        if (row == null || !row.expires().isAfter(now) || !row.seen().plus(IDLE).isAfter(now)) {
            return Optional.empty();
        }
        Authority who = authority(sql, row.person(), "person:" + row.person());
        if (who == null) {
            return Optional.empty();
        }
        if (!row.seen().plus(COARSE).isAfter(now)) {
            seen(hash, now);
        }
        Principal key = newestKey(sql, row.person(), now);
        return Optional.of(session(row, People.person(sql, row.person()), who, token, key));
    }

    /// The key that a person made last, of those that may call.
    private static @Nullable Principal newestKey(Sql sql, String person, Instant now) throws SQLException {
        return sql.first(
                KeyRing.KEYS + " WHERE person = ? AND revoked_ms IS NULL AND (expires_ms IS NULL OR expires_ms > ?)"
                        + " AND NOT EXISTS (SELECT 1 FROM team WHERE id = api_key.team AND disabled_ms IS NOT NULL)"
                        + " ORDER BY id DESC LIMIT 1",
                KeyRing::principal,
                person,
                now.toEpochMilli());
    }

    /// Nobody waits for it, and whether it succeeds matters little.
    private void seen(byte[] hash, Instant now) {
        changes.commitQuietly(sql -> sql.update(
                        "UPDATE session SET seen_ms = ? WHERE hash = ? AND seen_ms < ?",
                        now.toEpochMilli(),
                        hash,
                        now.toEpochMilli()))
                .exceptionally(away -> 0);
    }

    /// What the person of a key may do with it, where the key may be used for that at all; empty where the
    /// key is nobody's.
    public CompletableFuture<Optional<Authority>> authority(Principal principal) {
        String person = principal.holder().person();
        return person == null
                ? CompletableFuture.completedFuture(Optional.empty())
                : changes.read(sql -> Optional.ofNullable(
                        authority(sql, person, "key:" + principal.holder().keyId())));
    }

    /// What a person may do; null where the person may do nothing at all.
    private static @Nullable Authority authority(Sql sql, String id, String actor) throws SQLException {
        Person person = People.person(sql, id);
        Organization organization = Organizations.organization(sql, person.organization());
        if (person.disabled() != null || organization.disabled() != null) {
            return null;
        }
        Set<String> teams = new HashSet<>();
        Set<String> led = new HashSet<>();
        sql.list(
                "SELECT membership.team, membership.role FROM membership WHERE membership.person = ?",
                row -> {
                    teams.add(row.getString(1));
                    return row.getString(2).equals("admin") && led.add(row.getString(1));
                },
                id);
        return Authority.of(actor, person, teams, led);
    }

    /// Ends a session.
    public CompletableFuture<Integer> end(String token) {
        return changes.commitQuietly(sql -> sql.update("DELETE FROM session WHERE hash = ?", KeyHash.of(token)));
    }

    /// Sessions of a person, the newest first: one's own, or those of somebody whom one may change.
    public CompletableFuture<List<Session.Listed>> list(Authority who, String person) {
        return changes.read(sql -> {
            own(sql, who, person);
            Instant now = changes.now();
            return sql.list(
                    "SELECT hash, method, created_ms, seen_ms, expires_ms, client, user_agent FROM session"
                            + " WHERE person = ? AND expires_ms > ? AND seen_ms > ? ORDER BY created_ms DESC",
                    row -> new Session.Listed(
                            id(row.getBytes(1)),
                            row.getString(2),
                            Instant.ofEpochMilli(row.getLong(3)),
                            Instant.ofEpochMilli(row.getLong(4)),
                            Instant.ofEpochMilli(row.getLong(5)),
                            row.getString(6),
                            row.getString(7)),
                    person,
                    now.toEpochMilli(),
                    now.minus(IDLE).toEpochMilli());
        });
    }

    /// Ends sessions of a person.
    ///
    /// @param id of the one, null: all
    public CompletableFuture<Integer> end(Authority who, String person, @Nullable String id) {
        return changes.commit(who, change -> {
            Person found = own(change.sql(), who, person);
            List<byte[]> ended = new ArrayList<>();
            for (byte[] hash :
                    change.sql().list("SELECT hash FROM session WHERE person = ?", row -> row.getBytes(1), person)) {
                if (id == null || id.equals(id(hash))) {
                    ended.add(hash);
                }
            }
            if (id != null && ended.isEmpty()) {
                throw Authority.notFound("session");
            }
            for (byte[] hash : ended) {
                change.sql().update("DELETE FROM session WHERE hash = ?", hash);
            }
            change.audited("session.end", "person", person, found.organization(), null, null);
            return ended.size();
        });
    }

    private static Person own(Sql sql, Authority who, String id) throws SQLException {
        Person person = People.person(sql, id);
        if (!id.equals(who.person())) {
            who.require(Permission.CHANGE_PEOPLE, person.area(), "person");
        }
        return person;
    }

    /// Sets the password of whoever is logged in, and ends their other sessions.
    ///
    /// @param current the password so far; not asked for where there is none, as after a code
    public CompletableFuture<Boolean> setPassword(
            Session session, String token, @Nullable String current, String password) {
        Passwords.check(password);
        String person = session.person().id();
        List<Throttle.Guest> guests =
                List.of(Throttle.Guest.account(session.person().email()));
        return changes.read(
                        sql -> Optional.ofNullable(account(sql, session.person().email())))
                .thenCompose(account -> account.isEmpty()
                        ? CompletableFuture.completedFuture(true)
                        : tried(guests)
                                .thenCompose(counted -> passwords.matches(
                                        current == null ? "" : current,
                                        account.get().password())))
                .thenCompose(right -> right ? passwords.hash(password) : CompletableFuture.failedFuture(wrong()))
                .thenCompose(hash -> changes.commit(session.authority(), change -> {
                    setPassword(change, person, hash, token);
                    Throttle.succeeded(change.sql(), guests);
                    return true;
                }));
    }

    private static void setPassword(Change change, String id, String hash, String token) throws SQLException {
        Person before = People.person(change.sql(), id);
        change.sql().update("UPDATE person SET password = ?, revision = ? WHERE id = ?", hash, change.revision(), id);
        change.sql().update("DELETE FROM session WHERE person = ? AND hash <> ?", id, KeyHash.of(token));
        change.sql().update("DELETE FROM login_code WHERE person = ?", id);
        Person after = People.person(change.sql(), id);
        change.audited("person.password", "person", id, before.organization(), before.json(), after.json());
    }

    private static Session session(Row row, Person person, Authority who, String token, @Nullable Principal key) {
        return new Session(id(row.hash()), person, who, csrf(token), row.method(), row.created(), row.expires(), key);
    }

    private static String id(byte[] hash) {
        return HexFormat.of().formatHex(KeyHash.of("session " + HexFormat.of().formatHex(hash)), 0, 8);
    }

    /// Follows from the token, which no other page can read.
    static String csrf(String token) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(KeyHash.of("csrf " + token));
    }

    /// Whether a request brought the token that belongs to its session.
    public static boolean mayChange(Session session, @Nullable String csrf) {
        return csrf != null
                && MessageDigest.isEqual(
                        session.csrf().getBytes(StandardCharsets.US_ASCII), csrf.getBytes(StandardCharsets.UTF_8));
    }

    private static Row row(ResultSet row) throws SQLException {
        return new Row(
                row.getBytes(1),
                row.getString(2),
                Instant.ofEpochMilli(row.getLong(3)),
                Instant.ofEpochMilli(row.getLong(4)),
                Instant.ofEpochMilli(row.getLong(5)),
                Objects.requireNonNull(row.getString(6)));
    }
}
