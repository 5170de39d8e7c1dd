package dev.gapura.conformance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.util.Locale;

/// Results as JSON, an object for each cell, for programs. Pure.
public final class Rows {
    private Rows() {}

    /// An array of `{protocol, provider, dialect, feature, mode, kind, …}`; what else is there depends on the kind:
    /// `recording` and `more`, `recording`, `test`, `reason`.
    public static String of(Selection selection) {
        ArrayNode rows = JsonTree.array();
        for (Target target : selection.targets()) {
            for (Feature feature : selection.features()) {
                Target.Row row = target.row(feature);
                add(target, feature, "json", row.json(), rows);
                add(target, feature, "sse", row.sse(), rows);
            }
        }
        return rows.toPrettyString() + "\n";
    }

    private static void add(Target target, Feature feature, String mode, Cell cell, ArrayNode rows) {
        ObjectNode row = rows.addObject()
                .put("protocol", target.protocol())
                .put("provider", target.provider())
                .put("dialect", target.dialect())
                .put("feature", feature.title())
                .put("mode", mode)
                .put("kind", Target.Kind.of(cell).name().toLowerCase(Locale.ROOT));
        switch (cell) {
            case Cell.Recorded(String recording, int more) ->
                row.put("recording", recording).put("more", more);
            case Cell.Like(String recording) -> row.put("recording", recording);
            case Cell.Written(String test) -> row.put("test", test);
            case Cell.NotOffered(String reason) -> row.put("reason", reason);
            case Cell.Nothing nothing -> {}
        }
    }
}
