package dev.gapura.dialect.responses;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.openai.AnswerWriter;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.testkit.Recordings;
import dev.gapura.testkit.Recordings.Recording;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Every recorded answer of the Responses API, read and written for the client, says what the provider said. What it
/// said is worked out here from the final response object, not from the deltas that the reader goes by.
class ResponsesRecordedAnswersTest {
    private static final String[] PROTOCOLS = {
        "openai-responses", "azure-responses", "compat-responses", "xai-responses"
    };

    /// Answers that end in a failure, by what the client is told.
    private static final Map<String, FailureKind> FAILURES = Map.of(
            // No answer yet: a background response in the queue.
            "openai-responses/0099-tool-result-tools.json", FailureKind.PROVIDER_FAILED,
            // A call of the computer tool, for which Chat Completions has no word.
            "openai-responses/0045-reasoning-reasoning-config-tools.json", FailureKind.PROVIDER_UNREADABLE,
            "openai-responses/0085-stream-mid-stream-error.json", FailureKind.PROVIDER_FAILED,
            "openai-responses/0089-stream-mid-stream-error.json", FailureKind.PROVIDER_QUOTA);

    private static final Map<Integer, FailureKind> STATUSES =
            Map.of(400, FailureKind.PROVIDER_REJECTED, 401, FailureKind.PROVIDER_AUTH, 429, FailureKind.PROVIDER_QUOTA);

    @Test
    void everyAnswerSaysWhatTheProviderSaid() {
        Recordings.assumeAvailable();
        List<String> misses = new ArrayList<>();
        for (String protocol : PROTOCOLS) {
            int seen = 0;
            int right = 0;
            for (Recording recording : Recordings.ofProtocols(protocol)) {
                if (recording.response().status() == 200) {
                    seen++;
                    String miss = miss(recording);
                    if (miss == null) {
                        right++;
                    } else {
                        misses.add(recording + ": " + miss);
                    }
                }
            }
            System.out.println("recordings " + protocol + ": " + right + " of " + seen);
        }
        assertThat(misses).isEmpty();
    }

    @Test
    void everyErrorHasItsKind() {
        Recordings.assumeAvailable();
        ErrorReader errors = new ErrorReader(InstantSource.system());
        List<String> misses = new ArrayList<>();
        int seen = 0;
        for (Recording recording : Recordings.ofProtocols(PROTOCOLS)) {
            int status = recording.response().status();
            if (status < 400) {
                continue;
            }
            seen++;
            Failure failure = errors.read(
                    Responses.provider("acme"),
                    status,
                    recording.response().headers()::get,
                    recording.response().rawBody());
            boolean badKey = failure.message().contains("Incorrect API key");
            FailureKind expected = badKey ? FailureKind.PROVIDER_AUTH : Objects.requireNonNull(STATUSES.get(status));
            if (failure.kind() != expected) {
                misses.add(recording + ": " + failure);
            }
        }
        System.out.println("recorded errors of Responses: " + (seen - misses.size()) + " of " + seen);
        assertThat(misses).isEmpty();
    }

    private static @Nullable String miss(Recording recording) {
        Question question = Responses.question(recording.provider().equals("azure-foundry") ? "azure" : "acme");
        byte[] raw = recording.response().rawBody();
        boolean stream = recording.isStream();
        FailureKind failure = FAILURES.get(recording.file());
        List<ChatEvent> whole = stream ? Responses.stream(question, List.of(raw)) : Responses.answer(question, raw);
        AnswerWriter first = Responses.fold(question, whole);
        for (long seed = 1; stream && seed <= 4; seed++) {
            List<ChatEvent> cut = Responses.stream(question, Responses.slices(raw, seed));
            if (!cut.equals(whole)) {
                return "cut with seed " + seed + " it reads otherwise";
            }
        }
        if (failure != null) {
            Failure told = first.failure();
            return told != null && told.kind() == failure ? null : "should fail as " + failure + ": " + told;
        }
        if (first.failure() != null) {
            return "fails: " + first.failure();
        }
        JsonNode response = stream ? last(raw) : recording.response().body();
        if (response == null) {
            return "has no response";
        }
        Map<String, Object> expected = said(response);
        if (stream) {
            // OpenAI seals a thought anew for the final object; that of the item counts.
            expected.put("sealed", sealedItems(raw));
        }
        Map<String, Object> actual = told(Responses.chat(question, whole));
        if (!expected.equals(actual)) {
            return differences(expected, actual);
        }
        // The plain answer that the stream ends with means the same as the stream, but for the sealing.
        Map<String, Object> plain =
                told(Responses.chat(question, Responses.answer(question, JsonTree.bytes(response))));
        plain.put("sealed", Objects.requireNonNull(actual.get("sealed")));
        return stream && !plain.equals(actual) ? "not as plain: " + differences(plain, actual) : null;
    }

    private static String differences(Map<String, Object> expected, Map<String, Object> actual) {
        StringBuilder out = new StringBuilder();
        expected.forEach((name, value) -> {
            if (!value.equals(actual.get(name))) {
                out.append("\n  ").append(name).append(" said ").append(value);
                out.append("\n  ").append(name).append(" told ").append(actual.get(name));
            }
        });
        return out.toString();
    }

    private static List<String> sealedItems(byte[] raw) {
        List<String> sealed = new ArrayList<>();
        for (JsonNode event : events(raw)) {
            JsonNode content = event.path("item").path("encrypted_content");
            if (event.path("type").asText().equals("response.output_item.done") && content.isTextual()) {
                sealed.add(content.asText());
            }
        }
        return sealed;
    }

    private static List<JsonNode> events(byte[] raw) {
        List<JsonNode> events = new ArrayList<>();
        for (String line : new String(raw, StandardCharsets.UTF_8).split("\n")) {
            JsonNode event = line.startsWith("data:")
                    ? JsonTree.readOrNull(line.substring(5).strip())
                    : null;
            if (event != null) {
                events.add(event);
            }
        }
        return events;
    }

    private static @Nullable JsonNode last(byte[] raw) {
        JsonNode found = null;
        for (JsonNode event : events(raw)) {
            String type = event.path("type").asText();
            if (type.equals("response.completed") || type.equals("response.incomplete")) {
                found = event.get("response");
            }
        }
        return found;
    }

    private static Map<String, Object> said(JsonNode response) {
        StringBuilder text = new StringBuilder();
        StringBuilder refusal = new StringBuilder();
        List<String> thoughts = new ArrayList<>();
        List<String> sealed = new ArrayList<>();
        List<Object> calls = new ArrayList<>();
        List<String> urls = new ArrayList<>();
        for (JsonNode item : response.path("output")) {
            switch (item.path("type").asText()) {
                case "message" ->
                    item.path("content").forEach(part -> {
                        text.append(part.path("text").asText(""));
                        refusal.append(part.path("refusal").asText(""));
                        part.path("annotations").forEach(note -> {
                            if (note.path("type").asText().equals("url_citation")) {
                                urls.add(note.path("url").asText());
                            }
                        });
                    });
                case "reasoning" -> {
                    JsonNode parts = item.path("summary").isEmpty() ? item.path("content") : item.path("summary");
                    parts.forEach(part -> thoughts.add(part.path("text").asText()));
                    if (item.hasNonNull("encrypted_content")) {
                        sealed.add(item.get("encrypted_content").asText());
                    }
                }
                case "function_call" ->
                    calls.add(List.of(
                            item.path("call_id").asText(),
                            item.path("name").asText(),
                            json(item.path("arguments").asText())));
                default -> {}
            }
        }
        boolean cut = response.path("status").asText().equals("incomplete");
        Map<String, Object> said = new TreeMap<>();
        said.put("text", text.toString());
        said.put("refusal", refusal.toString());
        said.put("thoughts", String.join("\n\n", thoughts));
        said.put("sealed", sealed);
        said.put("calls", calls);
        said.put("urls", urls);
        said.put("finish", cut ? "length" : calls.isEmpty() ? "stop" : "tool_calls");
        JsonNode usage = response.path("usage");
        said.put(
                "usage",
                List.of(
                        usage.path("input_tokens").asLong(),
                        usage.path("output_tokens").asLong(),
                        usage.path("total_tokens").asLong(),
                        usage.path("input_tokens_details").path("cached_tokens").asLong(-1),
                        usage.path("output_tokens_details")
                                .path("reasoning_tokens")
                                .asLong(-1)));
        return said;
    }

    private static Map<String, Object> told(JsonNode chat) {
        JsonNode choice = chat.path("choices").path(0);
        JsonNode message = choice.path("message");
        List<String> sealed = new ArrayList<>();
        message.path("reasoning_details").forEach(detail -> {
            if (detail.path("type").asText().equals("reasoning.encrypted")) {
                sealed.add(detail.path("data").asText());
            }
        });
        List<Object> calls = new ArrayList<>();
        message.path("tool_calls").forEach(call -> {
            JsonNode function = call.path("function");
            calls.add(List.of(
                    call.path("id").asText(),
                    function.path("name").asText(),
                    json(function.path("arguments").asText())));
        });
        List<String> urls = new ArrayList<>();
        message.path("annotations")
                .forEach(note -> urls.add(note.path("url_citation").path("url").asText()));
        Map<String, Object> told = new TreeMap<>();
        told.put(
                "text",
                message.path("content").isNull() ? "" : message.path("content").asText());
        told.put(
                "refusal",
                message.path("refusal").isNull() ? "" : message.path("refusal").asText());
        told.put("thoughts", message.path("reasoning_content").asText(""));
        told.put("sealed", sealed);
        told.put("calls", calls);
        told.put("urls", urls);
        told.put("finish", choice.path("finish_reason").asText());
        JsonNode usage = chat.path("usage");
        told.put(
                "usage",
                List.of(
                        usage.path("prompt_tokens").asLong(),
                        usage.path("completion_tokens").asLong(),
                        usage.path("total_tokens").asLong(),
                        usage.path("prompt_tokens_details")
                                .path("cached_tokens")
                                .asLong(-1),
                        usage.path("completion_tokens_details")
                                .path("reasoning_tokens")
                                .asLong(-1)));
        return told;
    }

    private static Object json(String text) {
        JsonNode value = JsonTree.readOrNull(text);
        return value == null ? text.isEmpty() ? JsonTree.object() : text : value;
    }
}
