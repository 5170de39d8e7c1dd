package dev.gapura.pricing;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The prices of one model over time: today's, those before a change, those already announced, those of some
/// hours of the day, and those of service tiers. Immutable; any thread; has no clock of its own.
///
/// @param rows in the order of their source: of those that hold at a time, the last one counts
/// @param source where they come from, as the catalogue names it
public record PriceList(List<Row> rows, Source source) {
    public PriceList {
        rows = List.copyOf(rows);
    }

    /// One price and when it holds.
    ///
    /// @param since first day, in UTC; null: from the beginning
    /// @param hours time of day at which alone it holds; null: the whole day
    /// @param serviceTier tier for which alone it holds; null: the ordinary one
    public record Row(
            @Nullable LocalDate since,
            @Nullable Hours hours,
            @Nullable String serviceTier,
            Price price) {
        boolean holdsAt(Instant instant) {
            return (since == null
                            || !instant.isBefore(
                                    since.atStartOfDay(ZoneOffset.UTC).toInstant()))
                    && (hours == null || hours.contains(instant));
        }
    }

    /// A stretch of every day in UTC, over midnight where its end is before its begin.
    ///
    /// @param from first moment
    /// @param to first moment that is no longer in it
    public record Hours(LocalTime from, LocalTime to) {
        /// As in `01:00-04:00`.
        @Override
        public String toString() {
            return from + "-" + to;
        }

        boolean contains(Instant instant) {
            LocalTime time = instant.atOffset(ZoneOffset.UTC).toLocalTime();
            boolean begun = !time.isBefore(from);
            boolean ended = !time.isBefore(to);
            return to.isBefore(from) ? begun || !ended : begun && !ended;
        }
    }

    /// The ordinary price at a time.
    public @Nullable Price priceAt(Instant instant) {
        return priceAt(instant, null);
    }

    /// The price at a time in a service tier. A tier that has no price of its own costs the ordinary one.
    ///
    /// @param serviceTier what the provider says it used, such as `priority` or `flex`
    /// @return null where no price held yet
    public @Nullable Price priceAt(Instant instant, @Nullable String serviceTier) {
        Row row = rowAt(instant, serviceTier);
        return row == null ? null : row.price();
    }

    /// The same with the day from which it holds.
    public @Nullable Row rowAt(Instant instant, @Nullable String serviceTier) {
        Row ordinary = null;
        Row special = null;
        for (Row row : rows) {
            if (!row.holdsAt(instant)) {
                continue;
            }
            if (row.serviceTier() == null) {
                ordinary = row;
            } else if (row.serviceTier().equals(serviceTier)) {
                special = row;
            }
        }
        return special == null ? ordinary : special;
    }
}
