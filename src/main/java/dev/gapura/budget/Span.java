package dev.gapura.budget;

import dev.gapura.config.Quota;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/// The time that a budget is for: a calendar day or month in UTC, or all of it. Which one an exchange belongs to is
/// decided by its arrival alone, so that nothing has to be reset and a clock that goes back doubles nothing.
public enum Span {
    DAY("day", "today"),
    MONTH("month", "this month"),
    TOTAL("total", "in all");

    private final String text;
    private final String said;

    Span(String text, String said) {
        this.text = text;
        this.said = said;
    }

    /// Word in the database and in answers.
    public String text() {
        return text;
    }

    /// As a sentence says it.
    public String said() {
        return said;
    }

    /// The span of that word.
    ///
    /// @throws IllegalArgumentException when there is none
    public static Span of(String text) {
        for (Span span : values()) {
            if (span.text.equals(text)) {
                return span;
            }
        }
        throw new IllegalArgumentException("no span of a budget: " + text);
    }

    /// Begin of the span that a moment lies in, milliseconds since the Unix epoch; 0 for all time.
    public long startMillis(long atMillis) {
        LocalDate day = day(atMillis);
        return switch (this) {
            case DAY -> millis(day);
            case MONTH -> millis(day.withDayOfMonth(1));
            case TOTAL -> 0;
        };
    }

    /// End of the span that a moment lies in; null for all time, which has none.
    public @Nullable Long endMillis(long atMillis) {
        LocalDate day = day(atMillis);
        return switch (this) {
            case DAY -> (Long) millis(day.plusDays(1));
            case MONTH -> (Long) millis(day.withDayOfMonth(1).plusMonths(1));
            case TOTAL -> null;
        };
    }

    /// What a quota allows in a span, in nanodollars; null where it says nothing.
    public @Nullable Long limit(Quota quota) {
        return switch (this) {
            case DAY -> quota.nanoUsdPerDay();
            case MONTH -> quota.nanoUsdPerMonth();
            case TOTAL -> quota.nanoUsdTotal();
        };
    }

    private static LocalDate day(long atMillis) {
        return LocalDate.ofInstant(Instant.ofEpochMilli(atMillis), ZoneOffset.UTC);
    }

    private static long millis(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    }
}
