package dev.gapura.ledger;

import dev.gapura.store.Kind;
import dev.gapura.store.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Finds one page. Whatever is asked for, the cost does not depend on how much is stored: an index leads to the
/// candidates in the order of the page (by text, by a value, or by time), and what else is asked for is checked on no
/// more than [#MOST_CANDIDATES] of them. On a reader's thread.
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
                        case Filter.Status status -> Integer.MAX_VALUE;
                        case Filter.UserAgent agent -> Integer.MAX_VALUE;
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
        // One more than the page shows whether there is a next one.
        int candidates = conditions.isEmpty() ? limit + 1 : MOST_CANDIDATES;
        List<Object> all = new ArrayList<>();
        String inner = candidates("SELECT " + Columns.NAMES, candidates, all);
        all.addAll(values);
        all.add(limit + 1);
        String where = conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
        List<Entry> found = sql.list(
                "SELECT " + Columns.NAMES + " FROM (" + inner + ") AS candidate" + where + " ORDER BY id DESC LIMIT ?",
                Columns::read,
                all.toArray());
        if (found.size() > limit) {
            List<Entry> page = found.subList(0, limit);
            return new Page(page, cursor(page.getLast().id()));
        }
        return new Page(found, conditions.isEmpty() ? null : afterLastCandidate(sql));
    }

    /// Where the next page begins when this one has looked at as many as it may.
    private @Nullable String afterLastCandidate(Sql sql) throws SQLException {
        List<Object> all = new ArrayList<>();
        String inner = candidates("SELECT id", MOST_CANDIDATES, all);
        Long last = sql.first(
                "SELECT count(*), min(id) FROM (" + inner + ") AS candidate",
                row -> row.getLong(1) == MOST_CANDIDATES ? row.getLong(2) : 0L,
                all.toArray());
        return last == null || last == 0 ? null : cursor(last);
    }

    private String candidates(String select, int most, List<Object> all) {
        String order = " ORDER BY id DESC LIMIT ?";
        if (leading instanceof Filter.Text text) {
            String id = kind == Kind.SQLITE ? "rowid" : "id";
            all.add(match(text));
            all.add(fromId);
            all.add(beforeId);
            all.add(most);
            return select + " FROM exchange WHERE id IN (SELECT " + textMatch() + " AND " + id + " >= ? AND " + id
                    + " < ? ORDER BY " + id + " DESC LIMIT ?)";
        }
        String condition = "";
        all.add(fromId);
        all.add(beforeId);
        if (leading instanceof Filter.Is(Filter.Field field, String value)) {
            condition = " AND " + field.column() + " = ?";
            all.add(value);
        } else if (leading instanceof Filter.Status) {
            // The words of the partial index.
            condition = " AND status >= 400";
        }
        all.add(most);
        return select + " FROM exchange WHERE id >= ? AND id < ?" + condition + order;
    }

    private String textMatch() {
        return kind == Kind.SQLITE
                ? "rowid FROM exchange_text WHERE exchange_text MATCH ?"
                : "id FROM exchange_text WHERE words @@ CAST(? AS tsquery)";
    }

    /// The words in the language of the database's search; letters and digits alone, so there is nothing to escape.
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
