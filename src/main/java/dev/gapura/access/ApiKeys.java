package dev.gapura.access;

import dev.gapura.access.Changes.Change;
import dev.gapura.failure.Failure;
import dev.gapura.failure.GatewayException;
import dev.gapura.store.Kind;
import dev.gapura.store.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Makes, lists, changes, rotates and revokes keys of the database. Every method asks [Authority] first; a future that
/// fails does so with a [GatewayException] for what is wrong, or a [dev.gapura.store.StoreException] while the database
/// is away. Any thread.
public final class ApiKeys {
    /// Longest time in which an old secret and a new one both work.
    static final Duration LONGEST_OVERLAP = Duration.ofDays(30);

    private static final String COLUMNS =
            "api_key.id, api_key.organization, api_key.team, api_key.person, api_key.name, api_key.created_ms,"
                    + " api_key.created_by, api_key.expires_ms, api_key.revoked_ms, api_key.policy,"
                    + " (SELECT prefix FROM key_secret WHERE api_key = api_key.id AND until_ms IS NULL),"
                    + " (SELECT last_ms FROM key_use WHERE api_key = api_key.id), person.role, person.name,"
                    + " person.email, team.name FROM api_key LEFT JOIN person ON person.id = api_key.person"
                    + " LEFT JOIN team ON team.id = api_key.team";
    /// What keys are searched in, besides their prefix and their whole id.
    private static final List<String> SEARCHED = List.of("api_key.name", "person.name", "person.email", "team.name");

    private final Changes changes;

    ApiKeys(Changes changes) {
        this.changes = changes;
    }

    /// A key, with the role of its person.
    ///
    /// @param owners name and address of its person, name of its team; without those that it has not
    private record Row(ApiKey key, @Nullable Role role, List<String> owners) {
        Area area() {
            return Area.of(key.holder(), role);
        }

        List<String> searched() {
            List<String> texts = new ArrayList<>(owners);
            Collections.addAll(texts, key.name(), key.prefix(), key.id());
            return texts;
        }
    }

    /// Makes a key. Its secret is in the result and nowhere else.
    public CompletableFuture<ApiKey.Created> create(Authority who, ApiKey.Draft draft) {
        String name = Names.checked("name", draft.name());
        String secret = KeyStore.KEY_START + Fresh.secret();
        return changes.commit(who, change -> create(change, draft, name, secret));
    }

    static ApiKey.Created create(Change change, ApiKey.Draft draft, String name, String secret) throws SQLException {
        Sql sql = change.sql();
        String organization = organization(change.who(), draft);
        String person = person(change.who(), draft);
        Role role = check(sql, change.who(), organization, draft.team(), person);
        if (draft.expires() != null && !draft.expires().isAfter(change.now())) {
            throw new GatewayException(Failure.invalid("expires", "expires must be in the future."));
        }
        taken(sql, organization, name, "");
        Principal.Holder holder =
                new Principal.Holder(Fresh.id("key", change.millis()), organization, draft.team(), person);
        String what = person != null ? "person" : draft.team() != null ? "team" : "organization";
        change.who().require(Permission.CHANGE_KEYS, Area.of(holder, role), what);
        ApiKey key = new ApiKey(
                holder,
                name,
                KeyHash.visiblePrefix(secret),
                change.now(),
                change.who().actor(),
                draft.expires(),
                null,
                null,
                draft.policy());
        sql.update(
                "INSERT INTO api_key (id, organization, team, person, name, created_ms, created_by, expires_ms, policy,"
                        + " revision) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                key.id(),
                organization,
                draft.team(),
                person,
                name,
                change.millis(),
                key.createdBy(),
                Moments.millis(key.expires()),
                key.policy().text(),
                change.revision());
        insertSecret(change, key.id(), secret);
        change.audited("key.create", "key", key.id(), organization, null, key.json());
        return new ApiKey.Created(key, secret);
    }

    private static String organization(Authority who, ApiKey.Draft draft) {
        return draft.organization() == null
                ? Objects.requireNonNullElse(who.organization(), Principal.DEFAULT_ORGANIZATION)
                : draft.organization();
    }

    private static @Nullable String person(Authority who, ApiKey.Draft draft) {
        boolean ownOnly =
                who.role() == Role.MEMBER && (draft.team() == null || !who.led().contains(draft.team()));
        return draft.person() == null && ownOnly ? who.person() : draft.person();
    }

    /// Whether the team and the person are there and of that organization.
    ///
    /// @return role of the person
    private static @Nullable Role check(
            Sql sql, Authority who, String organization, @Nullable String team, @Nullable String person)
            throws SQLException {
        boolean known = sql.number("SELECT count(*) FROM organization WHERE id = ?", organization) == 1;
        if (!known || !who.may(Permission.READ_ORGANIZATIONS, Area.organization(organization))) {
            throw Authority.notFound("organization");
        }
        if (team != null
                && (!who.may(Permission.READ_TEAMS, Area.team(organization, team))
                        || sql.number("SELECT count(*) FROM team WHERE id = ? AND organization = ?", team, organization)
                                == 0)) {
            throw Authority.notFound("team");
        }
        if (person == null) {
            return null;
        }
        String role = sql.first(
                "SELECT role FROM person WHERE id = ? AND organization = ?",
                row -> row.getString(1),
                person,
                organization);
        if (role == null) {
            throw Authority.notFound("person");
        }
        return Role.of(role);
    }

    private static void taken(Sql sql, String organization, String name, String id) throws SQLException {
        if (sql.number(
                        "SELECT count(*) FROM api_key WHERE organization = ? AND name = ? AND revoked_ms IS NULL"
                                + " AND id <> ?",
                        organization,
                        name,
                        id)
                > 0) {
            throw Names.taken("name", "A key that was not revoked is named '" + name + "' here");
        }
    }

    private static void insertSecret(Change change, String key, String secret) throws SQLException {
        change.sql()
                .update(
                        "INSERT INTO key_secret (hash, api_key, prefix, created_ms, revision) VALUES (?, ?, ?, ?, ?)",
                        KeyHash.of(secret),
                        key,
                        KeyHash.visiblePrefix(secret),
                        change.millis(),
                        change.revision());
    }

    /// Which keys are wanted. Null members: any.
    ///
    /// @param search part of a name, of the visible beginning of a secret, or of who has the key; or a whole id
    /// @param before only keys made before this one, an id
    /// @param revoked whether revoked ones are wanted too
    public record Query(
            @Nullable String organization,
            @Nullable String team,
            @Nullable String person,
            @Nullable String name,
            @Nullable String search,
            boolean revoked,
            @Nullable String before,
            int limit) {
        /// The newest keys.
        public static Query newest(int limit) {
            return new Query(null, null, null, null, null, false, null, limit);
        }
    }

    /// Keys that whoever asks may know of, the newest first.
    public CompletableFuture<Page<ApiKey>> list(Authority who, Query query) {
        who.require(Permission.READ_KEYS);
        Search search = Search.of(query.search());
        return changes.read(sql -> {
            Conditions where = conditions(who, query);
            String oldest = null;
            if (search != null) {
                oldest = Search.bound(sql, "api_key", where);
                search(sql.kind(), search, where);
            }
            List<Row> found = sql.list(
                    "SELECT " + COLUMNS + where.text() + " ORDER BY api_key.id DESC LIMIT " + (query.limit() + 1),
                    ApiKeys::row,
                    where.values());
            Page<Row> page = Search.page(
                    search, found, query.limit(), oldest, row -> row.key().id(), Row::searched);
            return new Page<>(page.rows().stream().map(Row::key).toList(), page.next());
        });
    }

    private static Conditions conditions(Authority who, Query query) {
        Conditions where = new Conditions();
        where.is("api_key.organization", query.organization());
        where.is("api_key.team", query.team());
        where.is("api_key.person", query.person());
        where.is("api_key.name", query.name());
        if (query.before() != null) {
            where.add("api_key.id < ?", query.before());
        }
        if (!query.revoked()) {
            where.add("api_key.revoked_ms IS NULL");
        }
        // The history's scope is that of keys: whoever sees a key sees what was done with it.
        where.scope(who.requests(), "api_key");
        return where;
    }

    private static void search(Kind kind, Search search, Conditions where) {
        List<Object> values = new ArrayList<>(Collections.nCopies(SEARCHED.size(), search.pattern()));
        String condition = Search.like(kind, SEARCHED) + " OR api_key.id = ?";
        values.add(search.part());
        // What every secret begins with tells none from another.
        if (!KeyStore.KEY_START.contains(search.part())) {
            condition += " OR EXISTS (SELECT 1 FROM key_secret WHERE api_key = api_key.id AND until_ms IS NULL AND "
                    + Search.like(kind, "prefix") + ")";
            values.add(search.pattern());
        }
        where.add("(" + condition + ")", values.toArray());
    }

    /// One key.
    public CompletableFuture<ApiKey> get(Authority who, String id) {
        return changes.read(sql -> {
            Row row = row(sql, id);
            who.require(Permission.READ_KEYS, row.area(), "key");
            return row.key();
        });
    }

    /// Gives a key another name, policy and end. It keeps its secret.
    ///
    /// @param name null: as it is
    /// @param policy null: as it is
    /// @param expires null: as it is; [Instant#MAX]: never
    public CompletableFuture<ApiKey> change(
            Authority who, String id, @Nullable String name, @Nullable Policy policy, @Nullable Instant expires) {
        String newName = name == null ? null : Names.checked("name", name);
        return changes.commit(who, change -> {
            Row row = changeable(change, id);
            ApiKey key = row.key();
            ApiKey changed = new ApiKey(
                    key.holder(),
                    newName == null ? key.name() : newName,
                    key.prefix(),
                    key.created(),
                    key.createdBy(),
                    expires == null ? key.expires() : expires.equals(Instant.MAX) ? null : expires,
                    null,
                    key.used(),
                    policy == null ? key.policy() : policy);
            taken(change.sql(), Objects.requireNonNull(key.holder().organization()), changed.name(), id);
            change.sql()
                    .update(
                            "UPDATE api_key SET name = ?, expires_ms = ?, policy = ?, revision = ? WHERE id = ?",
                            changed.name(),
                            Moments.millis(changed.expires()),
                            changed.policy().text(),
                            change.revision(),
                            id);
            audited(change, "key.change", key, changed);
            return changed;
        });
    }

    /// Ends a key, now and for good. A key that was revoked stays as it is.
    public CompletableFuture<ApiKey> revoke(Authority who, String id) {
        return changes.commit(who, change -> {
            Row row = row(change.sql(), id);
            change.who().require(Permission.CHANGE_KEYS, row.area(), "key");
            ApiKey key = row.key();
            if (key.revoked() != null) {
                return key;
            }
            change.sql()
                    .update(
                            "UPDATE api_key SET revoked_ms = ?, revision = ? WHERE id = ?",
                            change.millis(),
                            change.revision(),
                            id);
            ApiKey revoked = new ApiKey(
                    key.holder(),
                    key.name(),
                    key.prefix(),
                    key.created(),
                    key.createdBy(),
                    key.expires(),
                    change.now(),
                    key.used(),
                    key.policy());
            audited(change, "key.revoke", key, revoked);
            return revoked;
        });
    }

    /// Gives a key a new secret; the ones it has go on working for a while.
    ///
    /// @param overlap how long, at most thirty days; zero: not at all
    public CompletableFuture<ApiKey.Created> rotate(Authority who, String id, Duration overlap) {
        if (overlap.isNegative() || overlap.compareTo(LONGEST_OVERLAP) > 0) {
            throw new GatewayException(
                    Failure.invalid("overlap", "overlap must be from 0 s to " + LONGEST_OVERLAP.toDays() + " days."));
        }
        String secret = KeyStore.KEY_START + Fresh.secret();
        return changes.commit(who, change -> {
            ApiKey key = changeable(change, id).key();
            long until = change.now().plus(overlap).toEpochMilli();
            change.sql()
                    .update(
                            "UPDATE key_secret SET until_ms = ?, revision = ? WHERE api_key = ?"
                                    + " AND (until_ms IS NULL OR until_ms > ?)",
                            until,
                            change.revision(),
                            id,
                            until);
            insertSecret(change, id, secret);
            change.sql().update("UPDATE api_key SET revision = ? WHERE id = ?", change.revision(), id);
            ApiKey rotated = new ApiKey(
                    key.holder(),
                    key.name(),
                    KeyHash.visiblePrefix(secret),
                    key.created(),
                    key.createdBy(),
                    key.expires(),
                    null,
                    key.used(),
                    key.policy());
            audited(change, "key.rotate", key, rotated);
            return new ApiKey.Created(rotated, secret);
        });
    }

    private static Row changeable(Change change, String id) throws SQLException {
        Row row = row(change.sql(), id);
        change.who().require(Permission.CHANGE_KEYS, row.area(), "key");
        if (row.key().revoked() != null) {
            throw new GatewayException(
                    Failure.invalid("id", "The key was revoked; make another.").withCode("key_revoked"));
        }
        return row;
    }

    private static void audited(Change change, String action, ApiKey before, ApiKey after) throws SQLException {
        change.audited(action, "key", after.id(), after.holder().organization(), before.json(), after.json());
    }

    private static Row row(Sql sql, String id) throws SQLException {
        Row row = sql.first("SELECT " + COLUMNS + " WHERE api_key.id = ?", ApiKeys::row, id);
        if (row == null) {
            throw Authority.notFound("key");
        }
        return row;
    }

    private static Row row(ResultSet row) throws SQLException {
        Principal.Holder holder =
                new Principal.Holder(row.getString(1), row.getString(2), row.getString(3), row.getString(4));
        String role = row.getString(13);
        ApiKey key = new ApiKey(
                holder,
                row.getString(5),
                Objects.requireNonNullElse(row.getString(11), ""),
                Instant.ofEpochMilli(row.getLong(6)),
                row.getString(7),
                Moments.read(row, 8),
                Moments.read(row, 9),
                Moments.read(row, 12),
                Policy.stored(row.getString(10)));
        List<String> owners = Stream.of(row.getString(14), row.getString(15), row.getString(16))
                .filter(Objects::nonNull)
                .toList();
        return new Row(key, role == null ? null : Role.of(role), owners);
    }
}
