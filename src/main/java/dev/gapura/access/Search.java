package dev.gapura.access;

import dev.gapura.store.Kind;
import dev.gapura.store.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A part of a text that the rows of a list are searched for, whatever the case. What is upper and lower case beyond
/// ASCII is another question at each database, so they are asked for whatever may match, any character standing for
/// those beyond ASCII, and what they find is looked at here. Immutable; any thread.
final class Search {
    /// Rows that are looked at for one page: a tenth or two of a second.
    static final int MOST_CANDIDATES = 20_000;

    private final String part;

    private Search(String part) {
        this.part = part;
    }

    /// Null where nothing is looked for.
    static @Nullable Search of(@Nullable String text) {
        return text == null || text.isBlank() ? null : new Search(folded(text.strip()));
    }

    /// What is looked for, in lower case.
    String part() {
        return part;
    }

    /// Whether it is part of one of some texts.
    boolean in(List<String> texts) {
        return texts.stream().anyMatch(text -> folded(text).contains(part));
    }

    /// That a column may hold it; [#pattern] is its value.
    static String like(Kind kind, String column) {
        return switch (kind) {
            // Which takes upper and lower case of ASCII, and of nothing else, for the same.
            case SQLITE -> column + " LIKE ? ESCAPE '!'";
            case POSTGRESQL -> "lower(" + column + " COLLATE \"C\") LIKE ? ESCAPE '!'";
        };
    }

    /// That one of some columns may hold it, each with [#pattern] as its value.
    static String like(Kind kind, List<String> columns) {
        return columns.stream().map(column -> like(kind, column)).collect(Collectors.joining(" OR "));
    }

    /// What [#like] compares with.
    String pattern() {
        StringBuilder pattern = new StringBuilder("%");
        part.codePoints().forEach(point -> {
            if (point >= 0x80) {
                pattern.append('_');
            } else {
                if (point == '%' || point == '_' || point == '!') {
                    pattern.append('!');
                }
                pattern.appendCodePoint(point);
            }
        });
        return pattern.append('%').toString();
    }

    /// Keeps to the newest [#MOST_CANDIDATES] rows that meet conditions so far, so that a page costs the same however
    /// many there are.
    ///
    /// @param where gets one more, on the column `id` of the table
    /// @return id of the oldest that is looked at, null where all are
    static @Nullable String bound(Sql sql, String table, Conditions where) throws SQLException {
        String oldest = sql.first(
                "SELECT " + table + ".id FROM " + table + where.text() + " ORDER BY " + table
                        + ".id DESC LIMIT 1 OFFSET " + (MOST_CANDIDATES - 1),
                row -> row.getString(1),
                where.values());
        if (oldest != null) {
            where.add(table + ".id >= ?", oldest);
        }
        return oldest;
    }

    /// A page of what the database found.
    ///
    /// @param found in the order of the page, at most one more than `limit`
    /// @param oldest of [#bound]
    /// @param texts of a row, that it is searched in
    static <T> Page<T> page(
            @Nullable Search search,
            List<T> found,
            int limit,
            @Nullable String oldest,
            Function<T, String> id,
            Function<T, List<String>> texts) {
        boolean more = found.size() > limit;
        List<T> rows = new ArrayList<>(more ? found.subList(0, limit) : found);
        String next = more ? id.apply(rows.getLast()) : oldest;
        if (search != null) {
            rows.removeIf(row -> !search.in(texts.apply(row)));
        }
        return new Page<>(rows, next);
    }

    /// One character for one, so that a part stays as long as what it is compared with.
    private static String folded(String text) {
        StringBuilder folded = new StringBuilder(text.length());
        text.codePoints()
                .map(point -> Character.toLowerCase(Character.toUpperCase(point)))
                .forEach(folded::appendCodePoint);
        return folded.toString();
    }
}
