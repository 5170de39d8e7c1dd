package dev.gapura.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import dev.gapura.wire.JsonTree;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Holds the arguments that a model gave against the schema of their tool. References outside the schema are never
/// fetched. Immutable; any thread.
final class ArgumentCheck {
    private static final Logger LOG = LoggerFactory.getLogger(ArgumentCheck.class);
    private static final int MOST_ERRORS = 5;
    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            registry -> registry.schemaRegistryConfig(SchemaRegistryConfig.builder()
                    .regularExpressionFactory(BoundedPattern::new)
                    .build()));

    private final Schema schema;

    /// @param schema of an object
    ArgumentCheck(ObjectNode schema) {
        this.schema = REGISTRY.getSchema(schema);
    }

    /// What came of reading arguments.
    sealed interface Checked {
        record Valid(ObjectNode arguments) implements Checked {}

        /// @param fault for the model, so that it can call again
        record Invalid(String fault) implements Checked {}
    }

    /// @param text as the model wrote it; empty where the tool takes nothing
    Checked check(String text) {
        JsonNode value = text.isBlank() ? JsonTree.object() : JsonTree.readOrNull(text);
        if (!(value instanceof ObjectNode arguments)) {
            return new Checked.Invalid(
                    value == null ? "The arguments are not valid JSON." : "The arguments must be a JSON object.");
        }
        List<Error> errors;
        try {
            errors = schema.validate(arguments);
        } catch (RuntimeException | StackOverflowError broken) {
            // A schema that cannot be applied, or not in reasonable time, or that refers to itself without end, is no
            // fault of the model's.
            LOG.debug("a schema cannot be applied to arguments", broken);
            return new Checked.Valid(arguments);
        }
        return errors.isEmpty()
                ? new Checked.Valid(arguments)
                : new Checked.Invalid(errors.stream()
                        .limit(MOST_ERRORS)
                        .map(ArgumentCheck::said)
                        .collect(Collectors.joining("; ", "The arguments do not follow the tool's schema: ", ".")));
    }

    private static String said(Error error) {
        String place = error.getInstanceLocation().toString();
        return (place.isEmpty() ? "the arguments" : place) + ": " + error.getMessage();
    }
}
