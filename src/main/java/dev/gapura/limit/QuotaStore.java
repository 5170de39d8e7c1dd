package dev.gapura.limit;

import dev.gapura.access.Area;
import dev.gapura.access.Audit;
import dev.gapura.access.Authority;
import dev.gapura.access.Permission;
import dev.gapura.access.Principal;
import dev.gapura.access.Role;
import dev.gapura.config.Quota;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.store.Database;
import dev.gapura.store.Sql;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The quotas of the database: set and listed here, each change with its row in the audit, and polled, so that every
/// gateway knows them within half a second. Any thread.
public final class QuotaStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QuotaStore.class);

    private static final long POLL_MILLIS = 500;
    private static final int LONGEST_ID = 512;
    private static final String NUMBERS =
            "requests_per_minute, requests_per_day, tokens_per_minute, tokens_per_day, concurrent, nano_usd_per_day,"
                    + " nano_usd_per_month, nano_usd_total";
    private static final String INSERT =
            "INSERT INTO quota (scope, " + NUMBERS + ", revision) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String NEXT = "INSERT INTO revision (name, value) VALUES ('quota', 1)"
            + " ON CONFLICT (name) DO UPDATE SET value = revision.value + 1 RETURNING value";

    private final Database database;
    private final QuotaBook book;
    private final Change change;
    private final InstantSource clock;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("limits").daemon().factory());
    private volatile long known = -1;
    private volatile boolean asking;
    private @Nullable CompletableFuture<Void> telling;

    /// What a change of a quota brings along, in its transaction.
    @FunctionalInterface
    public interface Change {
        /// @param before [Quota#NONE] where there was none
        void happened(Sql sql, Scope scope, Quota before, Quota now) throws SQLException;
    }

    /// @param database of the configuration
    /// @param book is told what there is
    /// @param change is told what changes
    public QuotaStore(Database database, QuotaBook book, Change change, InstantSource clock) {
        this.database = database;
        this.book = book;
        this.change = change;
        this.clock = clock;
    }

    /// Begins to ask for changes; once, after the store was started.
    public void start() {
        thread.scheduleWithFixedDelay(this::poll, 0, POLL_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void poll() {
        if (asking || !database.up()) {
            return;
        }
        asking = true;
        refresh().whenComplete((done, failed) -> {
            asking = false;
            if (failed != null) {
                LOG.debug("the quotas could not be asked for", failed);
            }
        });
    }

    /// Tells the book, once for all that ask meanwhile. Whoever waits sets a limit of their own.
    ///
    /// @return fails while the database is away
    public CompletableFuture<Void> tell() {
        synchronized (this) {
            if (telling == null || telling.isDone()) {
                telling = refresh();
            }
            return telling.copy();
        }
    }

    private record Read(long revision, Map<Scope, Quota> all) {}

    private CompletableFuture<Void> refresh() {
        long before = known;
        return database.read(sql -> {
                    long revision = revision(sql);
                    return revision == before ? new Read(before, Map.of()) : new Read(revision, all(sql));
                })
                .thenAccept(read -> take(before, read));
    }

    private synchronized void take(long before, Read read) {
        if (read.revision() != before && read.revision() > known) {
            known = read.revision();
            book.stored(read.all());
        }
    }

    /// Every quota that somebody may see.
    public CompletableFuture<Map<Scope, Quota>> list(Authority who) {
        who.require(Permission.READ_LIMITS);
        return database.read(sql -> {
            Map<Scope, Quota> seen = new LinkedHashMap<>();
            for (Map.Entry<Scope, Quota> each : all(sql).entrySet()) {
                Area area = area(sql, each.getKey());
                if (area != null && who.may(Permission.READ_LIMITS, area)) {
                    seen.put(each.getKey(), each.getValue());
                }
            }
            return seen;
        });
    }

    /// A quota that holds now.
    ///
    /// @param configured whether it stands in the configuration file, which goes before what the database says
    public record InForce(Limited limited, boolean configured) {}

    /// Quotas of file and database that hold now and that somebody may see, by scope.
    ///
    /// @param from only those after this one, as [Scope#text] writes it; null: from the first
    /// @param only null: of every scope
    /// @param most how many at most
    public CompletableFuture<List<InForce>> inForce(
            Authority who, @Nullable String from, @Nullable Scope only, int most) {
        who.require(Permission.READ_LIMITS);
        Map<Scope, Boolean> now = book.configured();
        Map<Scope, Quota> quotas = book.quotas().all();
        return database.read(sql -> {
            List<InForce> seen = new ArrayList<>();
            for (Map.Entry<Scope, Boolean> each : now.entrySet()) {
                Scope scope = each.getKey();
                Quota quota = quotas.get(scope);
                boolean wanted =
                        (from == null || scope.text().compareTo(from) > 0) && (only == null || scope.equals(only));
                if (quota == null || !wanted) {
                    continue;
                }
                Area area = area(sql, scope);
                // A key of the file belongs to nobody in the database.
                Area owner = area == null && each.getValue() ? Area.GATEWAY : area;
                if (owner != null && who.may(Permission.READ_LIMITS, owner)) {
                    seen.add(new InForce(new Limited(scope, quota), each.getValue()));
                    if (seen.size() == most) {
                        break;
                    }
                }
            }
            return seen;
        });
    }

    /// The quota of one scope; [Quota#NONE] where there is none.
    public CompletableFuture<Quota> get(Authority who, Scope scope) {
        return database.read(sql -> {
            who.require(Permission.READ_LIMITS, required(sql, scope), what(scope));
            return read(sql, scope);
        });
    }

    /// Sets the whole quota of a scope; [Quota#NONE] ends it. What the configuration says of a scope goes
    /// before it.
    ///
    /// @return what holds now; fails with a [GatewayException] for what is wrong
    public CompletableFuture<Quota> set(Authority who, Scope scope, Quota quota) {
        checked(scope);
        Instant now = clock.instant();
        return database.commit(sql -> {
                    Area area = required(sql, scope);
                    who.require(Permission.CHANGE_LIMITS, area, what(scope));
                    // Holds the row until the end of the transaction: numbers are in the order of commits.
                    long revision = sql.number(NEXT);
                    Quota before = read(sql, scope);
                    sql.update("DELETE FROM quota WHERE scope = ?", scope.text());
                    if (!quota.isNone()) {
                        insert(sql, scope, quota, revision);
                    }
                    change.happened(sql, scope, before, quota);
                    Audit.write(
                            sql,
                            now,
                            who,
                            quota.isNone() ? "limit.delete" : "limit.set",
                            "limit",
                            audited(scope),
                            area.organization(),
                            before.isNone() ? null : QuotaJson.of(before),
                            quota.isNone() ? null : QuotaJson.of(quota));
                    return quota;
                })
                .thenCompose(set -> refresh().handle((refreshed, away) -> set));
    }

    /// The audit cannot forget, so it holds no name of an end user: those who know one find it by its SHA-256.
    private static String audited(Scope scope) {
        int slash = scope.id().indexOf('/');
        if (scope.kind() != Scope.Kind.END_USER || slash < 0) {
            return scope.text();
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(scope.id().substring(slash + 1).getBytes(StandardCharsets.UTF_8));
            String name = "sha256-" + HexFormat.of().formatHex(digest);
            return new Scope(scope.kind(), scope.id().substring(0, slash + 1) + name).text();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    private static void checked(Scope scope) {
        boolean named = scope.kind() != Scope.Kind.EVERYONE;
        if (named == scope.id().isEmpty() || scope.id().length() > LONGEST_ID) {
            throw new GatewayException(Failure.invalid(
                    "id", "id must name one " + what(scope) + ", in at most " + LONGEST_ID + " characters."));
        }
    }

    private static void insert(Sql sql, Scope scope, Quota quota, long revision) throws SQLException {
        sql.update(
                INSERT,
                scope.text(),
                quota.requestsPerMinute(),
                quota.requestsPerDay(),
                quota.tokensPerMinute(),
                quota.tokensPerDay(),
                quota.concurrent(),
                quota.nanoUsdPerDay(),
                quota.nanoUsdPerMonth(),
                quota.nanoUsdTotal(),
                revision);
    }

    private static long revision(Sql sql) throws SQLException {
        return sql.number("SELECT value FROM revision WHERE name = 'quota'");
    }

    private static Map<Scope, Quota> all(Sql sql) throws SQLException {
        Map<Scope, Quota> all = new LinkedHashMap<>();
        sql.list(
                "SELECT " + NUMBERS + ", scope FROM quota ORDER BY scope",
                row -> all.put(Scope.parse(row.getString(9)), quota(row)));
        return all;
    }

    private static Quota read(Sql sql, Scope scope) throws SQLException {
        Quota quota = sql.first("SELECT " + NUMBERS + " FROM quota WHERE scope = ?", QuotaStore::quota, scope.text());
        return quota == null ? Quota.NONE : quota;
    }

    private static Quota quota(ResultSet row) throws SQLException {
        return new Quota(
                number(row, 1),
                number(row, 2),
                number(row, 3),
                number(row, 4),
                number(row, 5),
                number(row, 6),
                number(row, 7),
                number(row, 8));
    }

    private static @Nullable Long number(ResultSet row, int column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : (Long) value;
    }

    private static Area required(Sql sql, Scope scope) throws SQLException {
        Area area = area(sql, scope);
        if (area == null) {
            throw new GatewayException(Failure.of(FailureKind.NOT_FOUND, "There is no such " + what(scope) + ".")
                    .withCode(what(scope) + "_not_found")
                    .withRetryable(false));
        }
        return area;
    }

    /// Where a scope belongs; null where there is no such thing.
    private static @Nullable Area area(Sql sql, Scope scope) throws SQLException {
        return switch (scope.kind()) {
            case KEY ->
                sql.first(
                        "SELECT api_key.organization, api_key.team, api_key.person, person.role FROM api_key"
                                + " LEFT JOIN person ON person.id = api_key.person WHERE api_key.id = ?",
                        row -> Area.of(
                                new Principal.Holder(scope.id(), row.getString(1), row.getString(2), row.getString(3)),
                                role(row.getString(4))),
                        scope.id());
            case PERSON ->
                scope.id().equals(Quotas.EACH)
                        ? Area.GATEWAY
                        : sql.first(
                                "SELECT organization, role FROM person WHERE id = ?",
                                row -> Area.of(
                                        new Principal.Holder("", row.getString(1), null, scope.id()),
                                        role(row.getString(2))),
                                scope.id());
            case TEAM ->
                sql.first(
                        "SELECT organization FROM team WHERE id = ?",
                        row -> Area.team(row.getString(1), scope.id()),
                        scope.id());
            case ORGANIZATION ->
                sql.first(
                        "SELECT id FROM organization WHERE id = ?",
                        row -> Area.organization(row.getString(1)),
                        scope.id());
            case MODEL, END_USER, EVERYONE -> Area.GATEWAY;
        };
    }

    private static @Nullable Role role(@Nullable String text) {
        return text == null ? null : Role.valueOf(text.toUpperCase(java.util.Locale.ROOT));
    }

    private static String what(Scope scope) {
        return scope.kind().text();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
