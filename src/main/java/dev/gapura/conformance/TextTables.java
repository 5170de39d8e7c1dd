package dev.gapura.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// Results as plain text for a terminal. Pure.
public final class TextTables {
    /// Narrowest tables that are made, in characters.
    public static final int MIN_WIDTH = 60;

    private static final int MARGIN = 2;

    /// What the cells mean, printed once above all tables.
    private static final String LEGEND =
            "A name such as openai-chat/0012 is a recorded exchange of that provider that shows"
                    + " the feature, and +60 that 60 more do. 'like' names one of another provider that speaks the same language:"
                    + " the gateway treats both alike, but this provider was not seen to do it. 'written from documentation' names"
                    + " a test without a recording.";

    private final int width;
    private final StringBuilder out = new StringBuilder();

    private TextTables(int width) {
        this.width = Math.max(width, MIN_WIDTH);
    }

    /// The tables of a selection.
    ///
    /// @param width characters in a line
    public static String of(Selection selection, int width) {
        TextTables tables = new TextTables(width);
        wrap(LEGEND, tables.width).forEach(tables::line);
        if (selection.byFeature()) {
            selection.features().forEach(feature -> tables.feature(feature, selection.targets()));
        } else {
            tables.summary(selection.targets());
            selection.targets().forEach(target -> tables.target(target, selection.features()));
        }
        return tables.out.toString();
    }

    private void summary(List<Target> targets) {
        int names = targets.stream()
                .mapToInt(target -> title(target).length())
                .max()
                .orElse(0);
        line("");
        line(pad("", names + MARGIN) + "recordings    recorded  like  written  not offered");
        for (Target target : targets) {
            Map<Target.Kind, Integer> counts = target.counts();
            line(String.format(
                    Locale.ROOT,
                    "%s  %-12s %9d %5d %8d %12d",
                    pad(title(target), names),
                    target.recordings(),
                    counts.getOrDefault(Target.Kind.RECORDED, 0),
                    counts.getOrDefault(Target.Kind.LIKE, 0),
                    counts.getOrDefault(Target.Kind.WRITTEN, 0),
                    counts.getOrDefault(Target.Kind.NOT_OFFERED, 0)));
        }
    }

    private void target(Target target, List<Feature> features) {
        line("");
        line(title(target));
        line("recordings read as they were said: " + target.recordings());
        if (!target.sessions().isEmpty()) {
            wrap("conversations that keep thoughts and ids: " + target.sessions(), width)
                    .forEach(this::line);
        }
        List<Entry> entries = features.stream()
                .map(feature -> new Entry(feature.title(), target.row(feature)))
                .toList();
        line("");
        table(entries);
    }

    private void feature(Feature feature, List<Target> targets) {
        line("");
        line(feature.title() + ": " + feature.meaning().replace("`", ""));
        line("");
        table(targets.stream()
                .map(target -> new Entry(title(target), target.row(feature)))
                .toList());
    }

    private static String title(Target target) {
        return target.provider() + " (" + target.dialect() + ")";
    }

    /// A line of a table before it is wrapped.
    private record Entry(String name, Target.Row row) {}

    private void table(List<Entry> entries) {
        int names =
                entries.stream().mapToInt(entry -> entry.name().length()).max().orElse(0);
        int longest = entries.stream()
                .mapToInt(entry -> Math.max(
                        entry.row().json().text().length(),
                        entry.row().sse().text().length()))
                .max()
                .orElse(0);
        int cells = Math.min((width - MARGIN - names - 2 * MARGIN) / 2, Math.max(longest, "JSON".length()));
        if (cells < longestWord(entries)) {
            entries.forEach(this::stacked);
            return;
        }
        row(names, cells, "", "JSON", "SSE");
        row(names, cells, "-".repeat(names), "-".repeat(cells), "-".repeat(cells));
        entries.forEach(entry -> row(
                names,
                cells,
                entry.name(),
                entry.row().json().text(),
                entry.row().sse().text()));
    }

    private static int longestWord(List<Entry> entries) {
        return entries.stream()
                .flatMap(entry ->
                        Stream.of(entry.row().json().text(), entry.row().sse().text()))
                .flatMap(text -> Stream.of(text.split(" ")))
                .mapToInt(String::length)
                .max()
                .orElse(0);
    }

    /// A line of a table that is too wide for this terminal: names stay whole, one cell below the other.
    private void stacked(Entry entry) {
        line(" ".repeat(MARGIN) + entry.name());
        stacked("JSON  ", entry.row().json().text());
        stacked("SSE   ", entry.row().sse().text());
    }

    private void stacked(String form, String text) {
        int indent = 2 * MARGIN + form.length();
        List<String> lines = wrap(text, width - indent);
        for (int at = 0; at < lines.size(); at++) {
            line(pad(at == 0 ? " ".repeat(2 * MARGIN) + form : "", indent) + lines.get(at));
        }
    }

    private void row(int names, int cells, String name, String json, String sse) {
        List<String> left = wrap(json, cells);
        List<String> right = wrap(sse, cells);
        for (int at = 0; at < Math.max(left.size(), right.size()); at++) {
            line(" ".repeat(MARGIN)
                    + pad(at == 0 ? name : "", names + MARGIN)
                    + pad(at < left.size() ? left.get(at) : "", cells + MARGIN)
                    + (at < right.size() ? right.get(at) : ""));
        }
    }

    private void line(String text) {
        out.append(text.stripTrailing()).append('\n');
    }

    private static String pad(String text, int length) {
        return text + " ".repeat(Math.max(0, length - text.length()));
    }

    /// Text in lines of at most `length` characters, broken at spaces and, where a word is longer, inside it.
    static List<String> wrap(String text, int length) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ")) {
            String rest = word;
            if (!line.isEmpty() && line.length() + 1 + rest.length() > length) {
                lines.add(line.toString());
                line.setLength(0);
            }
            while (rest.length() > length) {
                // The name of a test breaks before its method.
                int hash = rest.indexOf('#') + 1;
                int end = hash > 0 && hash <= length ? hash : length;
                lines.add(rest.substring(0, end));
                rest = rest.substring(end);
            }
            line.append(line.isEmpty() ? "" : " ").append(rest);
        }
        lines.add(line.toString());
        return lines;
    }
}
