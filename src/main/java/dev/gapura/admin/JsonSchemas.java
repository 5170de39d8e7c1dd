package dev.gapura.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import dev.gapura.wire.JsonTree;
import java.util.List;
import java.util.Map;

/// Writes shapes as JSON Schema 2020-12, which OpenAPI 3.1 takes. Pure; any thread.
final class JsonSchemas {
    private JsonSchemas() {}

    static ObjectNode of(Shape shape) {
        ObjectNode schema = JsonTree.object();
        switch (shape) {
            case Shape.Anything anything -> {}
            case Shape.Text text -> text(schema, text);
            case Shape.Choice choice -> choice(schema, choice);
            case Shape.Number(double min, double max) -> {
                schema.put("type", "number");
                if (!Double.isInfinite(min)) {
                    schema.put("minimum", min);
                }
                if (!Double.isInfinite(max)) {
                    schema.put("maximum", max);
                }
            }
            case Shape.Whole(long min, long max) -> {
                schema.put("type", "integer").put("format", "int64");
                if (min != Long.MIN_VALUE) {
                    schema.put("minimum", min);
                }
                if (max != Long.MAX_VALUE) {
                    schema.put("maximum", max);
                }
            }
            case Shape.Flag flag -> schema.put("type", "boolean");
            case Shape.ListOf(Shape item, int min, int max) -> {
                schema.put("type", "array").set("items", of(item));
                if (min > 0) {
                    schema.put("minItems", min);
                }
                if (max != Integer.MAX_VALUE) {
                    schema.put("maxItems", max);
                }
            }
            case Shape.Members members -> members(schema, members);
            case Shape.MapOf map -> {
                schema.put("type", "object").set("additionalProperties", of(map.value()));
                if (map.maxEntries() != Integer.MAX_VALUE) {
                    schema.put("maxProperties", map.maxEntries());
                }
                schema.putObject("propertyNames").put("maxLength", map.maxKey());
            }
            case Shape.Tagged tagged -> tagged(schema, tagged);
            case Shape.AnyOf anyOf -> {
                ArrayNode alternatives = schema.putArray("anyOf");
                anyOf.alternatives().forEach(alternative -> alternatives.add(of(alternative)));
            }
            case Shape.Refused refused -> schema.putObject("not");
        }
        return schema;
    }

    private static void text(ObjectNode schema, Shape.Text text) {
        schema.put("type", "string");
        if (text.min() > 0) {
            schema.put("minLength", text.min());
        }
        if (text.max() != Integer.MAX_VALUE) {
            schema.put("maxLength", text.max());
        }
        if (text.alphabet() != Shape.Alphabet.ANY) {
            schema.put("pattern", "^" + text.alphabet().pattern() + "$");
        }
    }

    private static void choice(ObjectNode schema, Shape.Choice choice) {
        schema.put("type", "string");
        // A list that providers lengthen is no limit: its words are examples.
        ArrayNode values = schema.putArray(choice.open() ? "examples" : "enum");
        choice.values().forEach(values::add);
    }

    /// An object with these members.
    static void members(ObjectNode schema, Shape.Members shape) {
        members(schema, shape.members());
        if (!shape.atLeastOne().isEmpty()) {
            ArrayNode any = schema.putArray("anyOf");
            shape.atLeastOne()
                    .forEach(name -> any.addObject().putArray("required").add(name));
        }
    }

    /// An object with these members, however many.
    static void members(ObjectNode schema, List<Parameter> members) {
        schema.put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = JsonTree.array();
        for (Parameter member : members) {
            properties.set(member.name(), of(member));
            if (member.required()) {
                required.add(member.name());
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
    }

    /// A member, with what is said of it.
    static ObjectNode of(Parameter member) {
        ObjectNode schema = of(member.shape());
        schema.put("description", member.description());
        String standard = member.standard();
        JsonNode value = standard == null ? null : JsonTree.readOrNull(standard);
        if (value != null) {
            schema.set("default", value);
        }
        if (member.deprecated()) {
            schema.put("deprecated", true);
        }
        if (member.extension()) {
            schema.put("x-extension", true);
        }
        if (!member.required() && schema.get("type") instanceof JsonNode type && type.isTextual()) {
            // A member that may be left out may be null too.
            schema.putArray("type").add(type.textValue()).add("null");
        }
        return schema;
    }

    private static void tagged(ObjectNode schema, Shape.Tagged tagged) {
        ArrayNode variants = schema.putArray(tagged.open() ? "anyOf" : "oneOf");
        for (Map.Entry<String, Shape.Members> entry : tagged.variants().entrySet()) {
            ObjectNode variant = variants.addObject();
            members(variant, entry.getValue());
            ObjectNode tag = JsonTree.object();
            tag.put("const", entry.getKey());
            ((ObjectNode) variant.get("properties")).set(tagged.tag(), tag);
            if (!entry.getKey().equals(tagged.assumed())) {
                variant.withArray("required").add(tagged.tag());
            }
        }
        if (tagged.open()) {
            variants.addObject().put("type", "object");
        }
    }
}
