package dev.gapura.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.ChatRequest;
import dev.gapura.dialect.CallOrder;
import dev.gapura.dialect.Dialect;
import dev.gapura.dialect.UpstreamCall;
import dev.gapura.dialect.openai.ConversationReader;
import dev.gapura.dialect.openai.UnreadMembers;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfiles;
import dev.gapura.provider.Provider;
import dev.gapura.provider.Sieve;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.provider.Verdicts;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// A chat request as a dialect writes it, taken through everything that an exchange takes it through.
///
/// @param call as it would be sent
/// @param body its body
/// @param verdicts value of the response header `x-gapura-params`
public record TranslatedRequest(UpstreamCall call, JsonNode body, String verdicts) {

    /// Writes one request with the policy of callers who say nothing.
    ///
    /// @param chat JSON of a chat completions request; `'` stands for `"`
    public static TranslatedRequest of(Dialect dialect, Provider provider, String model, String chat) {
        return of(dialect, provider, model, chat, UnsupportedPolicy.DEFAULT);
    }

    /// The same with another policy.
    public static TranslatedRequest of(
            Dialect dialect, Provider provider, String model, String chat, UnsupportedPolicy policy) {
        byte[] body = chat.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        Map<String, JsonNode> fields = ConversationReader.fields(body, body.length);
        Judge judge = new Judge(provider, policy);
        Sieve.Sieved sieved = Sieve.sieve(fields, provider.profile(), model, judge);
        UnreadMembers.tell(sieved.fields(), judge);
        boolean stream = fields.get("stream") instanceof JsonNode flag && flag.isBoolean() && flag.booleanValue();
        ChatRequest request = ConversationReader.read(sieved.fields(), stream)
                .asking(model, stream)
                .withNativeFields(sieved.sent());
        ChatRequest ordered = CallOrder.settle(request, judge);
        return of(dialect.write(ordered, ModelProfiles.of(provider.dialect().configName(), model), judge), judge);
    }

    private static TranslatedRequest of(UpstreamCall call, Judge judge) {
        return new TranslatedRequest(
                call, JsonTree.read(call.body(), 0, call.body().length), Verdicts.header(judge.verdicts()));
    }

    /// A place of the body, by JSON Pointer.
    public JsonNode at(String pointer) {
        return body.at(pointer);
    }
}
