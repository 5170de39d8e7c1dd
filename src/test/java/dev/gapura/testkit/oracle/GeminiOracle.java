package dev.gapura.testkit.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.failure.FailureKind;
import dev.gapura.testkit.AnswerSaid;
import dev.gapura.testkit.AnswerSaid.Call;
import dev.gapura.testkit.AnswerSaid.Tokens;
import dev.gapura.testkit.Recordings.Recording;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Answers of Gemini, on AI Studio and on Vertex: one response, a stream of events or an array of responses, all of the
/// same shape.
public final class GeminiOracle implements Oracle {
    @Override
    public Turn turn(Recording recording) {
        Candidate first = new Candidate();
        Documents.ofAny(recording.response().rawBody())
                .forEach(response -> response.path("candidates").forEach(candidate -> {
                    if (candidate.path("index").asInt() == 0) {
                        first.add(candidate);
                    }
                }));
        return first.turn();
    }

    @Override
    public List<Turn> turns(JsonNode request) {
        return Oracle.ofAssistant(request.path("contents"), content -> {
            Candidate turn = new Candidate();
            turn.add(Documents.object().set("content", content));
            return turn.turn();
        });
    }

    @Override
    public List<AnswerSaid> said(Recording recording) {
        Map<Integer, Candidate> candidates = new TreeMap<>();
        ObjectNode usage = Documents.object();
        for (JsonNode response : Documents.ofAny(recording.response().rawBody())) {
            response.path("usageMetadata").properties().stream()
                    .filter(counter -> counter.getValue().isNumber())
                    .forEach(counter -> usage.set(counter.getKey(), counter.getValue()));
            for (JsonNode candidate : response.path("candidates")) {
                candidates
                        .computeIfAbsent(candidate.path("index").asInt(), fresh -> new Candidate())
                        .add(candidate);
            }
            if (response.path("promptFeedback").has("blockReason")) {
                candidates.computeIfAbsent(0, fresh -> new Candidate()).finish = "SAFETY";
            }
        }
        if (candidates.isEmpty()
                || candidates.values().stream().anyMatch(candidate -> candidate.finish.equals("OTHER"))) {
            return List.of(AnswerSaid.failed(FailureKind.PROVIDER_FAILED));
        }
        Tokens tokens = tokens(usage);
        return candidates.values().stream()
                .map(candidate -> candidate.said(tokens))
                .toList();
    }

    /// Everything but the prompt is completion, thought included, by the total where there is one.
    private static @Nullable Tokens tokens(JsonNode usage) {
        if (usage.isEmpty()) {
            return null;
        }
        long prompt = usage.path("promptTokenCount").asLong()
                + usage.path("toolUsePromptTokenCount").asLong();
        long completion = usage.has("totalTokenCount")
                ? usage.path("totalTokenCount").asLong() - prompt
                : usage.path("candidatesTokenCount").asLong()
                        + usage.path("thoughtsTokenCount").asLong();
        return new Tokens(
                prompt,
                completion,
                Documents.number(usage.path("cachedContentTokenCount")),
                null,
                Documents.number(usage.path("thoughtsTokenCount")));
    }

    /// One answer, grown response by response.
    private static final class Candidate {
        private final StringBuilder text = new StringBuilder();
        private final StringBuilder thoughts = new StringBuilder();
        private final List<String> seals = new ArrayList<>();
        private final List<String> names = new ArrayList<>();
        private final List<@Nullable String> ids = new ArrayList<>();
        private final List<ObjectNode> arguments = new ArrayList<>();
        private final List<String> urls = new ArrayList<>();
        private final Turn.Builder turn = new Turn.Builder();
        private String finish = "";

        void add(JsonNode candidate) {
            candidate.at("/content/parts").forEach(this::part);
            finish = candidate.path("finishReason").asText(finish);
            JsonNode grounding = candidate.path("groundingMetadata");
            if (!grounding.path("groundingChunks").isEmpty()) {
                urls.clear();
                sources(grounding);
            }
            for (JsonNode citation : candidate.at("/citationMetadata/citations")) {
                if (citation.has("uri")) {
                    urls.add(citation.get("uri").asText());
                }
            }
        }

        /// Each place that a source supports is a citation; a source that supports none in particular, one too.
        private void sources(JsonNode grounding) {
            JsonNode chunks = grounding.path("groundingChunks");
            List<Integer> cited = new ArrayList<>();
            grounding
                    .path("groundingSupports")
                    .forEach(support ->
                            support.path("groundingChunkIndices").forEach(index -> cited.add(index.asInt())));
            for (int chunk = 0; chunk < chunks.size(); chunk++) {
                if (!cited.contains(chunk)) {
                    cited.add(chunk);
                }
            }
            for (int chunk : cited) {
                chunks.path(chunk).properties().stream()
                        .map(source -> source.getValue().path("uri"))
                        .filter(JsonNode::isTextual)
                        .forEach(uri -> urls.add(uri.asText()));
            }
        }

        private void part(JsonNode part) {
            boolean call = part.has("functionCall");
            JsonNode signature = part.path("thoughtSignature");
            if ((call || part.has("text")) && signature.isTextual()) {
                seals.add(signature.textValue());
                turn.thought("of", call ? "call" : "text", "signature", signature);
            }
            if (part.has("text")) {
                (part.path("thought").asBoolean() ? thoughts : text)
                        .append(part.get("text").asText());
            } else if (call) {
                call(part.get("functionCall"));
            }
        }

        /// The recorded pieces of arguments are texts and a null, each at the top.
        private void call(JsonNode call) {
            if (call.has("name")) {
                names.add(call.get("name").asText());
                ids.add(call.path("id").textValue());
                arguments.add(call.path("args") instanceof ObjectNode args ? args.deepCopy() : Documents.object());
            }
            for (JsonNode piece : call.path("partialArgs")) {
                ObjectNode args = arguments.getLast();
                String name = piece.path("jsonPath").asText().substring(2);
                args.put(
                        name,
                        args.path(name).asText("") + piece.path("stringValue").asText(""));
            }
        }

        private List<Call> calls() {
            List<Call> calls = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                calls.add(Call.of(ids.get(i), names.get(i), arguments.get(i).toString()));
            }
            return calls;
        }

        Turn turn() {
            return new Turn(text.toString(), turn.turn().thoughts(), calls());
        }

        AnswerSaid said(@Nullable Tokens tokens) {
            List<Call> calls = calls();
            String reason =
                    switch (finish) {
                        case "STOP", "1" -> calls.isEmpty() ? "stop" : "tool_calls";
                        case "MAX_TOKENS", "2" -> "length";
                        default -> "content_filter";
                    };
            boolean refused = reason.equals("content_filter") && text.isEmpty();
            return new AnswerSaid(
                    text.toString(),
                    thoughts.toString(),
                    seals,
                    calls,
                    reason,
                    refused ? AnswerSaid.SOME_WORDS : "",
                    urls,
                    tokens,
                    null);
        }
    }
}
