package dev.gapura.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.testkit.ChatAnswer;
import dev.gapura.testkit.SseReader;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Works out what a client must read of a provider's bytes, by the rules of the contract and in the plainest way:
/// event by event, on parsed JSON, with nothing of the gateway's code.
final class Provided {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final Set<Integer> SAME = Set.of(400, 404, 409, 413, 429);

    private final Rules rules;
    private final List<JsonNode> chunks = new ArrayList<>();
    private final List<JsonNode> said = new ArrayList<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean changed;

    /// What is special about this provider and this request.
    ///
    /// @param raise `completion_tokens` leaves reasoning out
    /// @param padded `obfuscation` members are cut out
    /// @param withhold the usage chunk was asked for by the gateway alone
    /// @param mended what is made of departures from the dialect, null: nothing
    record Rules(
            boolean raise,
            boolean padded,
            boolean withhold,
            @Nullable Mended mended) {}

    private Provided(Rules rules) {
        this.rules = rules;
    }

    /// The outcome of an answer.
    ///
    /// @param stream whether the client asked for a stream
    static Outcome outcome(int status, byte[] body, boolean stream, Rules rules) {
        if (status != 200) {
            return failed(status, parsed(new String(body, StandardCharsets.UTF_8)), body);
        }
        return stream ? new Provided(rules).stream(body) : document(body, rules);
    }

    private static Outcome document(byte[] body, Rules rules) {
        String text = new String(body, StandardCharsets.UTF_8).strip();
        JsonNode answer = parsed(text);
        if (answer == null) {
            return new Outcome.Failed(502, new Outcome.Report("", "upstream_unreadable"));
        }
        JsonNode raised = rules.raise() ? raised(answer) : answer;
        JsonNode goesOn = rules.mended() == null || error(answer) != null
                ? raised
                : rules.mended().whole(raised);
        return new Outcome.Document(
                goesOn,
                goesOn.equals(answer) ? text.getBytes(StandardCharsets.UTF_8) : null,
                ChatAnswer.ofJson(goesOn));
    }

    private Outcome stream(byte[] body) {
        for (byte[] event : events(body)) {
            SseReader reader = new SseReader();
            List<SseReader.Event> data = new ArrayList<>(reader.feed(event));
            boolean open = data.isEmpty() && reader.isInsideEvent();
            data.addAll(open ? reader.finish() : List.of());
            if (data.isEmpty()) {
                bytes.writeBytes(event);
                continue;
            }
            String text = data.getFirst().data();
            if (text.strip().equals("[DONE]")) {
                return isComplete() ? whole() : broken("", "upstream_stream_cut");
            }
            JsonNode chunk = parsed(text);
            if (chunk == null) {
                return broken("", open ? "upstream_stream_cut" : "upstream_unreadable");
            }
            JsonNode error = error(chunk);
            if (error != null) {
                return broken(words(error), null);
            }
            add(chunk, event, open);
        }
        return isComplete() ? whole() : broken("", "upstream_stream_cut");
    }

    private void add(JsonNode chunk, byte[] event, boolean open) {
        JsonNode goesOn = rules.raise() ? raised(chunk) : chunk;
        if (rules.padded() && goesOn.has("obfuscation")) {
            goesOn = ((ObjectNode) goesOn.deepCopy()).without("obfuscation");
        }
        if (rules.withhold()
                && chunk.path("usage").isObject()
                && chunk.path("choices").isEmpty()) {
            said.add(chunk);
            return;
        }
        if (rules.mended() != null) {
            goesOn = rules.mended().chunk(goesOn);
            if (goesOn == null) {
                changed = true;
                return;
            }
        }
        said.add(goesOn);
        changed |= !goesOn.equals(chunk);
        chunks.add(goesOn);
        bytes.writeBytes(event);
        if (open) {
            bytes.writeBytes("\n\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    private Outcome whole() {
        JsonNode due = rules.mended() == null || rules.withhold()
                ? null
                : rules.mended().due();
        if (due != null) {
            chunks.add(due);
            changed = true;
        }
        bytes.writeBytes(DONE);
        return new Outcome.Stream(chunks, changed ? null : bytes.toByteArray(), ChatAnswer.ofChunks(said, true));
    }

    private Outcome broken(String words, @Nullable String code) {
        Outcome.Report report = new Outcome.Report(words, code);
        boolean began = ChatAnswer.ofChunks(said, false).choices().values().stream()
                .anyMatch(choice -> !choice.text().isEmpty()
                        || !choice.reasoning().isEmpty()
                        || !choice.refusal().isEmpty()
                        || !choice.calls().isEmpty()
                        || choice.finishReason() != null);
        return began
                ? new Outcome.Broken(chunks, code == null ? 0 : 502, report)
                : new Outcome.Failed(code == null ? 0 : 502, report);
    }

    private boolean isComplete() {
        ChatAnswer answer = ChatAnswer.ofChunks(said, true);
        long finished = answer.choices().values().stream()
                .filter(choice -> choice.finishReason() != null)
                .count();
        return finished > 0 && finished >= answer.choices().size();
    }

    private static Outcome failed(int status, @Nullable JsonNode body, byte[] raw) {
        int told = SAME.contains(status)
                ? status
                : switch (status) {
                    case 401, 403, 424 -> 502;
                    case 402, 498, 503, 529 -> 503;
                    case 408, 504 -> 504;
                    default -> status >= 500 ? 502 : 400;
                };
        return new Outcome.Failed(told, new Outcome.Report(body == null ? "" : words(body), null));
    }

    /// The error in a chunk, in whatever shape; null where there is none.
    private static @Nullable JsonNode error(JsonNode chunk) {
        for (JsonNode holder : List.of(chunk, chunk.path("x_groq"))) {
            JsonNode error = holder.path("error");
            if (error.isObject() || error.isTextual()) {
                return holder;
            }
        }
        for (JsonNode choice : chunk.path("choices")) {
            if (choice.path("finish_reason").asText().equals("error")) {
                return choice;
            }
        }
        return null;
    }

    /// The sentence of an error answer.
    static String words(JsonNode body) {
        JsonNode error = body.path("error");
        for (JsonNode node : List.of(error.path("message"), error, body.path("message"), body.path("detail"))) {
            if (node.isTextual()) {
                return node.asText();
            }
        }
        return "";
    }

    /// `completion_tokens` with reasoning in it, where the total says that it was left out.
    static JsonNode raised(JsonNode answer) {
        JsonNode usage = answer.path("usage");
        long prompt = usage.path("prompt_tokens").asLong();
        long completion = usage.path("completion_tokens").asLong();
        long reasoning =
                usage.path("completion_tokens_details").path("reasoning_tokens").asLong();
        if (reasoning == 0 || usage.path("total_tokens").asLong() != prompt + completion + reasoning) {
            return answer;
        }
        ObjectNode copy = answer.deepCopy();
        ((ObjectNode) copy.get("usage")).put("completion_tokens", (int) (completion + reasoning));
        return copy;
    }

    /// The bytes of a stream, cut behind every blank line.
    static List<byte[]> events(byte[] stream) {
        List<byte[]> events = new ArrayList<>();
        int start = 0;
        int lineStart = 0;
        int at = 0;
        while (at < stream.length) {
            if (stream[at] != '\n' && stream[at] != '\r') {
                at++;
                continue;
            }
            boolean blank = at == lineStart;
            at += stream[at] == '\r' && at + 1 < stream.length && stream[at + 1] == '\n' ? 2 : 1;
            lineStart = at;
            if (blank) {
                events.add(Arrays.copyOfRange(stream, start, at));
                start = at;
            }
        }
        if (start < stream.length) {
            events.add(Arrays.copyOfRange(stream, start, stream.length));
        }
        return events;
    }

    static @Nullable JsonNode parsed(String text) {
        try {
            JsonNode node = JSON.readTree(text);
            return node != null && node.isObject() ? node : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }
}
