package dev.gapura.app;

import dev.gapura.conformance.Cell;
import dev.gapura.conformance.Feature;
import dev.gapura.testkit.Recordings.Recording;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the table of features takes from documentation: the data file `recordings/written.txt`.
final class WrittenCells {
    private static final String FILE = "/recordings/written.txt";

    private final Map<String, Asked> asked = new LinkedHashMap<>();
    private final Map<String, Cell> cells = new LinkedHashMap<>();

    private final Set<String> made = new HashSet<>();

    /// Whom a dry run asks.
    record Asked(String provider, List<String> models) {}

    WrittenCells() {
        try (InputStream in = WrittenCells.class.getResourceAsStream(FILE)) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split(" \\| "))
                    .forEach(this::line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void line(String[] parts) {
        if (parts[0].equals("ask")) {
            asked.put(parts[1], new Asked(parts[2], List.of(parts[3].split(", "))));
            return;
        }
        if (parts[0].equals("made")) {
            made.add(parts[1]);
            return;
        }
        Feature feature = Feature.of(parts[2]).orElseThrow();
        Cell cell = parts[4].startsWith(Cell.NOT_OFFERED) ? Cell.of(parts[4]) : new Cell.Written(parts[4]);
        for (boolean streamed : new boolean[] {false, true}) {
            if (parts[3].equals("both") || parts[3].equals("SSE") == streamed) {
                cells.put(name(parts[1], feature, streamed), cell);
            }
        }
    }

    private static String name(String protocol, Feature feature, boolean streamed) {
        return protocol + ' ' + feature + ' ' + streamed;
    }

    /// Whether an exchange was written by hand, though it stands among the recordings.
    boolean isMade(Recording recording) {
        return recording.features().contains("synthetic") || made.contains(recording.file());
    }

    /// Whom to ask about a protocol, null where nobody was named.
    @Nullable
    Asked asked(String protocol) {
        return asked.get(protocol);
    }

    /// What stands in the file, null where nothing does.
    @Nullable
    Cell of(String protocol, Feature feature, boolean streamed) {
        return cells.get(name(protocol, feature, streamed));
    }

    /// All cells of the file.
    Map<String, Cell> all() {
        return cells;
    }
}
