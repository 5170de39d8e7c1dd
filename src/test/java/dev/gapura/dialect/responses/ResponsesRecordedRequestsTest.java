package dev.gapura.dialect.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatRequest;
import dev.gapura.dialect.UpstreamCall;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.ModelProfile.Ability;
import dev.gapura.provider.ModelProfiles;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.testkit.Recordings;
import dev.gapura.testkit.Recordings.Recording;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Recorded requests, read into the neutral language and written again, ask for the same. What is written differently
/// on purpose is taken out of both sides by [#same]: nothing else may differ.
class ResponsesRecordedRequestsTest {
    /// Requests that change, and why.
    private static final Map<String, String> EXCEPTIONS = Map.of(
            "openai-responses/0091-tool-result-image-tools.json",
            "an assistant message without a word in it is left out");

    @Test
    void everyRequestAsksForTheSame() {
        Recordings.assumeAvailable();
        List<String> misses = new ArrayList<>();
        for (String protocol : List.of("openai-responses", "azure-responses", "compat-responses", "xai-responses")) {
            int seen = 0;
            int right = 0;
            for (Recording recording : Recordings.ofProtocols(protocol)) {
                Recordings.Request request = recording.request();
                if (request == null || request.body() == null) {
                    continue;
                }
                seen++;
                byte[] body = JsonTree.bytes(request.body());
                String miss = miss(JsonTree.read(body, 0, body.length));
                if (miss == null || EXCEPTIONS.containsKey(recording.file())) {
                    right++;
                } else {
                    misses.add(recording + ": " + miss);
                }
            }
            System.out.println("recorded requests " + protocol + ": " + right + " of " + seen);
        }
        assertThat(misses).isEmpty();
    }

    private static @Nullable String miss(JsonNode sent) {
        ChatRequest read = RequestReader.read(sent);
        ModelProfile model = ModelProfiles.of("openai_responses", read.model());
        Judge judge = new Judge(Responses.provider("acme"), UnsupportedPolicy.parse(null));
        UpstreamCall call;
        try {
            call = Responses.DIALECT.write(read, model, judge);
        } catch (GatewayException refused) {
            return "refused: " + refused.failure().message();
        }
        JsonNode expected = same(sent, model);
        JsonNode written = same(JsonTree.read(call.body(), 0, call.body().length), model);
        StringBuilder out = new StringBuilder();
        for (String name : List.of("input", "tools", "text", "reasoning")) {
            if (!expected.path(name).equals(written.path(name))) {
                out.append("\n  ").append(name).append(" sent    ").append(expected.path(name));
                out.append("\n  ").append(name).append(" written ").append(written.path(name));
            }
        }
        return expected.equals(written)
                ? null
                : out.append("\n  or another member").toString();
    }

    private static JsonNode same(JsonNode request, ModelProfile model) {
        ObjectNode out = request.deepCopy();
        out.properties().removeIf(member -> member.getValue().isNull());
        // Nothing is stored, and reasoning always comes sealed.
        out.put("store", false);
        ArrayNode include = out.withArray("include");
        List<String> words = new ArrayList<>();
        include.forEach(word -> words.add(word.asText()));
        words.remove(RequestWriter.SEALED);
        out.remove("include");
        out.put("include", String.join(",", words.stream().sorted().toList()));
        if (!out.path("stream").asBoolean()) {
            out.remove("stream");
        }
        // Instructions stand in front of the input.
        ArrayNode items = JsonTree.array();
        if (out.remove("instructions") instanceof JsonNode instructions) {
            items.addObject().put("role", "system").set("content", instructions);
        }
        JsonNode input = out.get("input");
        if (input.isTextual()) {
            items.addObject().put("role", "user").set("content", input);
        } else {
            input.forEach(items::add);
        }
        out.set("input", input(items, model));
        // Strict is always said, and the empty choice of tools is not.
        out.path("tools").forEach(tool -> strict(tool));
        strict(out.path("text").path("format"));
        if (out.path("tools").isEmpty()) {
            out.remove(List.of("tools", "tool_choice", "parallel_tool_calls"));
        }
        if (out.get("text") instanceof ObjectNode text && "text".equals(Items.string(text.path("format"), "type"))) {
            out.remove("text");
        }
        if (out.get("reasoning") instanceof ObjectNode reasoning) {
            reasoning.properties().removeIf(member -> member.getValue().isNull());
        }
        // "Auto" is what is meant where nothing is said.
        if ("auto".equals(out.path("tool_choice").textValue())) {
            out.remove("tool_choice");
        }
        return out;
    }

    private static void strict(JsonNode holder) {
        String type = Items.string(holder, "type");
        if (holder instanceof ObjectNode object
                && (type.equals("function") || type.equals("json_schema"))
                && !object.path("defer_loading").asBoolean()) {
            object.put("strict", object.path("strict").asBoolean());
            object.properties().removeIf(member -> member.getValue().isNull());
        }
    }

    /// Items without ids and statuses; turns of one role in a row are one; thoughts that cannot go back are
    /// left out.
    private static ArrayNode input(ArrayNode items, ModelProfile model) {
        ArrayNode out = JsonTree.array();
        for (JsonNode item : items) {
            ObjectNode one = item.deepCopy();
            String type = Items.string(item, "type");
            one.properties().removeIf(member -> member.getValue().isNull());
            switch (type) {
                case "", "message" -> {
                    one.remove(List.of("type", "id", "status"));
                    one.set("content", content(item.path("content")));
                    JsonNode before = out.isEmpty() ? null : out.get(out.size() - 1);
                    if (before instanceof ObjectNode last
                            && "assistant".equals(Items.string(one, "role"))
                            && "assistant".equals(Items.string(last, "role"))
                            && !one.has("phase")
                            && !last.has("phase")) {
                        ((ArrayNode) last.get("content")).addAll((ArrayNode) one.get("content"));
                    } else {
                        out.add(one);
                    }
                }
                case "function_call", "custom_tool_call" -> {
                    if (!one.has("namespace")) {
                        one.remove(List.of("id", "status"));
                    }
                    out.add(one);
                }
                case "function_call_output", "custom_tool_call_output" -> {
                    one.remove(List.of("id", "status"));
                    one.set("output", content(item.path("output")));
                    out.add(one);
                }
                case "reasoning" -> {
                    one.remove("status");
                    StringBuilder summary = new StringBuilder();
                    item.path("summary")
                            .forEach(part -> summary.append(summary.isEmpty() ? "" : "\n\n")
                                    .append(part.path("text").asText()));
                    boolean sealed = one.has("encrypted_content");
                    one.remove("summary");
                    if (sealed) {
                        one.remove("content");
                        one.put("summary", summary.toString());
                    } else {
                        one.put(
                                "content",
                                one.path("content").path(0).path("text").asText(summary.toString()));
                    }
                    boolean takenBack = sealed
                            || (model.can(Ability.PLAIN_THOUGHTS)
                                    && !one.path("content").asText().isEmpty());
                    if (takenBack) {
                        out.add(one);
                    }
                }
                default -> out.add(item);
            }
        }
        return out;
    }

    private static ArrayNode content(JsonNode content) {
        ArrayNode out = JsonTree.array();
        if (content.isTextual()) {
            out.addObject().put("text", content.textValue());
            return out;
        }
        for (JsonNode part : content) {
            ObjectNode one = part.deepCopy();
            String type = Items.string(part, "type");
            one.remove(List.of("annotations", "logprobs"));
            if (type.endsWith("_text")) {
                one.remove("type");
            }
            out.add(one);
        }
        return out;
    }
}
