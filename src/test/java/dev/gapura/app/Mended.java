package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Works out what a client must read of an answer that departs from the dialect, in the plainest way and with nothing
/// of the gateway's code: one id and model, finish reasons that clients know, tool calls as OpenAI streams them, counts
/// told once, thoughts out of the text, sources as annotations. One instance an answer.
final class Mended {
    /// Stands for an id that the gateway makes up.
    static final String MADE_UP = "made-up";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> KNOWN = Set.of("stop", "length", "tool_calls", "content_filter", "function_call");

    private final RecordedProvider provider;
    private final Map<Integer, List<String>> calls = new HashMap<>();
    private final Map<Integer, StringBuilder> texts = new HashMap<>();
    private final Map<Integer, int[]> told = new HashMap<>();
    private final Map<String, String> sources = new LinkedHashMap<>();
    private @Nullable JsonNode id;
    private @Nullable JsonNode model;
    private @Nullable JsonNode created;
    private @Nullable JsonNode due;

    Mended(RecordedProvider provider) {
        this.provider = provider;
    }

    /// The chunk as it must arrive, null where it must not.
    @Nullable
    JsonNode chunk(JsonNode given) {
        if (provider.name().equals("azure") && isFinding(given)) {
            return null;
        }
        if (provider.isExact()) {
            return given;
        }
        ObjectNode chunk = given.deepCopy();
        id = id == null && !chunk.path("id").asText().isEmpty() ? chunk.get("id") : id;
        model = model == null && !chunk.path("model").asText().isEmpty() ? chunk.get("model") : model;
        created = created == null ? chunk.get("created") : created;
        if (id != null) {
            chunk.set("id", id);
        }
        if (model != null) {
            chunk.set("model", model);
        }
        cite(chunk);
        if (!chunk.path("choices").isArray()) {
            chunk.putArray("choices");
        }
        boolean ends = false;
        for (JsonNode choice : chunk.get("choices")) {
            ends |= choice((ObjectNode) choice);
        }
        if (chunk.path("usage").isObject()) {
            counts((ObjectNode) chunk.get("usage"));
            boolean last = ends || chunk.get("choices").isEmpty();
            due = last ? null : chunk.remove("usage");
        }
        return chunk;
    }

    private static boolean isFinding(JsonNode chunk) {
        boolean ends = false;
        boolean says = false;
        for (JsonNode choice : chunk.path("choices")) {
            ends |= choice.hasNonNull("finish_reason");
            says |= choice.has("delta");
        }
        return !chunk.path("usage").isObject() && !ends && !says;
    }

    private boolean choice(ObjectNode choice) {
        int index = choice.path("index").asInt();
        choice.remove("message");
        ObjectNode delta =
                choice.path("delta").isObject() ? (ObjectNode) choice.get("delta") : choice.putObject("delta");
        if (delta.path("tool_calls").isEmpty()) {
            delta.remove("tool_calls");
        } else {
            delta.get("tool_calls").forEach(call -> piece(index, (ObjectNode) call));
        }
        String reason = choice.path("finish_reason").textValue();
        boolean ends = reason != null && !reason.isEmpty();
        if (provider.thinksInTags() && (delta.path("content").isTextual() || ends)) {
            texts.computeIfAbsent(index, fresh -> new StringBuilder())
                    .append(delta.path("content").asText(""));
            thoughts(delta, index, ends);
        }
        if (ends) {
            finish(choice, calls.containsKey(index));
            annotate(delta);
        } else if (reason != null) {
            choice.putNull("finish_reason");
        }
        return ends;
    }

    /// Whatever of thought and answer was not told before, worked out from the whole text so far.
    private void thoughts(ObjectNode delta, int index, boolean ends) {
        String[] all = parted(texts.get(index).toString(), ends);
        int[] before = told.computeIfAbsent(index, fresh -> new int[2]);
        String thought = all[0].substring(before[0]);
        String answer = all[1].substring(before[1]);
        if (delta.path("content").isTextual() || !answer.isEmpty()) {
            delta.put("content", answer);
        }
        if (!thought.isEmpty()) {
            delta.put("reasoning_content", thought);
        }
        before[0] = all[0].length();
        before[1] = all[1].length();
    }

    private static String[] parted(String text, boolean whole) {
        String stripped = text.stripLeading();
        if (!stripped.startsWith("<think>")) {
            boolean open = !whole && "<think>".startsWith(stripped);
            return new String[] {"", open ? "" : text};
        }
        String rest = stripped.substring(7);
        int close = rest.indexOf("</think>");
        if (close >= 0) {
            return new String[] {
                rest.substring(0, close), rest.substring(close + 8).stripLeading()
            };
        }
        int held = 0;
        for (int length = 1; !whole && length < 8; length++) {
            held = rest.endsWith("</think>".substring(0, length)) ? length : held;
        }
        return new String[] {rest.substring(0, rest.length() - held), ""};
    }

    private void piece(int choice, ObjectNode piece) {
        List<String> known = calls.computeIfAbsent(choice, fresh -> new ArrayList<>());
        ObjectNode function =
                piece.path("function").isObject() ? (ObjectNode) piece.get("function") : piece.putObject("function");
        String name = function.path("name").asText("");
        int index = piece.path("index").asInt(name.isEmpty() ? known.size() - 1 : known.size());
        if (index >= known.size()) {
            known.add(name);
            if (piece.path("id").asText("").isEmpty()) {
                piece.put("id", MADE_UP);
            }
            piece.put("type", "function");
        } else {
            piece.remove(List.of("id", "type"));
            function.remove("name");
        }
        piece.put("index", index);
        JsonNode arguments = function.path("arguments");
        function.put(
                "arguments",
                arguments.isTextual() ? arguments.asText() : arguments.isObject() ? arguments.toString() : "");
    }

    private static void finish(ObjectNode choice, boolean called) {
        String reason = choice.path("finish_reason").asText("");
        boolean other = !KNOWN.contains(reason);
        choice.put(
                "finish_reason", called && (other || reason.equals("stop")) ? "tool_calls" : other ? "stop" : reason);
        if (other && !reason.isEmpty() && !choice.has("native_finish_reason")) {
            choice.put("native_finish_reason", reason);
        }
    }

    private void cite(JsonNode answer) {
        answer.path("citations").forEach(url -> sources.putIfAbsent(url.asText(), ""));
        answer.path("search_results")
                .forEach(result -> sources.computeIfPresent(
                        result.path("url").asText(),
                        (url, title) -> result.path("title").asText("")));
    }

    private void annotate(ObjectNode said) {
        if (provider.citesBeside() && !said.has("annotations") && !sources.isEmpty()) {
            ArrayNode list = said.putArray("annotations");
            sources.forEach((url, title) -> list.addObject()
                    .put("type", "url_citation")
                    .putObject("url_citation")
                    .put("start_index", 0)
                    .put("end_index", 0)
                    .put("url", url)
                    .put("title", title));
        }
    }

    private static void counts(ObjectNode usage) {
        int prompt = usage.path("prompt_tokens").asInt();
        int cached = usage.path("prompt_tokens_details").path("cached_tokens").asInt();
        if (cached > prompt) {
            usage.put("prompt_tokens", prompt + cached);
            usage.put(
                    "total_tokens",
                    prompt + cached + usage.path("completion_tokens").asInt());
        }
        if (usage.path("prompt_cache_hit_tokens").isNumber()
                && !usage.path("prompt_tokens_details").has("cached_tokens")) {
            usage.withObject("/prompt_tokens_details").set("cached_tokens", usage.get("prompt_cache_hit_tokens"));
        }
    }

    /// Counts that were taken out of chunks and have to come at the end, null where there are none.
    @Nullable
    JsonNode due() {
        if (due == null) {
            return null;
        }
        ObjectNode chunk = JSON.createObjectNode();
        chunk.set("id", id == null ? chunk.textNode("") : id);
        chunk.put("object", "chat.completion.chunk");
        chunk.set("created", created == null ? chunk.numberNode(0) : created);
        chunk.set("model", model);
        chunk.putArray("choices");
        return chunk.set("usage", due);
    }

    /// A plain answer as it must arrive.
    JsonNode whole(JsonNode given) {
        if (provider.isExact()) {
            return given;
        }
        ObjectNode answer = given.deepCopy();
        cite(answer);
        for (JsonNode one : answer.path("choices")) {
            ObjectNode choice = (ObjectNode) one;
            ObjectNode message = (ObjectNode) choice.get("message");
            choice.remove("delta");
            boolean called = !message.path("tool_calls").isEmpty();
            if (!called) {
                message.remove("tool_calls");
            }
            message.path("tool_calls").forEach(call -> call((ObjectNode) call));
            if (provider.thinksInTags() && message.path("content").isTextual()) {
                String[] parted = parted(message.get("content").asText(), true);
                message.put("content", parted[1]);
                if (!parted[0].isEmpty()) {
                    message.put("reasoning_content", parted[0]);
                }
            }
            finish(choice, called);
            annotate(message);
        }
        if (answer.path("usage").isObject()) {
            counts((ObjectNode) answer.get("usage"));
        }
        return answer;
    }

    private static void call(ObjectNode call) {
        ObjectNode function = (ObjectNode) call.get("function");
        JsonNode arguments = function.path("arguments");
        if (!arguments.isTextual()) {
            function.put("arguments", arguments.isObject() ? arguments.toString() : "{}");
        }
        if (!call.path("type").isTextual()) {
            call.put("type", "function");
        }
    }
}
