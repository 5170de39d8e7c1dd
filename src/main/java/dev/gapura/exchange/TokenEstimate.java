package dev.gapura.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.provider.Provider;
import dev.gapura.wire.JsonTree;
import org.jspecify.annotations.Nullable;

/// Guesses how many tokens a request has, in whatever language it is written: every text in it is counted
/// with the tokenizer of OpenAI's current models, pictures and sounds by a flat sum. An estimate for display
/// and reservations, never for bills. The first call loads the tables (about 0.3 s); any thread that may
/// block.
final class TokenEstimate {
    /// What surrounds a message in the models' own formats.
    private static final int PER_MESSAGE = 4;
    /// A picture of ordinary size at ordinary detail.
    static final int PER_MEDIA = 800;
    /// What a token of ordinary text takes.
    static final int BYTES_A_TOKEN = 4;
    /// Characters that are counted at once in texts without spaces.
    private static final int PIECE = 500;

    private TokenEstimate() {}

    /// Whether the tables are there, so that counting takes no longer than it does.
    static boolean isLoaded() {
        return loaded;
    }

    private static volatile boolean loaded;

    private static final class Holder {
        private static final TokenCounter COUNTER = new TokenCounter();
    }

    /// Tokens of all texts of a request body.
    static long prompt(JsonNode body) {
        long[] sum = {3};
        count(body, sum);
        return sum[0];
    }

    private static void count(JsonNode node, long[] sum) {
        if (node.isObject()) {
            if (node.has("role")) {
                sum[0] += PER_MESSAGE;
            }
            node.properties().forEach(member -> {
                boolean schema = member.getKey().equals("parameters")
                        || member.getKey().equals("input_schema")
                        || member.getKey().equals("parametersJsonSchema")
                        || member.getKey().equals("json");
                if (schema && member.getValue().isContainerNode()) {
                    sum[0] += text(JsonTree.text(member.getValue()));
                } else if (!member.getKey().equals("model")
                        && !member.getKey().equals("role")
                        && !member.getKey().equals("type")) {
                    count(member.getValue(), sum);
                }
            });
        } else if (node.isArray()) {
            node.forEach(element -> count(element, sum));
        } else if (node.isTextual()) {
            String text = node.textValue();
            sum[0] += EncodedMedia.is(text) ? PER_MEDIA : words(text);
        }
    }

    /// Long texts without spaces may be anything: they count as no less than their bytes suggest. They are
    /// counted in pieces, since the tokenizer takes the longer for a character the longer a word is.
    private static long words(String text) {
        if (text.length() <= EncodedMedia.SHORTEST || text.indexOf(' ') >= 0 || text.indexOf('\n') >= 0) {
            return text(text);
        }
        long tokens = 0;
        for (int at = 0; at < text.length(); at += PIECE) {
            tokens += text(text.substring(at, Math.min(text.length(), at + PIECE)));
        }
        return Math.max(tokens, Math.ceilDiv(utf8(text), BYTES_A_TOKEN));
    }

    private static long utf8(String text) {
        long bytes = 0;
        for (int at = 0; at < text.length(); at++) {
            char unit = text.charAt(at);
            // Either half of a pair is two of its four bytes.
            bytes += unit < 0x80 ? 1 : unit < 0x800 || Character.isSurrogate(unit) ? 2 : 3;
        }
        return bytes;
    }

    private static long text(String text) {
        long tokens = Holder.COUNTER.count(text);
        if (!loaded) {
            loaded = true;
        }
        return tokens;
    }

    /// Most tokens of one answer by the request's own limit, 0 where it names none. It is read only where the
    /// language of the body has it, not in schemas and tools, nor in members of other languages, which their
    /// provider does not know; the larger where two stand.
    ///
    /// @param body as the provider gets it
    /// @param dialect that the provider speaks
    static long limit(JsonNode body, Provider.Dialect dialect) {
        if (!body.has("messages")) {
            return body.has("contents")
                    ? tokens(body.path("generationConfig").get("maxOutputTokens"))
                    : tokens(body.get("max_output_tokens"));
        }
        long limit = Math.max(tokens(body.get("max_tokens")), tokens(body.get("max_completion_tokens")));
        return switch (dialect) {
            case OLLAMA -> Math.max(limit, tokens(body.path("options").get("num_predict")));
            case BEDROCK -> Math.max(limit, tokens(body.path("inferenceConfig").get("maxTokens")));
            case OPENAI_CHAT, OPENAI_RESPONSES, ANTHROPIC, GEMINI, MISTRAL, COHERE -> limit;
        };
    }

    private static long tokens(@Nullable JsonNode limit) {
        if (limit == null || !limit.isIntegralNumber()) {
            return 0;
        }
        return (long) Math.clamp(limit.doubleValue(), 0.0, Integer.MAX_VALUE);
    }
}
