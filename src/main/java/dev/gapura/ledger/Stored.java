package dev.gapura.ledger;

import dev.gapura.store.Sql;
import java.sql.SQLException;
import java.util.Map;

/// How many exchanges of each day are kept, and what they take on disk, kept with every change so that nobody has to
/// count.
final class Stored {
    private static final String ADD = "INSERT INTO stored (day_ms, exchanges, bytes) VALUES (?, ?, ?)"
            + " ON CONFLICT (day_ms) DO UPDATE SET exchanges = stored.exchanges + excluded.exchanges,"
            + " bytes = stored.bytes + excluded.bytes";

    private Stored() {}

    static void add(Map<Long, long[]> days, long timeMillis, long exchanges, long bytes) {
        long[] sums = days.computeIfAbsent(Period.DAY.start(timeMillis), day -> new long[2]);
        sums[0] += exchanges;
        sums[1] += bytes;
    }

    /// @param days in the order of time, which is that of everybody who writes them
    static void write(Sql sql, Map<Long, long[]> days) throws SQLException {
        for (Map.Entry<Long, long[]> day : days.entrySet()) {
            sql.update(ADD, day.getKey(), day.getValue()[0], day.getValue()[1]);
        }
    }
}
