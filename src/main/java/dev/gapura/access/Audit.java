package dev.gapura.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.store.Database;
import dev.gapura.store.Sql;
import dev.gapura.wire.JsonTree;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The record of every change: written in the same transaction as the change, read by owners and administrators. Each
/// row holds the SHA-256 of itself and the row before, so that a row that is changed, taken out or put in shows; what
/// is cut off at the end does not, unless somebody keeps the newest hash elsewhere.
///
/// Rows name people and keys by their ids and hold neither secrets nor addresses of people, so that a person can be
/// forgotten without breaking the chain.
public final class Audit {
    private static final String COLUMNS = "id, time_ms, actor, action, kind, object, organization, detail, hash";
    private static final byte[] BEGIN = new byte[32];
    private static final int VERIFIED_AT_ONCE = 1_000;

    private final Database database;

    Audit(Database database) {
        this.database = database;
    }

    /// Writes down that somebody looks at what others say to each other. Any thread.
    ///
    /// @param id of the request that is watched
    /// @param organization of its key
    public CompletableFuture<Boolean> watches(Authority who, String id, @Nullable String organization) {
        return database.commit(sql -> {
            write(sql, Instant.now(), who, "request.watch", "request", id, organization, null, null);
            return true;
        });
    }

    /// One change.
    ///
    /// @param id counts from one without a gap
    /// @param actor who did it, as [Authority#actor]
    /// @param action such as `key.revoke`
    /// @param kind what was changed, such as `key`
    /// @param object its id
    /// @param organization that it belongs to, null for the gateway as a whole
    /// @param detail JSON with `before` and `after`
    /// @param hash of this row and the one before
    public record Entry(
            long id,
            Instant time,
            String actor,
            String action,
            String kind,
            String object,
            @Nullable String organization,
            String detail,
            byte[] hash) {

        byte[] expected(byte[] before) {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                digest.update(before);
                for (String part : new String[] {
                    Long.toString(id),
                    Long.toString(time.toEpochMilli()),
                    actor,
                    action,
                    kind,
                    object,
                    organization == null ? "" : organization,
                    detail
                }) {
                    byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                    digest.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
                    digest.update(bytes);
                }
                return digest.digest();
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException("every Java has SHA-256", impossible);
            }
        }
    }

    /// What a look at the whole chain found.
    ///
    /// @param rows that were looked at
    /// @param broken the first row that does not follow from the one before, null where all do
    public record Verified(long rows, @Nullable Long broken) {}

    /// Writes a row. The last statement of a change, in its transaction: what waits for this lock holds
    /// nothing that anybody else waits for.
    ///
    /// @param before null where it was not there
    /// @param after null where it is gone
    public static void write(
            Sql sql,
            Instant time,
            Authority who,
            String action,
            String kind,
            String object,
            @Nullable String organization,
            @Nullable JsonNode before,
            @Nullable JsonNode after)
            throws SQLException {
        long id = sql.number("UPDATE revision SET value = value + 1 WHERE name = 'audit' RETURNING value");
        byte[] last =
                id == 1 ? BEGIN : sql.first("SELECT hash FROM audit WHERE id = ?", row -> row.getBytes(1), id - 1);
        ObjectNode detail = JsonTree.object();
        if (before != null) {
            detail.set("before", before);
        }
        if (after != null) {
            detail.set("after", after);
        }
        Instant millis = Instant.ofEpochMilli(time.toEpochMilli());
        Entry entry = new Entry(
                id, millis, who.actor(), action, kind, object, organization, JsonTree.text(detail), new byte[0]);
        sql.update(
                "INSERT INTO audit (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                id,
                millis.toEpochMilli(),
                entry.actor(),
                action,
                kind,
                object,
                organization,
                entry.detail(),
                entry.expected(Objects.requireNonNullElse(last, BEGIN)));
    }

    /// Changes, the newest first: all for owners, those of their organization for administrators.
    ///
    /// @param kind only of this kind, null: of every
    /// @param object only of this id, null: of every
    /// @param before only older ones than this id, null: from the newest
    public CompletableFuture<List<Entry>> list(
            Authority who, @Nullable String kind, @Nullable String object, @Nullable Long before, int limit) {
        who.require(Permission.READ_AUDIT);
        StringBuilder query = new StringBuilder("SELECT " + COLUMNS + " FROM audit WHERE id < ?");
        List<@Nullable Object> values = new ArrayList<>();
        values.add(before == null ? Long.MAX_VALUE : before);
        if (!who.may(Permission.READ_AUDIT, Area.GATEWAY)) {
            query.append(" AND organization = ?");
            values.add(who.organization());
        }
        if (kind != null) {
            query.append(" AND kind = ?");
            values.add(kind);
        }
        if (object != null) {
            query.append(" AND object = ?");
            values.add(object);
        }
        query.append(" ORDER BY id DESC LIMIT ?");
        values.add((long) limit);
        return database.read(sql -> sql.list(query.toString(), Audit::read, values.toArray()));
    }

    /// Looks at the whole chain.
    public CompletableFuture<Verified> verify(Authority who) {
        who.require(Permission.READ_AUDIT, Area.GATEWAY, "audit");
        return database.read(sql -> {
            byte[] last = BEGIN;
            long rows = 0;
            for (List<Entry> page = page(sql, 0); !page.isEmpty(); page = page(sql, rows)) {
                for (Entry entry : page) {
                    // An empty text and none have the same hash, and no organization has an empty id.
                    boolean emptied = "".equals(entry.organization());
                    if (emptied
                            || entry.id() != rows + 1
                            || !MessageDigest.isEqual(entry.hash(), entry.expected(last))) {
                        return new Verified(rows, rows + 1);
                    }
                    last = entry.hash();
                    rows++;
                }
            }
            long written = sql.number("SELECT value FROM revision WHERE name = 'audit'");
            return new Verified(rows, rows < written ? Long.valueOf(rows + 1) : null);
        });
    }

    private static List<Entry> page(Sql sql, long after) throws SQLException {
        return sql.list(
                "SELECT " + COLUMNS + " FROM audit WHERE id > ? ORDER BY id LIMIT " + VERIFIED_AT_ONCE,
                Audit::read,
                after);
    }

    private static Entry read(ResultSet row) throws SQLException {
        return new Entry(
                row.getLong(1),
                Instant.ofEpochMilli(row.getLong(2)),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                row.getString(8),
                row.getBytes(9));
    }
}
