package dev.gapura.ledger;

import dev.gapura.store.Database;
import dev.gapura.store.Sql;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/// Forgets whom exchanges were for, and what was said in them: end user, address, user agent, tags, tools and bodies,
/// and the words of all these. Time, model, tokens and cost stay, and so do the sums. Some at a time, so that nobody
/// waits for it. Any thread.
final class Erasure {
    private static final int CHUNK = 200;

    private final Database history;
    private final Filter.Field field;
    private final String value;
    private final String scope;
    private final List<String> scopeValues;

    /// @param field and value that an exchange has which is to be forgotten
    /// @param only what it must have besides
    Erasure(Database history, Filter.Field field, String value, List<Filter.Is> only) {
        this.history = history;
        this.field = field;
        this.value = value;
        StringBuilder text = new StringBuilder();
        only.forEach(is -> text.append(" AND ").append(is.field().column()).append(" = ?"));
        scope = text.toString();
        scopeValues = only.stream().map(Filter.Is::value).toList();
    }

    /// What a step did.
    ///
    /// @param id the last that was forgotten
    private record Step(long id, int count) {}

    /// @return how many exchanges were forgotten
    CompletableFuture<Long> run() {
        return from(0, 0);
    }

    private CompletableFuture<Long> from(long id, long before) {
        return history.commit(sql -> step(sql, id))
                .thenCompose(step -> step.count() < CHUNK
                        ? CompletableFuture.completedFuture(before + step.count())
                        : from(step.id(), before + step.count()));
    }

    private Step step(Sql sql, long after) throws SQLException {
        Object[] values = new Object[scopeValues.size() + 3];
        values[0] = value;
        values[1] = after;
        for (int index = 0; index < scopeValues.size(); index++) {
            values[index + 2] = scopeValues.get(index);
        }
        values[values.length - 1] = CHUNK;
        List<Entry> entries = sql.list(
                "SELECT " + Columns.NAMES + " FROM exchange WHERE " + field.column() + " = ? AND id > ?" + scope
                        + " ORDER BY id LIMIT ?",
                Columns::read,
                values);
        Map<Long, long[]> days = new TreeMap<>();
        for (Entry entry : entries) {
            sql.update("DELETE FROM exchange_body WHERE id = ?", entry.id());
            sql.update(
                    "UPDATE exchange SET end_user = NULL, client = '', user_agent = NULL, tags = NULL, tools = NULL,"
                            + " bodies = 0, stored_bytes = ? WHERE id = ?",
                    Entry.ROW_BYTES,
                    entry.id());
            Entry left =
                    sql.first("SELECT " + Columns.NAMES + " FROM exchange WHERE id = ?", Columns::read, entry.id());
            if (left != null) {
                SearchText.replace(sql, left);
            }
            Stored.add(days, entry.timeMillis(), 0, Entry.ROW_BYTES - entry.storedBytes());
        }
        Stored.write(sql, days);
        return new Step(entries.isEmpty() ? after : entries.getLast().id(), entries.size());
    }
}
