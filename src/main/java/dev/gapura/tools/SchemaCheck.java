package dev.gapura.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.gapura.wire.JsonTree;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Whether a schema that came from elsewhere can be used: valid by its own dialect, closed in itself, and of a size
/// that can be held in mind. Stateless; any thread.
final class SchemaCheck {
    private static final Map<SpecificationVersion, Schema> DIALECTS = new ConcurrentHashMap<>();
    private static final int DEEPEST = 64;
    private static final int MOST_NODES = 10_000;

    private SchemaCheck() {}

    /// What is wrong with it, null where nothing is.
    static @Nullable String fault(ObjectNode schema) {
        int[] nodes = {0};
        String fault = walk(schema, 0, nodes);
        if (fault != null) {
            return fault;
        }
        String named = JsonTree.string(schema, "$schema");
        SpecificationVersion version = named == null
                ? SpecificationVersion.DRAFT_2020_12
                : SpecificationVersion.fromDialectId(named)
                        .or(() -> SpecificationVersion.fromDialectId(named + "#"))
                        .orElse(null);
        if (version == null) {
            return "its schema is written in a dialect that is not known";
        }
        try {
            List<Error> errors =
                    DIALECTS.computeIfAbsent(version, SchemaCheck::dialect).validate(schema);
            if (errors.isEmpty()) {
                new ArgumentCheck(schema);
                return null;
            }
            return "its schema is not valid: " + errors.getFirst().getInstanceLocation() + ": "
                    + errors.getFirst().getMessage();
        } catch (RuntimeException broken) {
            return "its schema cannot be read";
        }
    }

    private static Schema dialect(SpecificationVersion version) {
        return SchemaRegistry.withDefaultDialect(version).getSchema(SchemaLocation.of(version.getDialectId()));
    }

    private static @Nullable String walk(JsonNode node, int depth, int[] nodes) {
        if (depth > DEEPEST || ++nodes[0] > MOST_NODES) {
            return "its schema is nested deeper than " + DEEPEST + " or has more than " + MOST_NODES + " parts";
        }
        String reference = JsonTree.string(node, "$ref");
        if (reference != null && !reference.startsWith("#")) {
            return "its schema refers to something outside itself";
        }
        for (JsonNode child : node) {
            String fault = walk(child, depth + 1, nodes);
            if (fault != null) {
                return fault;
            }
        }
        return null;
    }
}
