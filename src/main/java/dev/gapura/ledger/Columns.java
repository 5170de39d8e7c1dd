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
            "key_id",
            "organization",
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
            "parts",
            "service_tier",
            "cost_nano_usd",
            "price",
            "first_byte_ms",
            "duration_ms",
            "bytes_in",
            "bytes_out",
            "tool_runs",
            "tools",
            "calls",
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
            entry.keyId(),
            entry.organization(),
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
            entry.parts(),
            entry.serviceTier(),
            entry.costNanoUsd(),
            entry.price(),
            entry.firstByteMillis(),
            entry.durationMillis(),
            entry.bytesIn(),
            entry.bytesOut(),
            entry.toolRuns(),
            entry.tools(),
            entry.calls(),
            entry.verdicts(),
            entry.tags(),
            entry.hasBodies(),
            entry.storedBytes()
        };
    }

    static Entry read(ResultSet row) throws SQLException {
        Cells cells = new Cells(row);
        return new Entry(
                cells.number(),
                cells.text(),
                cells.number(),
                cells.text(),
                cells.text(),
                (int) cells.number(),
                cells.number() == 1,
                cells.text(),
                cells.text(),
                cells.text(),
                cells.text(),
                cells.text(),
                cells.text(),
                cells.text(),
                cells.text(),
                cells.text(),
                cells.text(),
                cells.text(),
                cells.text(),
                cells.text(),
                (int) cells.number(),
                counted((int) cells.number()),
                tokens(cells),
                cells.text(),
                cells.text(),
                cells.numberOrNull(),
                cells.text(),
                cells.numberOrNull(),
                cells.number(),
                cells.number(),
                cells.number(),
                (int) cells.number(),
                cells.text(),
                cells.text(),
                cells.text(),
                cells.text(),
                cells.number() == 1,
                cells.number());
    }

    private static @Nullable Tokens tokens(Cells cells) throws SQLException {
        Long input = cells.numberOrNull();
        Tokens rest = new Tokens(0, cells.number(), cells.number(), cells.number(), cells.number());
        return input == null
                ? null
                : new Tokens(input, rest.cached(), rest.cacheWrite(), rest.output(), rest.reasoning());
    }

    /// The columns of a row, one after the other.
    private static final class Cells {
        private final ResultSet row;
        private int at;

        Cells(ResultSet row) {
            this.row = row;
        }

        @SuppressWarnings("NullAway") // a column that may be null is read into a component that may
        String text() throws SQLException {
            return row.getString(++at);
        }

        long number() throws SQLException {
            return row.getLong(++at);
        }

        @Nullable
        Long numberOrNull() throws SQLException {
            long value = row.getLong(++at);
            return row.wasNull() ? null : value;
        }
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
