package dev.gapura.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.config.Config;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What a key may do, and what is done for its requests. Null lists allow everything. Immutable.
///
/// @param models patterns of `provider/model` and of aliases
/// @param tools patterns of server tools
/// @param offer patterns of server tools that the model is given without being asked for
/// @param routes patterns of route templates, `/v1/chat/completions`; null: every route but the administration's
/// @param addresses networks it may be used from, as CIDR
/// @param defaults members that requests get which lack them: JSON text by name
/// @param tags written on every exchange of the key
/// @param bodies whose bodies the history keeps; null: as it does for everybody
public record Policy(
        @Nullable List<String> models,
        @Nullable List<String> tools,
        List<String> offer,
        @Nullable List<String> routes,
        @Nullable List<String> addresses,
        Map<String, String> defaults,
        Map<String, String> tags,
        Config.@Nullable Bodies bodies) {
    /// Everything, and nothing added.
    public static final Policy ANYTHING = new Policy(null, null, List.of(), null, null, Map.of(), Map.of(), null);

    public Policy {
        models = models == null ? null : List.copyOf(models);
        tools = tools == null ? null : List.copyOf(tools);
        offer = List.copyOf(offer);
        routes = routes == null ? null : List.copyOf(routes);
        addresses = addresses == null ? null : List.copyOf(addresses);
        defaults = Collections.unmodifiableMap(new LinkedHashMap<>(defaults));
        tags = Map.copyOf(tags);
    }

    static Policy of(Config.Key key) {
        return new Policy(key.models(), key.tools(), key.offer(), null, null, Map.of(), Map.of(), key.bodies());
    }

    /// As JSON, for the API and the database. Members that restrict nothing are absent.
    public ObjectNode json() {
        ObjectNode object = JsonTree.object();
        put(object, "models", models);
        put(object, "tools", tools);
        put(object, "offer", offer.isEmpty() ? null : offer);
        put(object, "routes", routes);
        put(object, "addresses", addresses);
        if (!defaults.isEmpty()) {
            ObjectNode members = object.putObject("defaults");
            defaults.forEach((name, text) -> members.set(name, JsonTree.readOrNull(text)));
        }
        if (!tags.isEmpty()) {
            ObjectNode members = object.putObject("tags");
            new TreeMap<>(tags).forEach(members::put);
        }
        if (bodies != null) {
            object.put("bodies", bodies.name().toLowerCase(Locale.ROOT));
        }
        return object;
    }

    /// The same as text, for the database.
    String text() {
        return JsonTree.text(json());
    }

    private static void put(ObjectNode object, String name, @Nullable List<String> values) {
        if (values != null) {
            values.forEach(object.putArray(name)::add);
        }
    }

    /// Reads what [#json] has written into the database.
    static Policy stored(String text) {
        if (text.equals("{}")) {
            return ANYTHING;
        }
        JsonNode object = JsonTree.readOrNull(text);
        if (object == null) {
            throw new IllegalStateException("a policy in the database is not JSON");
        }
        String bodies = JsonTree.string(object, "bodies");
        return new Policy(
                texts(object, "models"),
                texts(object, "tools"),
                Objects.requireNonNullElse(texts(object, "offer"), List.of()),
                texts(object, "routes"),
                texts(object, "addresses"),
                members(object.path("defaults"), JsonTree::text),
                members(object.path("tags"), JsonNode::textValue),
                bodies == null ? null : Config.Bodies.valueOf(bodies.toUpperCase(Locale.ROOT)));
    }

    private static @Nullable List<String> texts(JsonNode object, String name) {
        JsonNode values = object.get(name);
        if (values == null) {
            return null;
        }
        List<String> texts = new ArrayList<>();
        values.forEach(value -> texts.add(value.textValue()));
        return texts;
    }

    private static Map<String, String> members(JsonNode object, Function<JsonNode, String> text) {
        Map<String, String> members = new LinkedHashMap<>();
        object.properties().forEach(member -> members.put(member.getKey(), text.apply(member.getValue())));
        return members;
    }
}
