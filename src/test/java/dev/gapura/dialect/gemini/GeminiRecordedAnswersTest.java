package dev.gapura.dialect.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.dialect.AnswerFilter;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Providers;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.StreamReader;
import dev.gapura.dialect.openai.AnswerWriter;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.testkit.Recordings;
import dev.gapura.testkit.Recordings.Recording;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Every recorded answer of Gemini means to a client what it meant on the wire, however its bytes are cut.
class GeminiRecordedAnswersTest {
    private static final String[] PROTOCOLS = {"gemini-generate", "vertex-gemini"};

    /// Answers that are no good end for a client either.
    private static final Map<String, FailureKind> FAILURES = Map.of(
            // The reason OTHER, and no content.
            "gemini-generate/0057-refusal.json", FailureKind.PROVIDER_FAILED);

    private final ErrorReader errors = new ErrorReader(InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z")));
    private final GeminiDialect dialect = new GeminiDialect(errors);

    @Test
    void everyRecordedAnswerIsUnderstood() {
        Recordings.assumeAvailable();
        for (String protocol : PROTOCOLS) {
            List<String> misses = new ArrayList<>();
            int seen = 0;
            for (Recording recording : Recordings.ofProtocols(protocol)) {
                if (recording.response().status() == 200) {
                    seen++;
                    String miss = check(recording);
                    if (miss != null) {
                        misses.add(recording.file() + ": " + miss);
                    }
                }
            }
            System.out.println("recordings " + protocol + ": " + (seen - misses.size()) + " of " + seen);
            assertThat(misses).isEmpty();
            assertThat(seen).isGreaterThan(25);
        }
    }

    @Test
    void everyRecordedErrorHasItsKind() {
        Recordings.assumeAvailable();
        int seen = 0;
        for (Recording recording : Recordings.ofProtocols(PROTOCOLS)) {
            int status = recording.response().status();
            if (status < 400) {
                continue;
            }
            seen++;
            Failure failure = errors.read(
                    Providers.of("gemini"),
                    status,
                    recording.response().headers()::get,
                    recording.response().rawBody());
            String text = new String(recording.response().rawBody(), StandardCharsets.UTF_8);
            FailureKind expected =
                    switch (status) {
                        case 404 -> FailureKind.PROVIDER_NOT_FOUND;
                        case 429 -> FailureKind.PROVIDER_RATE_LIMITED;
                        default ->
                            text.contains("API_KEY_INVALID")
                                    ? FailureKind.PROVIDER_AUTH
                                    : FailureKind.PROVIDER_REJECTED;
                    };
            assertThat(failure.kind()).as(recording.file()).isEqualTo(expected);
            if (status == 404) {
                assertThat(failure.code()).as(recording.file()).isEqualTo("model_not_found");
            }
            if (text.contains("34.4s")) {
                assertThat(failure.retryAfter()).as(recording.file()).isEqualTo(Duration.ofMillis(34_400));
            }
        }
        System.out.println("recorded errors of Gemini: " + seen + " of " + seen);
        assertThat(seen).isGreaterThanOrEqualTo(16);
    }

    private @Nullable String check(Recording recording) {
        byte[] body = recording.response().rawBody();
        List<JsonNode> responses = responses(body);
        boolean several = responses.size() > 1 || recording.isStream();
        String first = null;
        for (int seed = 0; seed < (several ? 6 : 2); seed++) {
            AnswerWriter answer = new AnswerWriter();
            boolean plain = !several && seed == 0;
            Question question = Question.plain(Providers.of("gemini"), "m");
            if (plain) {
                dialect.answer(question, body, body.length, new AnswerFilter(question, answer));
            } else {
                stream(question, body, seed, answer);
            }
            FailureKind expectedFailure = FAILURES.get(recording.file());
            if (expectedFailure != null) {
                if (answer.failure() == null || answer.failure().kind() != expectedFailure) {
                    return "not a failure of kind " + expectedFailure;
                }
                continue;
            }
            if (answer.failure() != null || !answer.ended()) {
                return "failed: " + answer.failure();
            }
            byte[] written = answer.write(0, "id", "model", null);
            JsonNode got = JsonTree.read(written, 0, written.length);
            String miss = compare(new Expected(responses), got);
            if (miss != null) {
                return miss + " (seed " + seed + ")";
            }
            String text = withoutIds(got);
            if (first != null && !first.equals(text)) {
                return "another cutting gives another answer";
            }
            first = text;
        }
        return null;
    }

    /// The same however it is cut; a made id is another one each time.
    private static String withoutIds(JsonNode answer) {
        return JsonTree.text(answer).replaceAll("call_[A-Za-z0-9]{24}", "call_");
    }

    private void stream(Question question, byte[] body, int seed, AnswerWriter answer) {
        AnswerFilter filter = new AnswerFilter(question, answer);
        StreamReader reader = dialect.stream(question);
        Random random = new Random(seed);
        int longest = seed == 0 ? body.length : 1 << (2 * seed);
        for (int at = 0; at < body.length; ) {
            int to = Math.min(body.length, at + 1 + random.nextInt(longest));
            reader.feed(body, at, to, filter);
            at = to;
        }
        reader.end(filter);
    }

    private static List<JsonNode> responses(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8).strip();
        List<JsonNode> all = new ArrayList<>();
        if (text.startsWith("[") || text.startsWith("{")) {
            JsonNode whole = JsonTree.read(body, 0, body.length);
            if (whole.isArray()) {
                whole.forEach(all::add);
            } else {
                all.add(whole);
            }
            return all;
        }
        for (String line : text.split("\r\n|\n|\r")) {
            if (line.startsWith("data:")) {
                byte[] data = line.substring(5).strip().getBytes(StandardCharsets.UTF_8);
                all.add(JsonTree.read(data, 0, data.length));
            }
        }
        return all;
    }

    private static @Nullable String compare(Expected expected, JsonNode got) {
        JsonNode choice = got.path("choices").path(0);
        JsonNode message = choice.path("message");
        String content =
                message.path("content").isNull() ? "" : message.path("content").asText();
        if (!content.equals(expected.text.toString())) {
            return "text is " + content + ", not " + expected.text;
        }
        if (!message.path("reasoning_content").asText("").equals(expected.thoughts.toString())) {
            return "reasoning is " + message.path("reasoning_content");
        }
        ArrayNode calls = JsonTree.array();
        message.path("tool_calls").forEach(call -> {
            ObjectNode one = calls.addObject();
            one.set("name", call.at("/function/name"));
            one.set("args", JsonTree.readOrNull(call.at("/function/arguments").asText()));
            String id = call.path("id").asText();
            one.put("id", id.matches("call_[A-Za-z0-9]{24}") ? "" : id);
            one.put(
                    "signature",
                    call.at("/extra_content/google/thought_signature").asText(""));
        });
        if (!calls.equals(expected.calls)) {
            return "calls are " + calls + ", not " + expected.calls;
        }
        if (!choice.path("finish_reason").asText().equals(expected.reason())) {
            return "finish reason is " + choice.path("finish_reason") + ", not " + expected.reason();
        }
        boolean refused = message.hasNonNull("refusal")
                && !message.path("refusal").asText().isBlank();
        if (refused != (expected.reason().equals("content_filter") && expected.text.isEmpty())) {
            return "refusal is " + message.path("refusal");
        }
        JsonNode last = expected.usage;
        if (last.has("totalTokenCount")) {
            JsonNode usage = got.path("usage");
            long prompt = last.path("promptTokenCount").asLong()
                    + last.path("toolUsePromptTokenCount").asLong();
            long completion = last.path("totalTokenCount").asLong() - prompt;
            if (usage.path("prompt_tokens").asLong() != prompt
                    || usage.path("completion_tokens").asLong() != completion
                    || usage.at("/prompt_tokens_details/cached_tokens").asLong()
                            != last.path("cachedContentTokenCount").asLong()
                    || usage.at("/completion_tokens_details/reasoning_tokens").asLong()
                            != last.path("thoughtsTokenCount").asLong()) {
                return "usage is " + usage + ", said " + last;
            }
        }
        if (message.path("annotations").size() < expected.cited) {
            return "annotations are " + message.path("annotations");
        }
        int images = message.path("images").size();
        return images == expected.images ? null : "images are " + images;
    }

    /// What the provider said, read without the code under test.
    private static final class Expected {
        private final StringBuilder text = new StringBuilder();
        private final StringBuilder thoughts = new StringBuilder();
        private final ArrayNode calls = JsonTree.array();
        private JsonNode usage = JsonTree.object();
        private String finish = "";
        private int images;
        private int cited;

        Expected(List<JsonNode> responses) {
            for (JsonNode response : responses) {
                if (response.path("promptFeedback").has("blockReason")) {
                    finish = "SAFETY";
                }
                JsonNode counts = response.path("usageMetadata");
                usage = counts.has("totalTokenCount") ? counts : usage;
                JsonNode candidate = response.path("candidates").path(0);
                candidate.at("/content/parts").forEach(this::part);
                finish = candidate.has("finishReason")
                        ? candidate.get("finishReason").asText()
                        : finish;
                for (JsonNode chunk : candidate.at("/groundingMetadata/groundingChunks")) {
                    cited += chunk.path("web").has("uri") ? 1 : 0;
                }
            }
        }

        private void part(JsonNode part) {
            if (part.has("text")) {
                (part.path("thought").asBoolean() ? thoughts : text)
                        .append(part.get("text").asText());
            } else if (part.has("inlineData")) {
                images++;
            } else if (part.has("functionCall")) {
                call(part);
            }
        }

        /// The recorded pieces of arguments are texts and a null, each at the top.
        private void call(JsonNode part) {
            JsonNode call = part.get("functionCall");
            if (call.has("name")) {
                ObjectNode one = calls.addObject();
                one.set("name", call.get("name"));
                one.set("args", call.path("args").isObject() ? call.get("args") : JsonTree.object());
                one.put("id", call.path("id").asText(""));
                one.put("signature", part.path("thoughtSignature").asText(""));
            }
            for (JsonNode piece : call.path("partialArgs")) {
                ObjectNode args = (ObjectNode) calls.get(calls.size() - 1).get("args");
                String name = piece.path("jsonPath").asText().substring(2);
                args.put(
                        name,
                        args.path(name).asText("") + piece.path("stringValue").asText(""));
            }
        }

        String reason() {
            return switch (finish) {
                case "STOP", "1" -> calls.isEmpty() ? "stop" : "tool_calls";
                case "MAX_TOKENS", "2" -> "length";
                default -> "content_filter";
            };
        }
    }
}
