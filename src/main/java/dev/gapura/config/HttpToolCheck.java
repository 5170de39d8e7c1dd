package dev.gapura.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/// Finds what cannot work in the request of an `http` tool before a model calls it. One for each entry, while the
/// configuration is read.
final class HttpToolCheck {
    private static final Pattern ARGUMENT = Pattern.compile("\\{([A-Za-z0-9_.-]+)}");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Document document;
    private final Section tool;

    /// @param tool the entry
    HttpToolCheck(Document document, Section tool) {
        this.document = document;
        this.tool = tool;
    }

    /// Names and values of headers, also of other kinds of tools.
    void headers(Map<String, Secret> headers, @Nullable Node place) {
        headers.forEach((name, value) -> {
            String path = tool.path("headers") + "." + name;
            String nameFault = RequestHeader.nameFault(name);
            String fault = nameFault == null ? RequestHeader.valueFault(value.reveal()) : nameFault;
            if (fault != null) {
                error(place, path + fault);
            }
        });
    }

    /// The template of the body.
    void body(
            String method,
            @Nullable String body,
            Map<String, Secret> headers,
            @Nullable ObjectNode parameters,
            @Nullable Node place) {
        if (body == null || place == null) {
            return;
        }
        if (method.equals("GET") || method.equals("DELETE")) {
            error(
                    place,
                    tool.path("body") + " is never sent with " + method + "; write POST, PUT or PATCH as "
                            + tool.path("method") + ", or leave it out: arguments go into the query");
            return;
        }
        boolean json = headers.entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase("content-type"))
                .allMatch(header ->
                        header.getValue().reveal().toLowerCase(Locale.ROOT).contains("json"));
        if (json && !isJson(body)) {
            error(
                    place,
                    tool.path("body")
                            + " is not JSON; write JSON in which \"{name}\" stands for an argument, or say what"
                            + " it is with a content-type under " + tool.path("headers"));
            return;
        }
        unfilled("body", body, parameters, place);
    }

    /// Warns of `{name}` that no argument fills in.
    void unfilled(String key, String template, @Nullable ObjectNode parameters, Node place) {
        Matcher argument = ARGUMENT.matcher(template);
        while (argument.find()) {
            String wanted = argument.group(1);
            if (parameters == null || !parameters.path("properties").has(wanted)) {
                document.warn(
                        place,
                        tool.path(key) + " has {" + wanted + "}, and no parameter has that name; add it to "
                                + tool.path("parameters"));
            }
        }
    }

    /// The schema of the arguments, as far as every model's provider wants it.
    void parameters(@Nullable ObjectNode parameters, @Nullable Node place) {
        if (parameters == null) {
            return;
        }
        String path = tool.path("parameters");
        if (parameters.has("type") && !"object".equals(parameters.path("type").textValue())) {
            error(place, path + ".type must be object: arguments have names");
        } else if (parameters.has("properties") && !parameters.get("properties").isObject()) {
            error(place, path + ".properties must be a mapping of names to schemas");
        }
    }

    private void error(@Nullable Node place, String problem) {
        if (place != null) {
            document.error(place, problem);
        }
    }

    private static boolean isJson(String text) {
        try {
            return !JSON.readTree(text).isMissingNode();
        } catch (JsonProcessingException malformed) {
            return false;
        }
    }
}
