package dev.gapura.ledger;

import dev.gapura.store.Kind;
import dev.gapura.store.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Finds one page. Whatever is asked for, the cost does not depend on how much is stored: an index leads to the
/// candidates in the order of the page (by text, by a value, or by time), and what else is asked for is checked on no
/// more than [#MOST_CANDIDATES] of them. On a reader's thread; for one page.
final class PageQuery {
    /// Candidates that are looked at for one page: some ten milliseconds.
    static final int MOST_CANDIDATES = 20_000;

    private final Kind kind;
    private final int limit;
    private long fromId;
    private long beforeId;
    private Filter.@Nullable Condition leading;
    private final List<String> conditions = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();

    /// @param beforeId only exchanges with a lower id
    PageQuery(Kind kind, Filter filter, long beforeId, int limit) {
        this.kind = kind;
        this.limit = limit;
        this.beforeId = beforeId;
        leading = leading(filter);
        filter.conditions().forEach(this::add);
    }

    private static Filter.@Nullable Condition leading(Filter filter) {
        Filter.Condition best = null;
        int bestRank = Integer.MAX_VALUE;
        for (Filter.Condition condition : filter.conditions()) {
            int rank =
                    switch (condition) {
                        case Filter.Text text -> 0;
                        case Filter.Is is
                        when is.field().indexed() -> 1 + is.field().ordinal();
                        case Filter.Status status when status.least() >= 400 -> 100;
                        case Filter.From from -> Integer.MAX_VALUE;
                        case Filter.Before before -> Integer.MAX_VALUE;
                        case Filter.Is is -> Integer.MAX_VALUE;
                        case Filter.AnyOf any -> Integer.MAX_VALUE;
                        case Filter.Status status -> Integer.MAX_VALUE;
                        case Filter.UserAgent agent -> Integer.MAX_VALUE;
                        case Filter.Tool tool -> Integer.MAX_VALUE;
                        case Filter.LeastCost cost -> Integer.MAX_VALUE;
                        case Filter.LeastDuration duration -> Integer.MAX_VALUE;
                    };
            if (rank < bestRank) {
                best = condition;
                bestRank = rank;
            }
        }
        return best;
    }

    private void add(Filter.Condition condition) {
        switch (condition) {
            case Filter.From(long millis) -> fromId = Math.max(fromId, Ids.first(millis));
            case Filter.Before(long millis) -> beforeId = Math.min(beforeId, Ids.first(millis));
            case Filter.Is is -> {
                if (is != leading) {
                    check(is.field().column() + " = ?", is.value());
                }
            }
            case Filter.AnyOf(List<Filter.Is> any) -> {
                conditions.add(
                        any.isEmpty()
                                ? "1 = 0"
                                : any.stream()
                                        .map(is -> is.field().column() + " = ?")
                                        .collect(Collectors.joining(" OR ", "(", ")")));
                any.forEach(is -> values.add(is.value()));
            }
            case Filter.Status(int least, int most) -> {
                check("status >= ?", least);
                check("status <= ?", most);
            }
            case Filter.UserAgent(String part) ->
                check("lower(user_agent) LIKE ? ESCAPE '!'", "%" + escaped(part.toLowerCase(Locale.ROOT)) + "%");
            case Filter.Text text -> {
                if (text != leading) {
                    check("id IN (SELECT " + textMatch() + ")", match(text));
                }
            }
            case Filter.Tool tool ->
                check(kind == Kind.SQLITE ? "instr(tools, ?) > 0" : "strpos(tools, ?) > 0", tool.mark());
            case Filter.LeastCost(long nanoUsd) -> check("cost_nano_usd >= ?", nanoUsd);
            case Filter.LeastDuration(long millis) -> check("duration_ms >= ?", millis);
        }
    }

    private void check(String condition, Object value) {
        conditions.add(condition);
        values.add(value);
    }

    private static String escaped(String text) {
        return text.replace("!", "!!").replace("%", "!%").replace("_", "!_");
    }

    Page page(Sql sql) throws SQLException {
        if (leading instanceof Filter.Text text && match(text).isEmpty()) {
            return new Page(List.of(), null);
        }
        Window window = window(sql);
        Query query = query(window);
        List<Entry> found = sql.list(query.text(), Columns::read, query.values().toArray());
        if (found.size() > limit) {
            List<Entry> page = found.subList(0, limit);
            return new Page(page, cursor(page.getLast().id()));
        }
        return new Page(found, window.more() ? cursor(window.fromId()) : null);
    }

    /// A statement and its values.
    record Query(String text, List<Object> values) {}

    /// The ids that a page looks at.
    ///
    /// @param fromId the lowest, inclusive
    /// @param more whether there are candidates below
    /// @param rare whether an index of words leads to the candidates rather than the order of time
    record Window(long fromId, boolean more, boolean rare) {}

    Window window(Sql sql) throws SQLException {
        if (leading instanceof Filter.Text text && kind == Kind.POSTGRESQL) {
            return wordWindow(sql, text);
        }
        if (conditions.isEmpty()) {
            return new Window(fromId, false, true);
        }
        return candidates(sql, "exchange", true);
    }

    /// PostgreSQL's index of words knows no order, so it has to give all matches; and what it thinks of how
    /// many there are is a guess. A word that is common is found soon among the latest exchanges, any other
    /// in the index.
    private Window wordWindow(Sql sql, Filter.Text text) throws SQLException {
        Window latest = candidates(sql, "exchange_text", false);
        long matches = sql.number(
                "SELECT count(*) FROM (SELECT id FROM exchange_text WHERE id >= ? AND id < ?"
                        + " AND words @@ CAST(? AS tsquery) LIMIT ?) AS latest",
                latest.fromId(),
                beforeId,
                match(text),
                limit + 1);
        return matches > limit || !latest.more()
                ? new Window(latest.fromId(), latest.more(), false)
                : new Window(fromId, false, true);
    }

    private Window candidates(Sql sql, String table, boolean led) throws SQLException {
        List<Object> all = new ArrayList<>(List.of(fromId, beforeId));
        String condition = led ? lead(all, fromId, MOST_CANDIDATES, true) : "";
        all.add(MOST_CANDIDATES);
        Window window = sql.first(
                "SELECT count(*), min(id) FROM (SELECT id FROM " + table + " WHERE id >= ? AND id < ?" + condition
                        + " ORDER BY id DESC LIMIT ?) AS candidate",
                row -> row.getLong(1) == MOST_CANDIDATES
                        ? new Window(row.getLong(2), true, true)
                        : new Window(fromId, false, true),
                all.toArray());
        return window == null ? new Window(fromId, false, true) : window;
    }

    /// Finds the page, and one entry more, which shows whether there is a next one.
    Query query(Window window) {
        List<Object> all = new ArrayList<>(List.of(window.fromId(), beforeId));
        int most = conditions.isEmpty() ? limit + 1 : MOST_CANDIDATES;
        StringBuilder text = new StringBuilder("SELECT " + Columns.NAMES + " FROM exchange WHERE id >= ? AND id < ?");
        text.append(lead(all, window.fromId(), most, window.rare()));
        conditions.forEach(condition -> text.append(" AND ").append(condition));
        all.addAll(values);
        all.add(limit + 1);
        return new Query(text.append(" ORDER BY id DESC LIMIT ?").toString(), all);
    }

    /// The condition that an index answers in the order of pages.
    private String lead(List<Object> all, long from, int most, boolean rare) {
        return switch (leading) {
            case Filter.Is(Filter.Field field, String value) -> {
                all.add(value);
                yield " AND " + field.column() + " = ?";
            }
            // The words of the partial index.
            case Filter.Status status -> " AND status >= 400";
            case Filter.Text text -> {
                all.addAll(List.of(match(text), from, beforeId, most));
                yield " AND id IN (" + found(rare) + ")";
            }
            case Filter.AnyOf any -> "";
            case Filter.From from_ -> "";
            case Filter.Before before -> "";
            case Filter.UserAgent agent -> "";
            case Filter.Tool tool -> "";
            case Filter.LeastCost cost -> "";
            case Filter.LeastDuration duration -> "";
            case null -> "";
        };
    }

    private String found(boolean rare) {
        if (kind == Kind.SQLITE) {
            return "SELECT " + textMatch() + " AND rowid >= ? AND rowid < ? ORDER BY rowid DESC LIMIT ?";
        }
        String matches = "SELECT " + textMatch() + " AND id >= ? AND id < ?";
        return rare
                ? "WITH matches AS MATERIALIZED (" + matches + ") SELECT id FROM matches ORDER BY id DESC LIMIT ?"
                : matches + " ORDER BY id DESC LIMIT ?";
    }

    private String textMatch() {
        return kind == Kind.SQLITE
                ? "rowid FROM exchange_text WHERE exchange_text MATCH ?"
                : "id FROM exchange_text WHERE words @@ CAST(? AS tsquery)";
    }

    /// The words in the language of the database's search; letters and digits alone, so there is nothing
    /// to escape.
    private String match(Filter.Text text) {
        List<String> terms = new ArrayList<>();
        for (String piece : text.words().split("\\s+")) {
            List<String> words = List.copyOf(new Words().add(piece).all());
            for (int index = 0; index < words.size(); index++) {
                boolean beginning = piece.endsWith("*") && index == words.size() - 1;
                terms.add(
                        kind == Kind.SQLITE
                                ? "\"" + words.get(index) + "\"" + (beginning ? "*" : "")
                                : "'" + words.get(index) + "'" + (beginning ? ":*" : ""));
            }
        }
        return String.join(kind == Kind.SQLITE ? " " : " & ", terms);
    }

    static String cursor(long id) {
        return Long.toString(id, Character.MAX_RADIX);
    }

    /// @throws IllegalArgumentException when the text is none of ours
    static long id(@Nullable String cursor) {
        return cursor == null ? Long.MAX_VALUE : Long.parseLong(cursor, Character.MAX_RADIX);
    }
}
