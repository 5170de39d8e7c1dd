package dev.gapura.dialect.cohere;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.FinishReason;
import dev.gapura.chat.Usage;
import dev.gapura.wire.JsonTree;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Members that plain answers and streams share. Stateless.
final class Members {
    /// Reasons that end an answer well (`cohere-ai/cohere-python` `types/chat_finish_reason.py`). All others are
    /// failures.
    private static final Set<String> GOOD = Set.of("COMPLETE", "STOP_SEQUENCE", "MAX_TOKENS", "TOOL_CALL");

    private Members() {}

    static String string(JsonNode node, String name) {
        String text = JsonTree.string(node, name);
        return text == null ? "" : text;
    }

    static boolean isGood(String reason) {
        return GOOD.contains(reason);
    }

    /// A good end.
    static ChatEvent.Finished finished(String reason) {
        FinishReason known =
                switch (reason) {
                    case "MAX_TOKENS" -> FinishReason.LENGTH;
                    case "TOOL_CALL" -> FinishReason.TOOL_CALLS;
                    default -> FinishReason.STOP;
                };
        return new ChatEvent.Finished(0, known, reason.equals("STOP_SEQUENCE") ? reason : null);
    }

    /// What was processed; what was billed only where that is missing, because it leaves out what Cohere adds to
    /// the prompt. Counters may be floats.
    static ChatEvent.@Nullable Reported usage(JsonNode usage) {
        JsonNode tokens = usage.path("tokens").isObject() ? usage.get("tokens") : usage.path("billed_units");
        if (!tokens.has("input_tokens") && !tokens.has("output_tokens")) {
            return null;
        }
        long prompt = JsonTree.number(tokens, "input_tokens", 0);
        long completion = JsonTree.number(tokens, "output_tokens", 0);
        return new ChatEvent.Reported(
                new Usage(
                        prompt,
                        completion,
                        Math.min(prompt, JsonTree.number(usage, "cached_tokens", Usage.UNKNOWN)),
                        Usage.UNKNOWN,
                        Math.min(completion, JsonTree.number(tokens, "reasoning_tokens", Usage.UNKNOWN))),
                null);
    }

    /// The sources of a citation of the answer's text as annotations. A source without an address has its id in
    /// that place.
    ///
    /// @param base where the cited text begins in the whole answer, in characters
    static ArrayNode annotations(JsonNode citation, int base) {
        ArrayNode out = JsonTree.array();
        String type = JsonTree.string(citation, "type");
        if (type != null && !type.equals("TEXT_CONTENT")) {
            return out;
        }
        for (JsonNode source : citation.path("sources")) {
            JsonNode held = source.has("document") ? source.get("document") : source.path("tool_output");
            JsonNode data = held.path("data").isObject() ? held.get("data") : held;
            String url = JsonTree.string(data, "url");
            ObjectNode place = out.addObject().put("type", "url_citation").putObject("url_citation");
            place.put("start_index", base + JsonTree.number(citation, "start", 0));
            place.put("end_index", base + JsonTree.number(citation, "end", 0));
            place.put("url", url == null ? string(source, "id") : url);
            place.put("title", string(data, "title"));
        }
        return out;
    }

    /// One group of tokens as elements of `logprobs.content`. Their text is known only as a whole.
    static ArrayNode logprobs(JsonNode item) {
        ArrayNode out = JsonTree.array();
        String text = string(item, "text");
        for (JsonNode value : item.path("logprobs")) {
            ObjectNode token = out.addObject().put("token", text);
            token.set("logprob", value);
            token.putNull("bytes").putArray("top_logprobs");
            text = "";
        }
        return out;
    }
}
