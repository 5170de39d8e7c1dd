package dev.gapura.budget;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.gapura.limit.Scope;
import dev.gapura.store.Kind;
import dev.gapura.store.Sql;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The statements of reservations and of what was spent. Stateless; on threads of the store.
final class SpendTable {
    /// Rows that are asked for with one statement.
    private static final int MOST_AT_ONCE = 128;

    private static final String INSERT = "INSERT INTO spend (scope, span, start_ms, settled, reserved)"
            + " VALUES (?, ?, ?, ?, 0) ON CONFLICT (scope, span, start_ms) DO NOTHING";
    private static final String UPDATE =
            "UPDATE spend SET settled = ?, reserved = ? WHERE scope = ? AND span = ? AND start_ms = ?";
    private static final String OPEN =
            "INSERT INTO reservation (id, instance, opened_ms, nano_usd, purses, about) VALUES (?, ?, ?, ?, ?, ?)";
    private static final String RESERVATION = "SELECT id, opened_ms, nano_usd, purses, about FROM reservation";

    private SpendTable() {}

    /// A row of `spend`.
    static final class Sums {
        long settled;
        long reserved;

        Sums(long settled, long reserved) {
            this.settled = settled;
            this.reserved = reserved;
        }
    }

    /// What the purses hold, each locked until the transaction ends; those without a row are left out.
    ///
    /// @param purses in their order
    static Map<Purse, Sums> lock(Sql sql, Collection<Purse> purses) throws SQLException {
        return read(sql, purses, sql.kind() == Kind.POSTGRESQL ? " FOR UPDATE" : "");
    }

    /// What the purses hold; those without a row are left out.
    static Map<Purse, Sums> read(Sql sql, Collection<Purse> purses) throws SQLException {
        return read(sql, purses, "");
    }

    private static Map<Purse, Sums> read(Sql sql, Collection<Purse> purses, String lock) throws SQLException {
        Map<Purse, Sums> found = new HashMap<>();
        List<Purse> all = List.copyOf(purses);
        for (int from = 0; from < all.size(); from += MOST_AT_ONCE) {
            List<Purse> some = padded(all.subList(from, Math.min(all.size(), from + MOST_AT_ONCE)));
            List<@Nullable Object> values = new ArrayList<>();
            for (Purse purse : some) {
                values.add(purse.scope().text());
                values.add(purse.span().text());
                values.add(purse.startMillis());
            }
            // Compared byte by byte on both databases, as [Purse] orders them.
            sql.list(
                    "SELECT scope, span, start_ms, settled, reserved FROM spend WHERE (scope, span, start_ms) IN (VALUES "
                            + String.join(", ", Collections.nCopies(some.size(), "(?, ?, ?)")) + ")"
                            + (sql.kind() == Kind.POSTGRESQL
                                    ? " ORDER BY scope COLLATE \"C\", span COLLATE \"C\", start_ms"
                                    : "")
                            + lock,
                    row -> found.put(
                            new Purse(Scope.parse(row.getString(1)), Span.of(row.getString(2)), row.getLong(3)),
                            new Sums(row.getLong(4), row.getLong(5))),
                    values.toArray());
        }
        return found;
    }

    /// Makes rows, where they are not there already.
    ///
    /// @param seeds what was spent before by purse
    static void create(Sql sql, Collection<Purse> purses, Map<Purse, Long> seeds) throws SQLException {
        PreparedStatement insert = sql.prepare(INSERT);
        for (Purse purse : purses) {
            Sql.bind(
                    insert,
                    purse.scope().text(),
                    purse.span().text(),
                    purse.startMillis(),
                    seeds.getOrDefault(purse, 0L));
            insert.addBatch();
        }
        insert.executeBatch();
    }

    static void update(Sql sql, Map<Purse, Sums> changed) throws SQLException {
        PreparedStatement update = sql.prepare(UPDATE);
        for (Map.Entry<Purse, Sums> each : changed.entrySet()) {
            Purse purse = each.getKey();
            Sql.bind(
                    update,
                    each.getValue().settled,
                    each.getValue().reserved,
                    purse.scope().text(),
                    purse.span().text(),
                    purse.startMillis());
            update.addBatch();
        }
        update.executeBatch();
    }

    static void open(Sql sql, String instance, Collection<OpenReservation> reservations) throws SQLException {
        PreparedStatement insert = sql.prepare(OPEN);
        for (OpenReservation one : reservations) {
            Sql.bind(insert, one.id(), instance, one.openedMillis(), one.nanoUsd(), write(one.purses()), one.about());
            insert.addBatch();
        }
        insert.executeBatch();
    }

    static void resize(Sql sql, Map<String, Long> amounts) throws SQLException {
        PreparedStatement update = sql.prepare("UPDATE reservation SET nano_usd = ? WHERE id = ?");
        for (Map.Entry<String, Long> each : amounts.entrySet()) {
            Sql.bind(update, each.getValue(), each.getKey());
            update.addBatch();
        }
        update.executeBatch();
    }

    static void close(Sql sql, Collection<String> ids) throws SQLException {
        PreparedStatement delete = sql.prepare("DELETE FROM reservation WHERE id = ?");
        for (String id : ids) {
            Sql.bind(delete, id);
            delete.addBatch();
        }
        delete.executeBatch();
    }

    /// What reservations of an instance hold, of some, each locked until the transaction ends; by exchange.
    static Map<String, Long> lockAmounts(Sql sql, String instance, Collection<String> ids) throws SQLException {
        Map<String, Long> found = new HashMap<>();
        List<String> all = ids.stream().sorted().toList();
        for (int from = 0; from < all.size(); from += MOST_AT_ONCE) {
            List<String> some = padded(all.subList(from, Math.min(all.size(), from + MOST_AT_ONCE)));
            List<@Nullable Object> values = new ArrayList<>(some);
            values.add(instance);
            sql.list(
                    "SELECT id, nano_usd FROM reservation WHERE id IN ("
                            + String.join(", ", Collections.nCopies(some.size(), "?")) + ") AND instance = ?"
                            + (sql.kind() == Kind.POSTGRESQL ? " ORDER BY id FOR UPDATE" : ""),
                    row -> found.put(row.getString(1), row.getLong(2)),
                    values.toArray());
        }
        return found;
    }

    /// Reservations that a condition holds for.
    static List<OpenReservation> list(Sql sql, String condition, @Nullable Object... values) throws SQLException {
        return sql.list(
                RESERVATION + condition,
                row -> new OpenReservation(
                        row.getString(1),
                        row.getLong(2),
                        row.getLong(3),
                        readPurses(row.getString(4)),
                        row.getString(5)),
                values);
    }

    /// As many as a power of two, so that there are few statements to compile: the last one is asked for
    /// again.
    private static <T> List<T> padded(List<T> some) {
        List<T> all = new ArrayList<>(some);
        while (Integer.bitCount(all.size()) > 1) {
            all.add(some.getLast());
        }
        return all;
    }

    private static String write(List<Purse> purses) {
        ArrayNode list = JsonTree.array();
        for (Purse purse : purses) {
            list.addArray().add(purse.scope().text()).add(purse.span().text()).add(purse.startMillis());
        }
        return JsonTree.text(list);
    }

    private static List<Purse> readPurses(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        List<Purse> purses = new ArrayList<>();
        for (JsonNode one : JsonTree.read(bytes, 0, bytes.length)) {
            purses.add(new Purse(
                    Scope.parse(one.path(0).asText()),
                    Span.of(one.path(1).asText()),
                    one.path(2).asLong()));
        }
        return purses;
    }
}
