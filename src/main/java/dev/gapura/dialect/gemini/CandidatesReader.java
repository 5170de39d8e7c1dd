package dev.gapura.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.FinishReason;
import dev.gapura.chat.Part;
import dev.gapura.chat.ReasoningFormat;
import dev.gapura.dialect.Failures;
import dev.gapura.dialect.Question;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What one answer says, out of one `GenerateContentResponse` or the many of a stream: they have the same shape. Parts
/// of tools that the provider ran itself are no business of the client's, who only brings them back. One instance an
/// answer.
///
/// A finish reason is told as soon as the same response counts its tokens, which is how answers end; otherwise at the
/// end, since sources and usage may follow it.
final class CandidatesReader {
    private final Question question;
    private final Consumer<ChatEvent> out;
    private final UsageReader usage = new UsageReader();
    private final Map<Integer, Candidate> candidates = new TreeMap<>();
    private boolean started;
    private boolean blocked;
    private boolean over;

    CandidatesReader(Question question, Consumer<ChatEvent> out) {
        this.question = question;
        this.out = out;
    }

    /// Whether the answer ended, well or not.
    boolean over() {
        return over;
    }

    /// Takes one response, an object without `error`.
    void take(JsonNode response) {
        if (over) {
            return;
        }
        if (!started) {
            started = true;
            out.accept(new ChatEvent.Started(
                    JsonTree.string(response, "responseId"), JsonTree.string(response, "modelVersion")));
        }
        boolean counted = usage.take(response.get("usageMetadata"));
        if (counted) {
            out.accept(usage.reported());
        }
        for (JsonNode candidate : response.path("candidates")) {
            int index = (int) Math.clamp(JsonTree.number(candidate, "index", 0), 0, 127);
            take(candidates.computeIfAbsent(index, Candidate::new), candidate);
        }
        String reason = JsonTree.string(response.path("promptFeedback"), "blockReason");
        if (reason != null && candidates.isEmpty() && !blocked) {
            blocked = true;
            out.accept(new ChatEvent.Refusal(0, refusal(response.path("promptFeedback"), "blockReasonMessage")));
            out.accept(new ChatEvent.Finished(0, FinishReason.CONTENT_FILTER, reason));
        }
        if (counted) {
            candidates.values().forEach(this::finish);
        }
    }

    /// The responses are all there. Ends the answer where it is complete; where it is not, [#over] stays false.
    void end() {
        candidates.values().forEach(this::finish);
        boolean whole = blocked || !candidates.isEmpty();
        for (Candidate candidate : candidates.values()) {
            whole &= candidate.finished;
        }
        if (whole && !over) {
            over = true;
            out.accept(new ChatEvent.Ended());
        }
    }

    private void take(Candidate candidate, JsonNode response) {
        for (JsonNode part : response.path("content").path("parts")) {
            part(candidate, part);
        }
        if (response.path("logprobsResult").get("chosenCandidates") instanceof ArrayNode chosen && !chosen.isEmpty()) {
            out.accept(new ChatEvent.Logprobs(
                    candidate.index,
                    logprobs(chosen, response.path("logprobsResult").path("topCandidates"))));
        }
        candidate.sources.take(response);
        JsonNode reason = response.get("finishReason");
        if (reason != null && !reason.isNull() && candidate.reason == null) {
            candidate.reason = FinishReasons.name(reason.asText());
            candidate.message = JsonTree.string(response, "finishMessage");
        }
    }

    private void part(Candidate candidate, JsonNode part) {
        String signature = JsonTree.string(part, "thoughtSignature");
        if (part.get("functionCall") instanceof ObjectNode call) {
            call(candidate, call, signature);
        } else if (part.get("inlineData") instanceof ObjectNode data) {
            media(candidate, data);
        } else if (ServerToolParts.isOne(part)) {
            out.accept(new ChatEvent.ReasoningBlock(candidate.index, ServerToolParts.kept(part)));
        } else if (part.get("text") instanceof JsonNode words && words.isTextual()) {
            String text = words.textValue();
            if (part.path("thought").asBoolean()) {
                thought(candidate, text, signature);
            } else if (!text.isEmpty() || signature != null) {
                candidate.said |= !text.isEmpty();
                candidate.sources.text(text);
                out.accept(new ChatEvent.Text(candidate.index, text, signature));
            }
        }
    }

    private void thought(Candidate candidate, String text, @Nullable String signature) {
        if (!text.isEmpty()) {
            out.accept(new ChatEvent.Reasoning(candidate.index, text));
        }
        if (signature != null) {
            out.accept(new ChatEvent.ReasoningBlock(
                    candidate.index, new Part.Reasoning(text, signature, null, null, ReasoningFormat.GEMINI)));
        }
    }

    /// A call comes whole, or begins with its name and goes on in parts without one.
    private void call(Candidate candidate, ObjectNode call, @Nullable String signature) {
        String name = JsonTree.string(call, "name");
        boolean more = call.path("willContinue").asBoolean();
        JsonNode pieces = call.path("partialArgs");
        if (name != null && !name.isEmpty()) {
            close(candidate);
            candidate.said = true;
            String id = JsonTree.string(call, "id");
            int index = candidate.calls++;
            out.accept(
                    new ChatEvent.ToolCallOpened(candidate.index, index, id == null ? "" : id, name, false, signature));
            if (!more && pieces.isEmpty()) {
                if (call.get("args") instanceof ObjectNode args) {
                    out.accept(new ChatEvent.ToolCallArguments(candidate.index, index, JsonTree.text(args)));
                }
                out.accept(new ChatEvent.ToolCallClosed(candidate.index, index));
                return;
            }
            candidate.open = new PartialArguments(call.get("args"));
        }
        PartialArguments open = candidate.open;
        if (open != null) {
            pieces.forEach(open::add);
            if (!more) {
                close(candidate);
            }
        }
    }

    private void close(Candidate candidate) {
        PartialArguments open = candidate.open;
        if (open != null) {
            candidate.open = null;
            int index = candidate.calls - 1;
            out.accept(new ChatEvent.ToolCallArguments(candidate.index, index, open.text()));
            out.accept(new ChatEvent.ToolCallClosed(candidate.index, index));
        }
    }

    private void media(Candidate candidate, ObjectNode data) {
        String type = JsonTree.string(data, "mimeType");
        String bytes = JsonTree.string(data, "data");
        if (type == null || bytes == null) {
            return;
        }
        candidate.said = true;
        if (type.startsWith("audio/")) {
            out.accept(new ChatEvent.Audio(
                    candidate.index,
                    JsonTree.object()
                            .put("id", "audio_" + candidate.index)
                            .put("data", bytes)
                            // Members that clients rely on; nobody keeps this answer for a later turn.
                            .put("transcript", "")
                            .put("expires_at", 0)));
        } else {
            ObjectNode image = JsonTree.object().put("type", "image_url");
            image.putObject("image_url").put("url", "data:" + type + ";base64," + bytes);
            out.accept(new ChatEvent.Image(candidate.index, image));
        }
    }

    private void finish(Candidate candidate) {
        String name = candidate.reason;
        if (name == null || candidate.finished || over) {
            return;
        }
        candidate.finished = true;
        close(candidate);
        FinishReason reason = FinishReasons.meaning(name);
        if (reason == null) {
            over = true;
            out.accept(new ChatEvent.Failed(
                    Failures.broken(question.providerName(), name), FinishReasons.MALFORMED_CALL.equals(name)));
            return;
        }
        candidate
                .sources
                .annotations()
                .forEach(annotation -> out.accept(new ChatEvent.Annotation(candidate.index, annotation)));
        if (reason == FinishReason.CONTENT_FILTER && !candidate.said) {
            String message = candidate.message;
            out.accept(
                    new ChatEvent.Refusal(candidate.index, message == null || message.isBlank() ? STOPPED : message));
        }
        out.accept(new ChatEvent.Finished(candidate.index, reason, FinishReasons.own(name)));
    }

    private static final String STOPPED = "The provider's safety system stopped this answer.";

    /// Words for a refusal that may come without any.
    private static String refusal(JsonNode holder, String member) {
        String said = JsonTree.string(holder, member);
        return said == null || said.isBlank() ? STOPPED : said;
    }

    private static ArrayNode logprobs(ArrayNode chosen, JsonNode top) {
        ArrayNode all = JsonTree.array();
        for (int i = 0; i < chosen.size(); i++) {
            ObjectNode one = logprob(chosen.get(i));
            ArrayNode others = one.putArray("top_logprobs");
            top.path(i).path("candidates").forEach(other -> others.add(logprob(other)));
            all.add(one);
        }
        return all;
    }

    private static ObjectNode logprob(JsonNode token) {
        String text = token.path("token").asText();
        ObjectNode one = JsonTree.object().put("token", text);
        JsonNode value = token.get("logProbability");
        // A probability of one is left out, as all defaults are.
        one.set(
                "logprob",
                value != null && value.isNumber() ? value : JsonTree.object().numberNode(0));
        ArrayNode bytes = one.putArray("bytes");
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            bytes.add(octet & 0xff);
        }
        return one;
    }

    /// One answer under way.
    private static final class Candidate {
        private final int index;
        private final Sources sources = new Sources();
        private int calls;
        private boolean said;
        private boolean finished;
        private @Nullable PartialArguments open;
        private @Nullable String reason;
        private @Nullable String message;

        Candidate(int index) {
            this.index = index;
        }
    }
}
