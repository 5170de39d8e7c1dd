package dev.gapura.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.access.Audit;
import dev.gapura.access.Authority;
import dev.gapura.config.ConfigException;
import dev.gapura.config.Problem;
import dev.gapura.config.ToolEntries;
import dev.gapura.config.ToolEntry;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.store.Database;
import dev.gapura.store.SealException;
import dev.gapura.store.Sealer;
import dev.gapura.store.Sql;
import dev.gapura.store.StoreException;
import dev.gapura.wire.JsonTree;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Server tools that were registered through the administration, beside those of the configuration file: entries of the
/// same members, sealed in the database as a whole, since parts of them are secrets. Every gateway asks for the number
/// of the last change twice a second. One instance a process; methods may be called on any thread and do not block.
public final class RegisteredTools implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RegisteredTools.class);

    private static final String PURPOSE = "server-tool";

    private static final Duration POLL = Duration.ofMillis(500);

    private final Database database;
    private final Sealer sealer;
    private final InstantSource clock;
    private final ReentrantLock looking = new ReentrantLock();
    private final Thread thread = Thread.ofVirtual().name("registered-tools").unstarted(this::watch);
    private volatile Runnable changed = () -> {};
    private volatile Map<String, ToolEntry> entries = Map.of();
    private volatile long revision = -1;
    /// What the listener took over last. Under `looking`.
    private Map<String, ToolEntry> told = Map.of();

    /// @param database the configuration's half
    /// @param sealer seals entries
    /// @param clock tells when something was changed
    public RegisteredTools(Database database, Sealer sealer, InstantSource clock) {
        this.database = database;
        this.sealer = sealer;
        this.clock = clock;
    }

    /// A tool as it is shown.
    ///
    /// @param entry with `***` in the place of secrets; null where it cannot be opened
    /// @param changedMillis when, in milliseconds since 1970
    /// @param changedBy who, as the audit names them
    public record Shown(String name, @Nullable ObjectNode entry, long changedMillis, String changedBy) {}

    private record Row(String name, String sealed, long changedMillis, String changedBy) {}

    /// Begins to ask for changes. Once, after the store was started.
    ///
    /// @param listener called after each change that was noticed, on a virtual thread; may block
    public void start(Runnable listener) {
        changed = listener;
        thread.start();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    /// Those that can be used, by name, as they were when the database last told.
    public Map<String, ToolEntry> entries() {
        return entries;
    }

    /// All of them, by name.
    public CompletableFuture<List<Shown>> list() {
        return database.read(RegisteredTools::rows)
                .thenApply(rows -> rows.stream().map(this::shown).toList());
    }

    /// Registers a tool.
    ///
    /// @return fails with a [GatewayException] where the entry is wrong or the name is taken
    public CompletableFuture<Shown> create(Authority who, String name, ObjectNode entry) {
        checked(name, entry);
        return commit((sql, now) -> {
            if (row(sql, name) != null) {
                throw refused(
                        FailureKind.INVALID_REQUEST,
                        "tool_exists",
                        "There is a tool '" + name + "' already. Change it with PATCH, or take another name.");
            }
            Row made = new Row(name, sealer.seal(PURPOSE, name, JsonTree.text(entry)), now.toEpochMilli(), who.actor());
            sql.update(
                    "INSERT INTO server_tool (name, entry, changed_ms, changed_by) VALUES (?, ?, ?, ?)",
                    made.name(),
                    made.sealed(),
                    made.changedMillis(),
                    made.changedBy());
            Audit.write(sql, now, who, "tool.create", "tool", name, null, null, EntrySecrets.masked(entry));
            return shown(made);
        });
    }

    /// Changes a tool: members of the patch replace those of the entry, null takes them out (RFC 7396).
    ///
    /// @return fails with a [GatewayException] where the outcome is wrong or there is no such tool
    public CompletableFuture<Shown> change(Authority who, String name, ObjectNode patch) {
        return commit((sql, now) -> {
            ObjectNode before = opened(found(sql, name));
            if (before == null) {
                throw refused(
                        FailureKind.INVALID_REQUEST,
                        "tool_unreadable",
                        "The tool '" + name + "' was sealed with another master key. Delete it and register it again.");
            }
            ObjectNode after = EntrySecrets.merged(before, patch);
            String misdirected = EntrySecrets.misdirected(before, patch, after);
            if (misdirected != null) {
                throw new GatewayException(Failure.invalid(
                        "entry",
                        "tools." + name + "." + misdirected + " holds a secret, and the entry would send it to another "
                                + "server than before. Send the secret along with the new address, or null to take it "
                                + "out."));
            }
            checked(name, after);
            Row made = new Row(name, sealer.seal(PURPOSE, name, JsonTree.text(after)), now.toEpochMilli(), who.actor());
            sql.update(
                    "UPDATE server_tool SET entry = ?, changed_ms = ?, changed_by = ? WHERE name = ?",
                    made.sealed(),
                    made.changedMillis(),
                    made.changedBy(),
                    name);
            Audit.write(
                    sql,
                    now,
                    who,
                    "tool.change",
                    "tool",
                    name,
                    null,
                    EntrySecrets.masked(before),
                    EntrySecrets.masked(after));
            return shown(made);
        });
    }

    /// Forgets a tool. Runs under way end by themselves.
    ///
    /// @return fails with a [GatewayException] where there is no such tool
    public CompletableFuture<Shown> delete(Authority who, String name) {
        return commit((sql, now) -> {
            Row row = found(sql, name);
            ObjectNode before = opened(row);
            sql.update("DELETE FROM server_tool WHERE name = ?", name);
            ObjectNode masked = before == null ? null : EntrySecrets.masked(before);
            Audit.write(sql, now, who, "tool.delete", "tool", name, null, masked, null);
            return shown(row);
        });
    }

    /// Writes down that somebody tries a tool out, before it runs.
    ///
    /// @param tool whole name, of a registered tool or one of the configuration file
    /// @param requestId under which the history has the run
    /// @return when, as soon as it is on disk; fails where the database is away
    public CompletableFuture<Instant> tested(Authority who, String tool, String requestId) {
        Instant now = clock.instant();
        return database.commit(sql -> {
            ObjectNode run = JsonTree.object().put("request_id", requestId);
            Audit.write(sql, now, who, "tool.test", "tool", tool, null, null, run);
            return now;
        });
    }

    @FunctionalInterface
    private interface Doing {
        Shown run(Sql sql, Instant now) throws SQLException;
    }

    private CompletableFuture<Shown> commit(Doing doing) {
        Instant now = clock.instant();
        return database.commit(sql -> {
                    sql.update("UPDATE server_tool_revision SET revision = revision + 1");
                    return doing.run(sql, now);
                })
                .thenCompose(done -> CompletableFuture.runAsync(
                                this::look, command -> Thread.ofVirtual().start(command))
                        .handle((known, away) -> done));
    }

    private static List<Row> rows(Sql sql) throws SQLException {
        return sql.list(
                "SELECT name, entry, changed_ms, changed_by FROM server_tool ORDER BY name",
                row -> new Row(row.getString(1), row.getString(2), row.getLong(3), row.getString(4)));
    }

    private static @Nullable Row row(Sql sql, String name) throws SQLException {
        return sql.first(
                "SELECT name, entry, changed_ms, changed_by FROM server_tool WHERE name = ?",
                row -> new Row(row.getString(1), row.getString(2), row.getLong(3), row.getString(4)),
                name);
    }

    private static Row found(Sql sql, String name) throws SQLException {
        Row row = row(sql, name);
        if (row == null) {
            throw refused(
                    FailureKind.NOT_FOUND,
                    "unknown_tool",
                    "No tool '" + name + "' was registered here. Tools of the configuration file are changed in it.");
        }
        return row;
    }

    private static GatewayException refused(FailureKind kind, String code, String message) {
        return new GatewayException(Failure.of(kind, message).withCode(code).withRetryable(false));
    }

    private static ToolEntry checked(String name, ObjectNode entry) {
        String missing = EntrySecrets.missing(entry);
        if (missing != null) {
            throw new GatewayException(Failure.invalid(
                    "entry",
                    "tools." + name + "." + missing + " holds ***, which hides a secret that is shown nowhere; write "
                            + "the secret itself."));
        }
        try {
            return ToolEntries.read(name, entry);
        } catch (ConfigException wrong) {
            String problems =
                    wrong.problems().stream().map(Problem::message).collect(Collectors.joining("; ", "", "."));
            throw new GatewayException(Failure.invalid("entry", problems));
        }
    }

    private Shown shown(Row row) {
        ObjectNode entry = opened(row);
        ObjectNode masked = entry == null ? null : EntrySecrets.masked(entry);
        return new Shown(row.name(), masked, row.changedMillis(), row.changedBy());
    }

    private @Nullable ObjectNode opened(Row row) {
        try {
            return (ObjectNode) JsonTree.readOrNull(
                    sealer.open(PURPOSE, row.name(), row.sealed()).reveal());
        } catch (SealException unreadable) {
            LOG.warn("the registered tool {} cannot be used: {}", row.name(), unreadable.getMessage());
            return null;
        }
    }

    private void watch() {
        boolean faulty = false;
        while (!Thread.currentThread().isInterrupted()) {
            try {
                look();
                faulty = false;
            } catch (StoreException away) {
                LOG.debug("registered tools were not looked at: {}", away.toString());
            } catch (RuntimeException fault) {
                // It is tried again twice a second; once is enough to read.
                LOG.atLevel(faulty ? Level.DEBUG : Level.WARN)
                        .setCause(fault)
                        .log("registered tools could not be taken over");
                faulty = true;
            }
            try {
                Thread.sleep(POLL);
            } catch (InterruptedException ended) {
                return;
            }
        }
    }

    /// Takes over what changed. Blocks.
    private void look() {
        looking.lock();
        try {
            long newest = Database.now(database.read(sql -> sql.number("SELECT revision FROM server_tool_revision")));
            if (newest == revision) {
                return;
            }
            Map<String, ToolEntry> found = new LinkedHashMap<>();
            for (Row row : Database.now(database.read(RegisteredTools::rows))) {
                ObjectNode entry = opened(row);
                ToolEntry read = entry == null ? null : usable(row.name(), entry);
                if (read != null) {
                    found.put(row.name(), read);
                }
            }
            entries = found;
            if (!found.equals(told)) {
                changed.run();
                told = found;
            }
            // Only now: what the listener could not take over is tried again.
            revision = newest;
        } finally {
            looking.unlock();
        }
    }

    /// An entry of another version may say what this one does not know.
    private static @Nullable ToolEntry usable(String name, ObjectNode entry) {
        try {
            return ToolEntries.read(name, entry);
        } catch (ConfigException wrong) {
            LOG.warn("the registered tool {} cannot be used: {}", name, wrong.getMessage());
            return null;
        }
    }
}
