package dev.gapura.proof;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.ChatRequest;
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

/// A dialect that chat requests are written to, as the proofs need it.
///
/// @param name of the dialect in the configuration
/// @param provider who speaks it
/// @param models some for each way in which its models are asked
/// @param rules what the provider demands
/// @param places where the provider has what Chat Completions calls so, by JSON Pointer
record Target(
        String name,
        Dialect dialect,
        Provider provider,
        List<String> models,
        RequestRules rules,
        Map<String, String> places) {

    /// A request as the provider gets it.
    ///
    /// @param call with path and body
    /// @param body as JSON
    record Sent(UpstreamCall call, JsonNode body, List<Verdict> verdicts) {}

    /// Writes a chat request.
    Sent write(JsonNode chat, String model, UnsupportedPolicy policy) {
        byte[] bytes = JsonTree.bytes(chat);
        Judge judge = new Judge(provider, policy);
        Map<String, JsonNode> fields = ConversationReader.fields(bytes, bytes.length);
        Sieve.Sieved sieved = Sieve.sieve(fields, provider.profile(), model, judge);
        boolean stream = chat.path("stream").asBoolean();
        ChatRequest request = ConversationReader.read(sieved.fields(), stream)
                .asking(model, stream)
                .withNativeFields(sieved.sent());
        ChatRequest ordered = CallOrder.settle(request, judge);
        UpstreamCall call = dialect.write(ordered, ModelProfiles.of(name, model), judge);
        return new Sent(call, JsonTree.read(call.body(), 0, call.body().length), judge.verdicts());
    }

    /// What is wrong with a written request: what the provider would refuse, and what got lost without a verdict.
    List<String> faults(JsonNode chat, String model, Sent sent) {
        List<String> faults = new ArrayList<>(rules.faults(sent.call().path(), sent.body(), model));
        Map<String, String> names = new HashMap<>();
        sent.call().question().toolNames().forEach((changed, original) -> names.put(original, changed));
        faults.addAll(Kept.missing(chat, sent.body(), sent.verdicts(), names, places));
        return faults;
    }
}
