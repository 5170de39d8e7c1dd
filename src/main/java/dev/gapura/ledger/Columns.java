package dev.gapura.ledger;

import dev.gapura.telemetry.Charge;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The columns of the table `exchange`: names, values and reading, in one order.
final class Columns {
    private static final List<String> ALL = List.of(
            "id",
            "request_id",
            "time_ms",
            "method",
            "route",
            "status",
            "streamed",
            "failure",
            "error_code",
            "key_name",
            "person",
            "team",
            "end_user",
            "client",
            "user_agent",
            "model_asked",
            "provider",
            "model",
            "attempts",
            "counted",
            "input_tokens",
            "cached_tokens",
            "cache_write_tokens",
            "output_tokens",
            "reasoning_tokens",
            "cost_nano_usd",
            "price",
            "first_byte_ms",
            "duration_ms",
            "bytes_in",
            "bytes_out",
            "tool_runs",
            "tools",
            "verdicts",
            "tags",
            "bodies",
            "stored_bytes");

    static final String NAMES = String.join(", ", ALL);
    static final int COUNT = ALL.size();

    private Columns() {}

    static @Nullable Object[] values(Entry entry) {
        Tokens tokens = entry.tokens();
        return new @Nullable Object[] {
            entry.id(),
            entry.requestId(),
            entry.timeMillis(),
            entry.method(),
            entry.route(),
            entry.status(),
            entry.streamed(),
            entry.failure(),
            entry.errorCode(),
            entry.keyName(),
            entry.person(),
            entry.team(),
            entry.endUser(),
            entry.client(),
            entry.userAgent(),
            entry.modelAsked(),
            entry.provider(),
            entry.model(),
            entry.attempts(),
            code(entry.counted()),
            tokens == null ? null : tokens.input(),
            tokens == null ? null : tokens.cached(),
            tokens == null ? null : tokens.cacheWrite(),
            tokens == null ? null : tokens.output(),
            tokens == null ? null : tokens.reasoning(),
            entry.costNanoUsd(),
            entry.price(),
            entry.firstByteMillis(),
            entry.durationMillis(),
            entry.bytesIn(),
            entry.bytesOut(),
            entry.toolRuns(),
            entry.tools(),
            entry.verdicts(),
            entry.tags(),
            entry.hasBodies(),
            entry.storedBytes()
        };
    }

    static Entry read(ResultSet row) throws SQLException {
        Long input = number(row, 21);
        return new Entry(
                row.getLong(1),
                row.getString(2),
                row.getLong(3),
                row.getString(4),
                row.getString(5),
                row.getInt(6),
                row.getInt(7) == 1,
                row.getString(8),
                row.getString(9),
                row.getString(10),
                row.getString(11),
                row.getString(12),
                row.getString(13),
                row.getString(14),
                row.getString(15),
                row.getString(16),
                row.getString(17),
                row.getString(18),
                row.getInt(19),
                counted(row.getInt(20)),
                input == null
                        ? null
                        : new Tokens(input, row.getLong(22), row.getLong(23), row.getLong(24), row.getLong(25)),
                number(row, 26),
                row.getString(27),
                number(row, 28),
                row.getLong(29),
                row.getLong(30),
                row.getLong(31),
                row.getInt(32),
                row.getString(33),
                row.getString(34),
                row.getString(35),
                row.getInt(36) == 1,
                row.getLong(37));
    }

    private static @Nullable Long number(ResultSet row, int column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }

    private static int code(Charge.Counted counted) {
        return switch (counted) {
            case NOTHING -> 0;
            case REPORTED -> 1;
            case ESTIMATED -> 2;
            case UNKNOWN -> 3;
        };
    }

    private static Charge.Counted counted(int code) {
        return switch (code) {
            case 0 -> Charge.Counted.NOTHING;
            case 1 -> Charge.Counted.REPORTED;
            case 2 -> Charge.Counted.ESTIMATED;
            default -> Charge.Counted.UNKNOWN;
        };
    }
}
