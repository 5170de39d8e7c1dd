package dev.gapura.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import dev.gapura.wire.JsonTree;
import java.util.Set;

/// Guesses how many tokens a request has, in whatever language it is written: every text in it is counted
/// with the tokenizer of OpenAI's current models, pictures and sounds by a flat sum. An estimate for display
/// and reservations, never for bills. The first call loads the tables (about 0.3 s); any thread that may
/// block.
final class TokenEstimate {
    /// What surrounds a message in the models' own formats.
    private static final int PER_MESSAGE = 4;
    /// A picture of ordinary size at ordinary detail.
    private static final int PER_MEDIA = 800;
    /// Longer texts without a space are data, not words.
    private static final int MEDIA_CHARACTERS = 4_000;

    private static final Set<String> LIMITS = Set.of(
            "max_tokens", "max_completion_tokens", "max_output_tokens", "maxOutputTokens", "maxTokens", "num_predict");

    private TokenEstimate() {}

    /// Whether the tables are there, so that counting takes no longer than it does.
    static boolean isLoaded() {
        return loaded;
    }

    private static volatile boolean loaded;

    private static final class Holder {
        private static final Encoding ENCODING =
                Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
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
            boolean media = text.startsWith("data:")
                    || (text.length() > MEDIA_CHARACTERS && text.indexOf(' ') < 0 && text.indexOf('\n') < 0);
            sum[0] += media ? PER_MEDIA : text(text);
        }
    }

    private static long text(String text) {
        int tokens = Holder.ENCODING.countTokensOrdinary(text);
        if (!loaded) {
            loaded = true;
        }
        return tokens;
    }

    /// Most tokens of one answer by the request's own limit, 0 where it names none.
    static long limit(JsonNode body) {
        for (String name : LIMITS) {
            JsonNode found = body.findValue(name);
            if (found != null && found.isIntegralNumber()) {
                return found.longValue();
            }
        }
        return 0;
    }
}
