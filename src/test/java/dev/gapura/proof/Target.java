package dev.gapura.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.Media;
import dev.gapura.chat.Part;
import dev.gapura.dialect.CallOrder;
import dev.gapura.dialect.Dialect;
import dev.gapura.dialect.UpstreamCall;
import dev.gapura.dialect.openai.ConversationReader;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfiles;
import dev.gapura.provider.Provider;
import dev.gapura.provider.Sieve;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.provider.Verdict;
import dev.gapura.testkit.rules.RequestRules;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A dialect that chat requests are written to, as the proofs need it.
///
/// @param name of the dialect in the configuration
/// @param provider who speaks it
/// @param models some for each way in which its models are asked
/// @param rules what the provider demands
/// @param reader reads what is written
/// @param places where the provider has what Chat Completions calls so, by JSON Pointer
public record Target(
        String name,
        Dialect dialect,
        Provider provider,
        List<String> models,
        RequestRules rules,
        Reader reader,
        Map<String, String> places) {
    private static final UnsupportedPolicy IGNORE = Objects.requireNonNull(UnsupportedPolicy.parse("ignore"));

    /// Reads a provider's request into the neutral language.
    public interface Reader {
        ChatRequest read(JsonNode body, String model, boolean stream);
    }

    /// A request as the provider gets it.
    ///
    /// @param asked what was asked, with the media that the gateway would have fetched
    /// @param call with path and body
    /// @param body as JSON
    public record Sent(JsonNode asked, UpstreamCall call, JsonNode body, List<Verdict> verdicts) {}

    /// Writes a chat request.
    public Sent write(JsonNode chat, String model, UnsupportedPolicy policy) {
        JsonNode asked = chat.deepCopy();
        fetch(asked, model);
        byte[] bytes = JsonTree.bytes(asked);
        Judge judge = new Judge(provider, policy);
        Map<String, JsonNode> fields = ConversationReader.fields(bytes, bytes.length);
        Sieve.Sieved sieved = Sieve.sieve(fields, provider.profile(), model, judge);
        boolean stream = chat.path("stream").asBoolean();
        ChatRequest request = ConversationReader.read(sieved.fields(), stream)
                .asking(model, stream)
                .withNativeFields(sieved.sent());
        ChatRequest ordered = CallOrder.settle(request, judge);
        UpstreamCall call = dialect.write(ordered, ModelProfiles.of(name, model), judge);
        return new Sent(asked, call, body(call), judge.verdicts());
    }

    /// What is written of a request that was written and read.
    JsonNode again(Sent sent, String model) {
        return again(body(sent.call()), model, sent.asked().path("stream").asBoolean());
    }

    /// What is written of a request in the provider's language that was read.
    public JsonNode again(JsonNode said, String model, boolean stream) {
        ChatRequest read = reader.read(said, model, stream).asking(model, stream);
        Judge judge = new Judge(provider, IGNORE);
        return body(dialect.write(read, ModelProfiles.of(name, model), judge));
    }

    private static JsonNode body(UpstreamCall call) {
        return JsonTree.read(call.body(), 0, call.body().length);
    }

    /// Puts pictures in place of the addresses that the provider does not fetch itself.
    private void fetch(JsonNode node, String model) {
        for (JsonNode part : node.findParents("image_url")) {
            if (!(part.get("image_url") instanceof ObjectNode image)
                    || !image.path("url").isTextual()) {
                continue;
            }
            Part asked = new Part.Image(new Media.Url(null, image.path("url").asText()), null, null);
            if (image.path("url").asText().startsWith("http")
                    && !dialect.passesUrl(asked, provider, ModelProfiles.of(name, model))) {
                image.put("url", "data:image/png;base64," + MediaSamples.PICTURES.get("png"));
            }
        }
    }

    /// What is wrong with a written request: what the provider would refuse, and what got lost without a verdict.
    List<String> faults(String model, Sent sent) {
        List<String> faults = new ArrayList<>(rules.faults(sent.call().path(), sent.body(), model));
        Map<String, String> names = new HashMap<>();
        sent.call().question().toolNames().forEach((changed, original) -> names.put(original, changed));
        faults.addAll(Kept.missing(sent.asked(), sent.body(), sent.verdicts(), names, places));
        return faults;
    }
}
