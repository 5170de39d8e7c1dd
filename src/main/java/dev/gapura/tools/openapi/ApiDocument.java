package dev.gapura.tools.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An [OpenAPI](https://spec.openapis.org/oas/v3.1.1.html) document, 3.0 or 3.1, as the operations in it. An
/// operation that cannot be used is left out alone. One instance a reading, one thread.
public final class ApiDocument {
    private static final List<String> METHODS = List.of("get", "put", "post", "delete", "patch");
    private static final Pattern NAME = Pattern.compile("[^\\p{Cntrl}\\s,*]{1,128}");
    /// Headers that are said elsewhere, or that would say where a message ends.
    private static final Set<String> NO_PARAMETERS = Set.of(
            "accept",
            "content-type",
            "authorization",
            "host",
            "content-length",
            "transfer-encoding",
            "connection",
            "cookie",
            "te",
            "trailer",
            "upgrade",
            "expect");
    private static final int MOST_OPERATIONS = 1000;
    private static final int MOST_DESCRIPTION = 4000;

    private final References references;
    private final @Nullable URI place;
    private final List<Operation> operations = new ArrayList<>();
    private final List<String> leftOut = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    private ApiDocument(JsonNode document, @Nullable URI place) {
        this.references = new References(document);
        this.place = place;
    }

    /// Reads JSON or YAML.
    ///
    /// @param place where the document came from, for servers that are named relative to it; null: a file
    /// @throws ApiException where it is no such document
    public static ApiDocument read(byte[] bytes, @Nullable URI place) throws ApiException {
        JsonNode document = YamlTree.read(bytes);
        String version = document.path("openapi").asText("");
        if (!version.startsWith("3.")) {
            throw new ApiException(
                    document.has("swagger")
                            ? "it is Swagger " + document.path("swagger").asText() + "; convert it to OpenAPI 3"
                            : "it is no OpenAPI document of version 3.0 or 3.1");
        }
        if (!document.path("paths").isObject()) {
            throw new ApiException("it has no `paths`");
        }
        ApiDocument read = new ApiDocument(document, place);
        read.paths(document);
        return read;
    }

    /// What can be called, in the order of the document.
    public List<Operation> operations() {
        return List.copyOf(operations);
    }

    /// Operations that cannot be used, each with its reason.
    public List<String> leftOut() {
        return List.copyOf(leftOut);
    }

    private void paths(JsonNode document) {
        for (Map.Entry<String, JsonNode> entry : document.get("paths").properties()) {
            for (String method : METHODS) {
                String label = method.toUpperCase(Locale.ROOT) + " " + entry.getKey();
                try {
                    JsonNode item = references.follow(entry.getValue());
                    if (item.path(method).isObject() && operations.size() < MOST_OPERATIONS) {
                        add(operation(method, entry.getKey(), item, item.get(method)));
                    }
                } catch (ApiException broken) {
                    leftOut.add(label + ": " + broken.reason());
                }
            }
        }
    }

    private void add(Operation operation) throws ApiException {
        if (!names.add(operation.name())) {
            throw new ApiException("another operation has the same name '" + operation.name() + "'");
        }
        operations.add(operation);
    }

    private Operation operation(String method, String path, JsonNode item, JsonNode given) throws ApiException {
        if (!path.startsWith("/")) {
            throw new ApiException("its path does not begin with '/'");
        }
        String id = JsonTree.string(given, "operationId");
        String name =
                id == null ? (method + path).replaceAll("[^A-Za-z0-9]+", "_").replaceAll("_$", "") : id;
        if (!NAME.matcher(name).matches()) {
            throw new ApiException("its `operationId` has blanks, commas or '*', or is longer than 128 characters");
        }
        SchemaReader schemas = new SchemaReader(references);
        ObjectNode properties = JsonTree.object();
        ArrayNode required = JsonTree.array();
        List<Parameter> parameters = new ArrayList<>();
        for (Map.Entry<String, JsonNode> each : parameters(item, given).entrySet()) {
            Parameter parameter = parameter(each.getValue(), properties);
            if (parameter == null) {
                continue;
            }
            parameters.add(parameter);
            properties.set(parameter.argument(), schemaOf(each.getValue(), schemas));
            if (parameter.required()) {
                required.add(parameter.argument());
            }
        }
        for (var segment :
                Pattern.compile("\\{([^}]*)}").matcher(path).results().toList()) {
            if (parameters.stream()
                    .noneMatch(one ->
                            one.place() == Parameter.Place.PATH && one.name().equals(segment.group(1)))) {
                throw new ApiException("its path names '" + segment.group(1) + "', which is no parameter");
            }
        }
        JsonNode body = references.follow(given.path("requestBody"));
        String mediaType = body.isObject() ? mediaType(body) : null;
        String bodyArgument = null;
        if (mediaType != null) {
            bodyArgument = properties.has("body") ? "request_body" : "body";
            JsonNode schema = body.path("content").path(mediaType).path("schema");
            properties.set(bodyArgument, schema.isMissingNode() ? JsonTree.object() : schemas.read(schema));
            if (body.path("required").asBoolean(false)) {
                required.add(bodyArgument);
            }
        }
        ObjectNode schema = JsonTree.object().put("type", "object");
        schema.set("properties", properties);
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        schema.put("additionalProperties", false);
        return new Operation(
                name,
                description(given),
                method.toUpperCase(Locale.ROOT),
                server(item, given),
                path,
                parameters,
                bodyArgument,
                mediaType == null ? "" : mediaType,
                schema);
    }

    private static String description(JsonNode given) {
        String summary = given.path("summary").asText("").strip();
        String more = given.path("description").asText("").strip();
        String text =
                summary.isEmpty() || more.startsWith(summary) ? more : more.isEmpty() ? summary : summary + "\n" + more;
        return text.length() > MOST_DESCRIPTION ? text.substring(0, MOST_DESCRIPTION) : text;
    }

    /// Those of the path and the operation; the operation's count.
    private Map<String, JsonNode> parameters(JsonNode item, JsonNode given) throws ApiException {
        Map<String, JsonNode> all = new LinkedHashMap<>();
        for (JsonNode list : List.of(item.path("parameters"), given.path("parameters"))) {
            for (JsonNode one : list) {
                JsonNode parameter = references.follow(one);
                all.put(
                        parameter.path("in").asText() + " "
                                + parameter.path("name").asText(),
                        parameter);
            }
        }
        return all;
    }

    /// Null where it is said by `headers` of the entry, or by us.
    private static @Nullable Parameter parameter(JsonNode given, ObjectNode taken) throws ApiException {
        String name = JsonTree.string(given, "name");
        String in = JsonTree.string(given, "in");
        if (name == null || in == null) {
            throw new ApiException("a parameter has no `name` or no `in`");
        }
        Parameter.Place place =
                switch (in) {
                    case "path" -> Parameter.Place.PATH;
                    case "query" -> Parameter.Place.QUERY;
                    case "header" -> Parameter.Place.HEADER;
                    case "cookie" -> Parameter.Place.COOKIE;
                    default -> throw new ApiException("its parameter '" + name + "' is in '" + in + "'");
                };
        if (place == Parameter.Place.HEADER && NO_PARAMETERS.contains(name.toLowerCase(Locale.ROOT))) {
            return null;
        }
        boolean form = place == Parameter.Place.QUERY || place == Parameter.Place.COOKIE;
        String style = given.has("content") ? "json" : given.path("style").asText(form ? "form" : "simple");
        if (!Set.of("json", "simple", "form", "deepObject", "spaceDelimited", "pipeDelimited")
                .contains(style)) {
            throw new ApiException("its parameter '" + name + "' has the style '" + style + "', which is not served");
        }
        return new Parameter(
                taken.has(name) ? in + "_" + name : name,
                name,
                place,
                place == Parameter.Place.PATH || given.path("required").asBoolean(false),
                style,
                given.path("explode").asBoolean(style.equals("form")));
    }

    private static JsonNode schemaOf(JsonNode parameter, SchemaReader schemas) throws ApiException {
        JsonNode given = parameter.path("schema");
        for (JsonNode content : parameter.path("content")) {
            given = content.path("schema");
        }
        JsonNode schema = given.isMissingNode() ? JsonTree.object().put("type", "string") : schemas.read(given);
        String description = JsonTree.string(parameter, "description");
        if (schema instanceof ObjectNode object && description != null && !object.has("description")) {
            object.put("description", description);
        }
        return schema;
    }

    /// JSON before forms; null where the body may be left out and has another type.
    private static @Nullable String mediaType(JsonNode body) throws ApiException {
        Map<String, String> types = new HashMap<>();
        body.path("content")
                .properties()
                .forEach(type ->
                        types.put(type.getKey().split(";", 2)[0].strip().toLowerCase(Locale.ROOT), type.getKey()));
        for (String wanted : List.of("application/json", "application/x-www-form-urlencoded")) {
            if (types.containsKey(wanted)) {
                return types.get(wanted);
            }
        }
        for (Map.Entry<String, String> type : types.entrySet()) {
            if (type.getKey().endsWith("+json")) {
                return type.getValue();
            }
        }
        if (body.path("required").asBoolean(false)) {
            throw new ApiException("its body is neither JSON nor a form");
        }
        return null;
    }

    private @Nullable String server(JsonNode item, JsonNode given) throws ApiException {
        for (JsonNode level : List.of(given, item, references.document())) {
            JsonNode server = level.path("servers").path(0);
            String url = JsonTree.string(server, "url");
            if (url != null) {
                return absolute(filled(url, server.path("variables")));
            }
        }
        return absolute("/");
    }

    private static String filled(String url, JsonNode variables) {
        String filled = url;
        for (Map.Entry<String, JsonNode> variable : variables.properties()) {
            filled = filled.replace(
                    "{" + variable.getKey() + "}",
                    variable.getValue().path("default").asText());
        }
        return filled;
    }

    private @Nullable String absolute(String url) throws ApiException {
        try {
            URI resolved = place == null ? URI.create(url) : place.resolve(url);
            return resolved.isAbsolute() ? resolved.toString().replaceAll("/+$", "") : null;
        } catch (IllegalArgumentException malformed) {
            throw new ApiException("its server's address cannot be read");
        }
    }
}
