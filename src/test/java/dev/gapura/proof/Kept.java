package dev.gapura.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.gapura.provider.Verdict;
import dev.gapura.provider.Verdict.Outcome;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Looks for everything that a chat request says in the request that was written from it: what is not there must have a
/// verdict that says so. One instance a request.
final class Kept {
    /// Values of fields that mean the same as their absence, as JSON.
    private static final Map<String, Set<String>> DEFAULTS = Map.ofEntries(
            Map.entry("n", Set.of("1")),
            Map.entry("parallel_tool_calls", Set.of("true")),
            Map.entry("tool_choice", Set.of("\"auto\"")),
            Map.entry("function_call", Set.of("\"auto\"")),
            Map.entry("response_format", Set.of("{\"type\":\"text\"}")),
            Map.entry("logprobs", Set.of("false")),
            Map.entry("tools", Set.of("[]")),
            Map.entry("service_tier", Set.of("\"auto\"", "\"default\"")),
            Map.entry("stop", Set.of("[]", "\"\"")),
            Map.entry("modalities", Set.of("[\"text\"]")),
            Map.entry("frequency_penalty", Set.of("0", "0.0")),
            Map.entry("presence_penalty", Set.of("0", "0.0")),
            Map.entry("thinking", Set.of("{\"type\":\"disabled\"}")),
            Map.entry("reasoning_effort", Set.of("\"none\"")),
            Map.entry("reasoning", Set.of("{\"effort\":\"none\"}")),
            Map.entry("enable_thinking", Set.of("false")));

    /// Fields that the gateway answers for itself; `n` by several calls where the provider has nothing like it.
    private static final Set<String> GATEWAYS = Set.of("model", "messages", "n", "stream", "stream_options");

    private final JsonNode chat;
    private final JsonNode written;
    private final List<Verdict> verdicts;
    private final Map<String, String> sentNames;
    private final List<String> missing = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();
    private final Set<JsonNode> objects = new HashSet<>();
    private final Set<String> keys = new HashSet<>();

    /// @param chat the request of the client
    /// @param written the body that the provider gets
    /// @param toolNames names as they were sent, for those that were changed, by the client's
    private Kept(JsonNode chat, JsonNode written, List<Verdict> verdicts, Map<String, String> toolNames) {
        this.chat = chat;
        this.written = written;
        this.verdicts = verdicts;
        this.sentNames = toolNames;
        gather(written);
    }

    /// What is missing without a verdict.
    ///
    /// @param places where the provider has each field, by JSON Pointer; several are parted by blanks
    static List<String> missing(
            JsonNode chat,
            JsonNode written,
            List<Verdict> verdicts,
            Map<String, String> toolNames,
            Map<String, String> places) {
        Kept kept = new Kept(chat, written, verdicts, toolNames);
        chat.properties().forEach(field -> {
            boolean judged = !GATEWAYS.contains(field.getKey()) || places.containsKey(field.getKey());
            if (!field.getValue().isNull() && judged) {
                kept.field(field.getKey(), field.getValue(), places.getOrDefault(field.getKey(), ""));
            }
        });
        kept.messages();
        kept.tools();
        return kept.missing;
    }

    private void gather(JsonNode node) {
        if (node.isTextual()) {
            texts.add(node.textValue());
            String text = node.textValue().strip();
            JsonNode inner = text.startsWith("{") || text.startsWith("[") ? JsonTree.readOrNull(text) : null;
            if (inner != null) {
                gather(inner);
            }
        } else {
            if (node.isObject()) {
                objects.add(node);
                node.fieldNames().forEachRemaining(keys::add);
            }
            node.forEach(this::gather);
        }
    }

    private void field(String name, JsonNode value, String places) {
        Verdict verdict = verdict(name);
        if (verdict == null) {
            missing.add(name + " has no verdict");
        } else if (verdict.outcome() == Outcome.PASSED
                && !DEFAULTS.getOrDefault(name, Set.of()).contains(meaning(value))) {
            boolean there = false;
            for (String place : places.split(" ")) {
                JsonNode at = place.isEmpty() ? JsonTree.object().path("none") : written.at(place);
                boolean same = value.isContainerNode() || at.isContainerNode() || equal(at, value);
                there |= !at.isMissingNode() && same;
            }
            if (!there) {
                missing.add(name + " passed but is not at " + places);
            }
        }
    }

    /// The value as JSON without the empty texts of a list, which say nothing.
    private static String meaning(JsonNode value) {
        if (!value.isArray()) {
            return value.toString();
        }
        ArrayNode rest = JsonTree.array();
        value.forEach(one -> {
            if (!one.isTextual() || !one.textValue().isEmpty()) {
                rest.add(one);
            }
        });
        return rest.toString();
    }

    private static boolean equal(JsonNode one, JsonNode other) {
        return one.isNumber() && other.isNumber()
                ? one.decimalValue().compareTo(other.decimalValue()) == 0
                : one.equals(other);
    }

    private @Nullable Verdict verdict(String field) {
        return verdicts.stream()
                .filter(one -> one.field().equals(field))
                .reduce((first, second) -> second.outcome() == Outcome.PASSED ? first : second)
                .orElse(null);
    }

    private void messages() {
        JsonNode messages = chat.path("messages");
        for (int i = 0; i < messages.size(); i++) {
            JsonNode message = messages.get(i);
            String place = "messages[" + i + "]";
            text(message.path("content"), place);
            text(message.path("refusal"), place);
            for (JsonNode part : message.path("content")) {
                part(part, place);
            }
            for (JsonNode call : message.path("tool_calls")) {
                call(call.has("custom") ? call.get("custom") : call.path("function"), place);
            }
            if (message.path("function_call").isObject()) {
                call(message.get("function_call"), place);
            }
            boolean says = !blank(message.path("content")) && !told("messages", place);
            if (says
                    && message.path("name").isTextual()
                    && !message.path("role").asText().matches("tool|function")) {
                text(message.get("name"), place);
            }
            if (says
                    && message.toString().contains("\"cache_control\"")
                    && !keys.contains("cache_control")
                    && !keys.contains("cachePoint")
                    && verdict("cache_control") == null) {
                missing.add(place + " cache_control");
            }
        }
    }

    /// Whether there is nothing that could be marked, or said under a name.
    private static boolean blank(JsonNode content) {
        for (JsonNode part : content) {
            if (part.has("text") && !part.path("text").asText().isBlank() || !part.has("text")) {
                return false;
            }
        }
        return content.isContainerNode() || content.asText("").isBlank();
    }

    private void part(JsonNode part, String place) {
        switch (part.path("type").asText()) {
            case "text" -> text(part.path("text"), place);
            case "refusal" -> text(part.path("refusal"), place);
            case "image_url" -> media(part.path("image_url").path("url"), part.path("image_url"), place);
            case "video_url" -> media(part.path("video_url").path("url"), part.path("video_url"), place);
            case "input_audio" -> media(part.at("/input_audio/data"), part, place);
            case "file" -> {
                JsonNode file = part.path("file");
                media(file.has("file_data") ? file.get("file_data") : file.path("file_id"), file, place);
            }
            default -> {
                if (!told("messages", place) && !objects.contains(part)) {
                    missing.add(place + " a part of the type " + part.path("type"));
                }
            }
        }
    }

    private void media(JsonNode address, JsonNode whole, String place) {
        String data = address.isTextual() ? address.textValue() : whole.asText();
        String bare = data.startsWith("data:") ? data.substring(data.indexOf(',') + 1) : data;
        String words = data.startsWith("data:text/")
                ? new String(Base64.getDecoder().decode(bare), StandardCharsets.UTF_8).strip()
                : bare;
        boolean there = texts.stream().anyMatch(text -> text.contains(bare) || text.contains(words));
        if (!there && !told("messages", place)) {
            missing.add(place + " a medium " + bare.substring(0, Math.min(40, bare.length())));
        }
    }

    private void text(JsonNode text, String place) {
        String said = text.isTextual() ? text.textValue().strip() : "";
        if (!said.isEmpty()
                && texts.stream().noneMatch(one -> one.contains(said))
                && !jsonThere(said)
                && !told("messages", place)) {
            missing.add(place + " the text " + said.substring(0, Math.min(60, said.length())));
        }
    }

    /// Results of tools may be sent as the JSON that they hold.
    private boolean jsonThere(String text) {
        JsonNode json = JsonTree.readOrNull(text);
        return json != null
                && (objects.contains(json)
                        || json.isValueNode()
                        || objects.stream().anyMatch(object -> {
                            for (JsonNode member : object) {
                                if (member.equals(json)) {
                                    return true;
                                }
                            }
                            return false;
                        }));
    }

    private void call(JsonNode function, String place) {
        String name = function.path("name").asText();
        String arguments =
                function.path("arguments").asText(function.path("input").asText("{}"));
        JsonNode value = JsonTree.readOrNull(arguments.isBlank() ? "{}" : arguments);
        String sent = sentNames.getOrDefault(name, name);
        boolean there = texts.stream().anyMatch(text -> text.contains(sent))
                && (value != null && objects.contains(value)
                        || texts.stream().anyMatch(text -> text.contains(arguments)));
        if (!there && !told("messages", place) && !told("tools", "")) {
            missing.add(place + " the call " + name + " " + arguments);
        }
    }

    private void tools() {
        if (told("tools", "") || told("functions", "")) {
            return;
        }
        for (JsonNode tool : chat.path("tools")) {
            tool(tool.has("custom") ? tool.get("custom") : tool.path("function"));
        }
        chat.path("functions").forEach(this::tool);
    }

    private void tool(JsonNode function) {
        String name = function.path("name").asText();
        if (name.isEmpty() || narrowed()) {
            return;
        }
        String description = function.path("description").asText("").strip();
        if (!texts.contains(sentNames.getOrDefault(name, name))
                || texts.stream().noneMatch(text -> text.contains(description))) {
            missing.add("the tool " + name);
        }
        properties(function.path("parameters"), name);
    }

    private void properties(JsonNode schema, String name) {
        schema.path("properties").properties().forEach(property -> {
            if (!keys.contains(property.getKey())) {
                missing.add("the argument " + property.getKey() + " of the tool " + name);
            }
            properties(property.getValue(), name);
        });
    }

    /// Whether a choice of tools was made by leaving the others out.
    private boolean narrowed() {
        Verdict choice = verdict(chat.has("tool_choice") ? "tool_choice" : "function_call");
        return choice != null && choice.outcome() != Outcome.PASSED && choice.outcome() != Outcome.RENAMED;
    }

    /// Whether a verdict speaks of a place, or of no place at all.
    private boolean told(String field, String place) {
        return verdicts.stream()
                .anyMatch(verdict -> verdict.field().equals(field)
                        && verdict.outcome() == Outcome.STRIPPED
                        && (verdict.detail() == null
                                || place.isEmpty()
                                || verdict.detail().startsWith(place)));
    }
}
