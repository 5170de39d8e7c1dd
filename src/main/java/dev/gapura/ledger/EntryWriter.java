package dev.gapura.ledger;

import dev.gapura.store.BatchWriter;
import dev.gapura.store.Sql;
import dev.gapura.telemetry.Bodies;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Writes exchanges with everything that is derived from them, in one transaction: their row, the words they are found
/// by, their bodies, and the sums. An exchange that is there already, by its request id, changes nothing. On the
/// writer's thread of the history.
final class EntryWriter implements BatchWriter<Item> {
    private static final String INSERT = "INSERT INTO exchange (" + Columns.NAMES + ") VALUES ("
            + String.join(", ", Collections.nCopies(Columns.COUNT, "?")) + ") ON CONFLICT DO NOTHING";
    private final Ids ids;
    private final Consumer<List<Entry>> written;
    private final ModelNames models = new ModelNames();
    private List<Entry> entries = List.of();

    /// @param written is told what was committed, on the writer's thread
    EntryWriter(Ids ids, Consumer<List<Entry>> written) {
        this.ids = ids;
        this.written = written;
    }

    private record Row(
            Entry entry, @Nullable Bodies bodies, @Nullable StoredBodies stored) {}

    @Override
    public void write(Sql sql, List<Item> items) throws SQLException {
        List<Row> rows = new ArrayList<>(items.size());
        for (Item item : items) {
            rows.add(row(item));
        }
        List<Row> added = insert(sql, rows);
        insertWords(sql, added);
        insertBodies(sql, added);
        Rollup rollup = new Rollup();
        added.forEach(row -> rollup.add(row.entry(), models.of(row.entry())));
        rollup.write(sql);
        addStored(sql, added);
        entries = added.stream().map(Row::entry).toList();
    }

    @Override
    public void written(List<Item> items) {
        List<Entry> committed = entries;
        entries = List.of();
        written.accept(committed);
    }

    private static Row row(Item item) {
        Bodies bodies = item.exchange().particulars().bodies();
        if (bodies == null) {
            return new Row(Entry.of(item, 0), null, null);
        }
        StoredBodies stored = StoredBodies.of(bodies);
        return new Row(Entry.of(item, stored.diskBytes()), bodies, stored);
    }

    /// @return those that were not there
    private List<Row> insert(Sql sql, List<Row> rows) throws SQLException {
        List<Row> added = new ArrayList<>(rows.size());
        PreparedStatement insert = sql.prepare(INSERT);
        for (Row row : rows) {
            Sql.bind(insert, Columns.values(row.entry()));
            insert.addBatch();
        }
        int[] counts = insert.executeBatch();
        for (int index = 0; index < counts.length; index++) {
            Row row = rows.get(index);
            if (counts[index] > 0) {
                added.add(row);
            } else if (!isThere(sql, row)) {
                added.add(insertUnderAnotherId(sql, row));
            }
        }
        return added;
    }

    private static boolean isThere(Sql sql, Row row) throws SQLException {
        return sql.number(
                        "SELECT count(*) FROM exchange WHERE request_id = ?",
                        row.entry().requestId())
                > 0;
    }

    /// Somebody else's exchange has the same identifier.
    private Row insertUnderAnotherId(Sql sql, Row row) throws SQLException {
        for (int attempt = 0; attempt < 10; attempt++) {
            Entry entry = row.entry().withId(ids.next(row.entry().timeMillis()));
            if (sql.update(INSERT, Columns.values(entry)) > 0) {
                return new Row(entry, row.bodies(), row.stored());
            }
        }
        throw new SQLException("no free identifier for " + row.entry().requestId(), "23505");
    }

    private static void insertWords(Sql sql, List<Row> rows) throws SQLException {
        PreparedStatement insert = SearchText.insert(sql);
        for (Row row : rows) {
            SearchText.add(insert, row.entry(), row.bodies());
        }
        insert.executeBatch();
    }

    private static void insertBodies(Sql sql, List<Row> rows) throws SQLException {
        for (Row row : rows) {
            StoredBodies stored = row.stored();
            if (stored != null) {
                sql.update(StoredBodies.INSERT, stored.values(row.entry().id()));
            }
        }
    }

    private static void addStored(Sql sql, List<Row> rows) throws SQLException {
        Map<Long, long[]> days = new TreeMap<>();
        for (Row row : rows) {
            Stored.add(days, row.entry().timeMillis(), 1, row.entry().storedBytes());
        }
        Stored.write(sql, days);
    }
}
