package dev.gapura.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.wire.JsonTree;

/// Log probabilities as lists side by side, and in streams as one number beside the text (Together,
/// togethercomputer/together-python `types/common.py`; not recorded), put into the dialect's form. Stateless.
final class Logprobs {
    private Logprobs() {}

    /// @param choice whose `logprobs` are put into form in their place
    /// @param text what this choice says here, which is what a single number speaks of
    static void nest(ObjectNode choice, String text) {
        JsonNode flat = choice.path("logprobs");
        ArrayNode content = JsonTree.array();
        if (flat.isNumber() && !text.isEmpty()) {
            token(content, text, flat, JsonTree.object());
        } else if (flat.path("tokens").isArray()) {
            JsonNode tokens = flat.get("tokens");
            for (int at = 0; at < tokens.size(); at++) {
                token(
                        content,
                        tokens.get(at).asText(),
                        flat.path("token_logprobs").path(at),
                        flat.path("top_logprobs").path(at));
            }
        } else if (!flat.isNumber()) {
            return;
        }
        if (content.isEmpty()) {
            choice.putNull("logprobs");
        } else {
            choice.putObject("logprobs").set("content", content);
        }
    }

    private static void token(ArrayNode content, String text, JsonNode logprob, JsonNode others) {
        ObjectNode token = content.addObject().put("token", text);
        token.set("logprob", logprob.isNumber() ? logprob : JsonTree.object().numberNode(0));
        ArrayNode top = token.putNull("bytes").putArray("top_logprobs");
        others.properties().forEach(other -> {
            ObjectNode one = top.addObject().put("token", other.getKey());
            one.set("logprob", other.getValue());
            one.putNull("bytes");
        });
    }
}
