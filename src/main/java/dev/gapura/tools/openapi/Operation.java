package dev.gapura.tools.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One operation of a document that can be called. Immutable but for the schema, which is not to be changed.
///
/// @param name its `operationId`, or one made of method and path
/// @param description for the model
/// @param method in capitals
/// @param server address that the path is added to, without a slash at its end; null where the document names none
/// @param path with `{name}` for parameters
/// @param bodyArgument argument that is the body; null where it takes none
/// @param mediaType of the body
/// @param schema JSON Schema of the arguments
public record Operation(
        String name,
        String description,
        String method,
        @Nullable String server,
        String path,
        List<Parameter> parameters,
        @Nullable String bodyArgument,
        String mediaType,
        ObjectNode schema) {
    public Operation {
        parameters = List.copyOf(parameters);
    }

    /// The call with these arguments.
    ///
    /// @param base in place of the document's own server; null: that
    /// @param arguments valid by the schema
    /// @throws ApiException where they cannot be sent
    public ApiRequest request(@Nullable String base, ObjectNode arguments) throws ApiException {
        String host = base == null ? server : base;
        if (host == null) {
            throw new ApiException("the document names no server; set `base_url`");
        }
        String filled = path;
        List<String> query = new ArrayList<>();
        List<String> cookies = new ArrayList<>();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("accept", "application/json, text/*;q=0.9, */*;q=0.1");
        for (Parameter parameter : parameters) {
            JsonNode value = arguments.get(parameter.argument());
            if (value == null || value.isNull()) {
                if (parameter.place() == Parameter.Place.PATH) {
                    throw new ApiException("the argument '" + parameter.argument() + "' is missing");
                }
                continue;
            }
            switch (parameter.place()) {
                case PATH -> filled = filled.replace("{" + parameter.name() + "}", segment(parameter, value));
                case QUERY -> query.addAll(parameter.pairs(value));
                case HEADER ->
                    headers.put(
                            parameter.name().toLowerCase(Locale.ROOT),
                            headerText(parameter, parameter.simple(value, false)));
                case COOKIE -> cookies.addAll(parameter.pairs(value));
            }
        }
        if (!cookies.isEmpty()) {
            headers.put("cookie", String.join("; ", cookies));
        }
        byte[] body = body(arguments);
        if (body != null) {
            headers.put("content-type", mediaType);
        }
        String url = host + filled;
        return new ApiRequest(
                method,
                query.isEmpty() ? url : url + (url.contains("?") ? "&" : "?") + String.join("&", query),
                headers,
                body);
    }

    private static String segment(Parameter parameter, JsonNode value) throws ApiException {
        return PathSegment.checked(parameter.argument(), parameter.simple(value, true));
    }

    private static String headerText(Parameter parameter, String value) throws ApiException {
        if (value.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw new ApiException(
                    "the argument '" + parameter.argument() + "' has characters that a header cannot have");
        }
        return value;
    }

    private byte @Nullable [] body(ObjectNode arguments) {
        JsonNode value = bodyArgument == null ? null : arguments.get(bodyArgument);
        if (value == null) {
            return null;
        }
        return mediaType.equals("application/x-www-form-urlencoded")
                ? value.properties().stream()
                        .map(member -> Parameter.encoded(member.getKey()) + "="
                                + Parameter.encoded(
                                        member.getValue().isTextual()
                                                ? member.getValue().textValue()
                                                : JsonTree.text(member.getValue())))
                        .collect(Collectors.joining("&"))
                        .getBytes(StandardCharsets.UTF_8)
                : JsonTree.wellFormed(value);
    }
}
