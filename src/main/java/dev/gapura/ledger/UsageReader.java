package dev.gapura.ledger;

import dev.gapura.store.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads sums. On a reader's thread.
final class UsageReader {
    /// More steps than a chart shows, fewer than a process cannot hold.
    private static final int MOST_ROWS = 20_000;

    private UsageReader() {}

    static List<Usage> read(Sql sql, UsageQuery query) throws SQLException {
        List<String> groups = new ArrayList<>(List.of("start_ms"));
        Map<UsageQuery.By, Integer> columns = new EnumMap<>(UsageQuery.By.class);
        for (UsageQuery.By by : UsageQuery.By.values()) {
            if (query.by().contains(by)) {
                groups.add(by.column());
                columns.put(by, groups.size());
            }
        }
        StringBuilder text = new StringBuilder("SELECT ").append(String.join(", ", groups));
        Rollup.figures().forEach(name -> text.append(", sum(").append(name).append(')'));
        text.append(" FROM rollup WHERE period_ms = ? AND start_ms >= ? AND start_ms < ?");
        List<Object> values = new ArrayList<>(
                List.of(query.period().millis(), query.period().start(query.fromMillis()), query.toMillis()));
        query.only().forEach((by, value) -> {
            text.append(" AND ").append(by.column()).append(" = ?");
            values.add(value);
        });
        if (query.scope() instanceof UsageQuery.Scope.Any(Map<UsageQuery.By, Set<String>> allowed)) {
            List<String> any = new ArrayList<>();
            allowed.forEach((by, names) -> names.forEach(name -> {
                any.add(by.column() + " = ?");
                values.add(name);
            }));
            text.append(any.isEmpty() ? " AND 1 = 0" : " AND (" + String.join(" OR ", any) + ")");
        }
        text.append(" GROUP BY ").append(String.join(", ", groups));
        text.append(" ORDER BY ")
                .append(String.join(", ", groups))
                .append(" LIMIT ")
                .append(MOST_ROWS);
        int first = groups.size() + 1;
        return sql.list(text.toString(), row -> usage(row, columns, first), values.toArray());
    }

    private static Usage usage(ResultSet row, Map<UsageQuery.By, Integer> columns, int at) throws SQLException {
        long[] figures = new long[Rollup.figures().size()];
        for (int index = 0; index < figures.length; index++) {
            figures[index] = row.getLong(at + index);
        }
        int durations = figures.length - 2 * Latency.BUCKETS;
        return new Usage(
                row.getLong(1),
                names(row, columns),
                figures[0],
                figures[1],
                figures[2],
                figures[3],
                new Tokens(figures[4], figures[5], figures[6], figures[7], figures[8]),
                figures[9],
                figures[10],
                figures[11],
                figures[12],
                figures[13],
                figures[14],
                figures[15],
                figures[16],
                Arrays.copyOfRange(figures, durations, durations + Latency.BUCKETS),
                Arrays.copyOfRange(figures, durations + Latency.BUCKETS, figures.length));
    }

    private static Map<UsageQuery.By, String> names(ResultSet row, Map<UsageQuery.By, Integer> columns)
            throws SQLException {
        Map<UsageQuery.By, String> names = new EnumMap<>(UsageQuery.By.class);
        for (Map.Entry<UsageQuery.By, Integer> column : columns.entrySet()) {
            names.put(column.getKey(), row.getString(column.getValue()));
        }
        return names;
    }
}
