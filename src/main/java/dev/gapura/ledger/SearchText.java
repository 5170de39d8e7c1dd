package dev.gapura.ledger;

import dev.gapura.store.Kind;
import dev.gapura.store.Sql;
import dev.gapura.telemetry.Bodies;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// The words that exchanges are found by, in the index of either database.
final class SearchText {
    private SearchText() {}

    static PreparedStatement insert(Sql sql) throws SQLException {
        return sql.prepare(
                sql.kind() == Kind.SQLITE
                        ? "INSERT INTO exchange_text (rowid, words) VALUES (?, ?)"
                        : "INSERT INTO exchange_text (id, words)"
                                + " VALUES (?, array_to_tsvector(string_to_array(?, ' ')))");
    }

    static void add(PreparedStatement insert, Entry entry, @Nullable Bodies bodies) throws SQLException {
        Sql.bind(insert, entry.id(), words(entry, bodies));
        insert.addBatch();
    }

    /// Leaves the words that an exchange without bodies has.
    static void replace(Sql sql, Entry entry) throws SQLException {
        sql.update("DELETE FROM exchange_text WHERE " + id(sql) + " = ?", entry.id());
        PreparedStatement insert = insert(sql);
        add(insert, entry, null);
        insert.executeBatch();
    }

    static void deleteUpTo(Sql sql, long id) throws SQLException {
        sql.update("DELETE FROM exchange_text WHERE " + id(sql) + " <= ?", id);
    }

    private static String id(Sql sql) {
        return sql.kind() == Kind.SQLITE ? "rowid" : "id";
    }

    private static String words(Entry entry, @Nullable Bodies bodies) {
        Words words = ofRow(entry);
        if (bodies != null) {
            words.add(BodyText.of(bodies.request().beginning()))
                    .add(BodyText.of(bodies.answer().beginning()));
        }
        return words.text();
    }

    /// The words that an exchange has without its bodies.
    static Words ofRow(Entry entry) {
        return new Words()
                .add(entry.requestId())
                .add(entry.keyName())
                .add(entry.person())
                .add(entry.team())
                .add(entry.endUser())
                .add(entry.client())
                .add(entry.userAgent())
                .add(entry.modelAsked())
                .add(entry.provider())
                .add(entry.model())
                .add(entry.failure())
                .add(entry.errorCode())
                .add(entry.verdicts())
                .add(entry.tools())
                .add(entry.tags());
    }
}
