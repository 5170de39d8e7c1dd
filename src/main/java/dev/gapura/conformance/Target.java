package dev.gapura.conformance;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// One provider in one language: a table of its own. Immutable; any thread.
///
/// @param protocol folder of its recordings
/// @param provider known name, or `others`
/// @param dialect language spoken with it, as in the configuration
/// @param recordings how many of its recorded exchanges a client reads as they were said, such as `190 of 194`
/// @param sessions how many of its recorded conversations give the provider everything back, for clients that keep all
///     fields and for those that keep only OpenAI's own; empty where none were recorded
/// @param rows by feature, each feature once
public record Target(
        String protocol, String provider, String dialect, String recordings, String sessions, Map<Feature, Row> rows) {
    /// Copies the rows.
    public Target {
        rows = Map.copyOf(rows);
    }

    /// Plain and streamed.
    public record Row(Cell json, Cell sse) {}

    /// The row of a feature.
    public Row row(Feature feature) {
        return Objects.requireNonNull(rows.get(feature), feature::title);
    }

    /// How many cells of each kind there are, by the kind's class.
    public Map<Kind, Integer> counts() {
        Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
        rows.values().forEach(row -> {
            counts.merge(Kind.of(row.json()), 1, Integer::sum);
            counts.merge(Kind.of(row.sse()), 1, Integer::sum);
        });
        return counts;
    }

    /// Kinds of cells, for counting.
    public enum Kind {
        RECORDED,
        LIKE,
        WRITTEN,
        NOT_OFFERED,
        NOTHING;

        static Kind of(Cell cell) {
            return switch (cell) {
                case Cell.Recorded recorded -> RECORDED;
                case Cell.Like like -> LIKE;
                case Cell.Written written -> WRITTEN;
                case Cell.NotOffered gone -> NOT_OFFERED;
                case Cell.Nothing nothing -> NOTHING;
            };
        }
    }
}
