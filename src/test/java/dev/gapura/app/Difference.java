package dev.gapura.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.testkit.ChatAnswer;
import dev.gapura.testkit.RawClient;
import dev.gapura.testkit.SseReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Holds what a client read against what it must read, and says every difference in a line.
final class Difference {
    private static final Map<Integer, String> TYPES = Map.of(
            400, "invalid_request_error",
            404, "not_found_error",
            409, "invalid_request_error",
            413, "invalid_request_error",
            429, "rate_limit_error",
            502, "provider_error",
            503, "unavailable_error",
            504, "timeout_error");

    private final List<String> found = new ArrayList<>();
    private final RawClient.Response answer;
    private final String provider;

    private Difference(RawClient.Response answer, String provider) {
        this.answer = answer;
        this.provider = provider;
    }

    /// Every difference; none is best.
    static List<String> between(Outcome expected, RawClient.Response answer, String provider) {
        Difference difference = new Difference(answer, provider);
        difference.check("complete", true, answer.complete());
        difference.check("x-request-id is there", true, answer.header("x-request-id") != null);
        switch (expected) {
            case Outcome.Stream stream -> difference.stream(stream);
            case Outcome.Document document -> difference.document(document);
            case Outcome.Broken broken -> difference.broken(broken);
            case Outcome.Failed failed -> difference.failed(failed);
            case Outcome.Refused refused -> difference.refused(refused);
        }
        return difference.found;
    }

    private void stream(Outcome.Stream expected) {
        if (!streamHead()) {
            return;
        }
        List<String> data = SseReader.dataOf(answer.body());
        check("last event", "[DONE]", data.isEmpty() ? "none" : data.getLast());
        chunks(expected.chunks(), data.subList(0, Math.max(0, data.size() - 1)));
        bytes(expected.bytes());
        answers(expected.said(), ChatAnswer.ofStream(answer.body()));
    }

    private void document(Outcome.Document expected) {
        check("status", 200, answer.status());
        check("content-type", "application/json", answer.header("content-type"));
        check("document", expected.answer(), Provided.parsed(answer.text()));
        bytes(expected.bytes());
        if (answer.status() == 200) {
            answers(expected.said(), ChatAnswer.ofJson(answer.body()));
        }
    }

    private void broken(Outcome.Broken expected) {
        if (answer.status() != 200) {
            failed(new Outcome.Failed(expected.status(), expected.report()));
            return;
        }
        streamHead();
        List<String> data = SseReader.dataOf(answer.body());
        if (data.isEmpty()) {
            found.add("no event at all");
            return;
        }
        chunks(expected.chunks(), data.subList(0, data.size() - 1));
        report(expected.report(), data.getLast());
    }

    private void failed(Outcome.Failed expected) {
        check("status", expected.status() == 0 ? answer.status() : expected.status(), answer.status());
        check("content-type", "application/json", answer.header("content-type"));
        report(expected.report(), answer.text());
        JsonNode error = error(answer.text());
        check("error.type", TYPES.get(answer.status()), error.path("type").asText());
    }

    private void refused(Outcome.Refused expected) {
        check("status", 400, answer.status());
        JsonNode error = error(answer.text());
        check("error.source", "client", error.path("source").asText());
        check("error.param", expected.param(), error.path("param").asText());
    }

    private boolean streamHead() {
        check("status", 200, answer.status());
        check("content-type", "text/event-stream; charset=utf-8", answer.header("content-type"));
        if (answer.status() != 200) {
            found.add("read " + answer.text());
        }
        return answer.status() == 200;
    }

    private void chunks(List<JsonNode> expected, List<String> data) {
        check("number of chunks", expected.size(), data.size());
        for (int index = 0; index < Math.min(expected.size(), data.size()); index++) {
            JsonNode read = Provided.parsed(data.get(index));
            check("chunk " + index, filled(expected.get(index), read), read);
        }
    }

    /// What is expected, with the ids that the gateway made up as they were read.
    private static JsonNode filled(JsonNode expected, @Nullable JsonNode read) {
        if (!expected.toString().contains(Mended.MADE_UP) || read == null) {
            return expected;
        }
        JsonNode copy = expected.deepCopy();
        for (JsonNode choice : copy.path("choices")) {
            JsonNode others = read.path("choices").path(0).path("delta").path("tool_calls");
            JsonNode calls = choice.path("delta").path("tool_calls");
            for (int at = 0; at < calls.size(); at++) {
                String id = others.path(at).path("id").asText();
                if (calls.get(at).path("id").asText().equals(Mended.MADE_UP) && id.startsWith("call_")) {
                    ((ObjectNode) calls.get(at)).put("id", id);
                }
            }
        }
        return copy;
    }

    /// What counts for a person: the two folds agree in everything but usage, which has rules of its own.
    private void answers(ChatAnswer said, ChatAnswer read) {
        check("id", said.id(), read.id());
        check("model", said.model(), read.model());
        String choices = said.choices().toString();
        if (!choices.contains(Mended.MADE_UP)) {
            check("choices", said.choices(), read.choices());
        } else if (!read.choices().toString().matches(Pattern.quote(choices).replace(Mended.MADE_UP, "\\E[^,]+\\Q"))) {
            check("choices", choices, read.choices().toString());
        }
        check("error", null, read.error());
    }

    private void report(Outcome.Report expected, String text) {
        JsonNode error = error(text);
        String message = error.path("message").asText();
        check("error.source", "provider", error.path("source").asText());
        check("error.provider", provider, error.path("provider").asText());
        check(
                "error.request_id",
                answer.header("x-request-id"),
                error.path("request_id").asText());
        if (expected.code() != null) {
            check("error.code", expected.code(), error.path("code").asText());
        }
        if (message.isBlank() || !survives(expected.words(), message)) {
            check("error.message", expected.words(), message);
        }
        if (message.contains("PLACEHOLDER")) {
            found.add("shows a secret: " + message);
        }
    }

    private JsonNode error(String text) {
        JsonNode body = Provided.parsed(text);
        if (body == null || !body.path("error").isObject()) {
            found.add("no error object: " + shortened(text));
        }
        return body == null ? MissingNode.getInstance() : body.path("error");
    }

    /// All words of the original but keys, ids and addresses, which the gateway takes out on purpose.
    static boolean survives(String said, String kept) {
        String all = kept.toLowerCase(Locale.ROOT);
        for (String word : said.toLowerCase(Locale.ROOT).split("\\s+")) {
            boolean secret = word.contains("placeholder")
                    || word.contains("**")
                    || word.startsWith("sk-")
                    || word.contains("projects/")
                    || word.startsWith("invalid-key")
                    || word.contains("projects/project/")
                    || word.matches(".*[0-9a-f]{8}-.*");
            if (!secret && !all.contains(word)) {
                return false;
            }
        }
        return true;
    }

    private void check(String what, @Nullable Object expected, @Nullable Object read) {
        if (expected == null ? read != null : !expected.equals(read)) {
            found.add(what + ": expected " + shortened(expected) + ", read " + shortened(read));
        }
    }

    private void bytes(byte @Nullable [] expected) {
        int at = expected == null ? -1 : Arrays.mismatch(expected, answer.body());
        if (expected != null && at >= 0) {
            found.add("bytes differ from " + at + ": expected " + around(expected, at) + ", read "
                    + around(answer.body(), at));
        }
    }

    private static String around(byte[] bytes, int at) {
        byte[] part = Arrays.copyOfRange(bytes, Math.max(0, at - 40), Math.min(bytes.length, at + 80));
        return new String(part, StandardCharsets.UTF_8).replace("\r", "\\r").replace("\n", "\\n");
    }

    private static String shortened(@Nullable Object value) {
        String text = String.valueOf(value);
        return text.length() > 400 ? text.substring(0, 250) + " ... " + text.substring(text.length() - 150) : text;
    }
}
