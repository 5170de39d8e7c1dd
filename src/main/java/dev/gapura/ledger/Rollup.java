package dev.gapura.ledger;

import dev.gapura.store.Sql;
import dev.gapura.telemetry.Charge;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Adds exchanges up by minute, hour and day, key and its holder, model and provider, and writes the sums with the
/// exchanges themselves. Made for one batch; one thread.
final class Rollup {
    /// Sums of one row, in the order of [#FIGURES].
    private static final List<String> FIGURES = figures();

    private static final int DURATIONS_AT = FIGURES.indexOf("d0");
    private static final int FIRSTS_AT = FIGURES.indexOf("f0");
    private static final String UPSERT = upsert();

    private static final String KEY =
            "period_ms, start_ms, organization, team, person, key_id, key_name, model, provider";

    /// @param names values of the columns of the key behind the first two, in their order
    private record Row(long period, long start, List<String> names) {}

    /// In one order for everybody: two gateways that write the same rows must not wait for each other
    /// crosswise.
    private static final Comparator<Row> ORDER = Comparator.comparingLong(Row::period)
            .thenComparingLong(Row::start)
            .thenComparing(Row::names, Rollup::compare);

    private final Map<Row, long[]> rows = new TreeMap<>(ORDER);

    private static int compare(List<String> left, List<String> right) {
        for (int index = 0; index < left.size(); index++) {
            int order = left.get(index).compareTo(right.get(index));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    static List<String> figures() {
        List<String> names = new ArrayList<>(List.of(
                "requests",
                "failed",
                "streamed",
                "attempts",
                "input_tokens",
                "cached_tokens",
                "cache_write_tokens",
                "output_tokens",
                "reasoning_tokens",
                "cost_nano_usd",
                "unpriced",
                "estimated",
                "tool_runs",
                "bytes_in",
                "bytes_out",
                "duration_ms",
                "first_byte_ms"));
        for (String kind : List.of("d", "f")) {
            for (int bucket = 0; bucket < Latency.BUCKETS; bucket++) {
                names.add(kind + bucket);
            }
        }
        return List.copyOf(names);
    }

    private static String upsert() {
        String names = String.join(", ", FIGURES);
        String sums = String.join(
                ", ",
                FIGURES.stream()
                        .map(name -> name + " = rollup." + name + " + excluded." + name)
                        .toList());
        return "INSERT INTO rollup (" + KEY + ", " + names + ") VALUES ("
                + String.join(", ", Collections.nCopies(KEY.split(",").length + FIGURES.size(), "?"))
                + ") ON CONFLICT (" + KEY + ") DO UPDATE SET " + sums;
    }

    /// @param model name that it is counted under
    void add(Entry entry, String model) {
        List<String> names = List.of(
                orEmpty(entry.organization()),
                orEmpty(entry.team()),
                orEmpty(entry.person()),
                orEmpty(entry.keyId()),
                orEmpty(entry.keyName()),
                model,
                orEmpty(entry.provider()));
        for (Period period : Period.values()) {
            Row row = new Row(period.millis(), period.start(entry.timeMillis()), names);
            add(rows.computeIfAbsent(row, made -> new long[FIGURES.size()]), entry);
        }
    }

    private static void add(long[] sums, Entry entry) {
        Tokens tokens = Tokens.orNone(entry.tokens());
        Long cost = entry.costNanoUsd();
        Long firstByte = entry.firstByteMillis();
        long[] figures = {
            1,
            entry.failure() == null ? 0 : 1,
            entry.streamed() ? 1 : 0,
            entry.attempts(),
            tokens.input(),
            tokens.cached(),
            tokens.cacheWrite(),
            tokens.output(),
            tokens.reasoning(),
            cost == null ? 0 : cost,
            cost == null ? 1 : 0,
            entry.counted() == Charge.Counted.ESTIMATED ? 1 : 0,
            entry.toolRuns(),
            entry.bytesIn(),
            entry.bytesOut(),
            entry.durationMillis(),
            firstByte == null ? 0 : firstByte
        };
        for (int index = 0; index < figures.length; index++) {
            sums[index] += figures[index];
        }
        sums[DURATIONS_AT + Latency.bucket(entry.durationMillis())]++;
        if (firstByte != null) {
            sums[FIRSTS_AT + Latency.bucket(firstByte)]++;
        }
    }

    void write(Sql sql) throws SQLException {
        PreparedStatement upsert = sql.prepare(UPSERT);
        for (Map.Entry<Row, long[]> each : rows.entrySet()) {
            Row row = each.getKey();
            upsert.setLong(1, row.period());
            upsert.setLong(2, row.start());
            int at = 3;
            for (String name : row.names()) {
                upsert.setString(at++, Sql.storable(name));
            }
            for (long figure : each.getValue()) {
                upsert.setLong(at++, figure);
            }
            upsert.addBatch();
        }
        upsert.executeBatch();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
