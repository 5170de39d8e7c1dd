package dev.gapura.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.chat.ChatEvent;
import dev.gapura.chat.ChatRequest;
import dev.gapura.config.Config;
import dev.gapura.config.Config.ProviderEntry;
import dev.gapura.config.Secret;
import dev.gapura.dialect.AnswerFilter;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.StreamReader;
import dev.gapura.dialect.UpstreamCall;
import dev.gapura.dialect.openai.AnswerWriter;
import dev.gapura.dialect.openai.ConversationReader;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfiles;
import dev.gapura.provider.Provider;
import dev.gapura.provider.Providers;
import dev.gapura.provider.Sieve;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.provider.Verdict;
import dev.gapura.provider.Verdicts;
import dev.gapura.testkit.Replies;
import dev.gapura.wire.JsonTree;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// What the tests of this dialect share: providers that speak it, requests through the whole way down, answers through
/// the whole way up.
final class Responses {
    static final ResponsesDialect DIALECT = new ResponsesDialect(new ErrorReader(InstantSource.system()));

    private Responses() {}

    /// A known provider in its usual set-up, or any other one that speaks this dialect.
    static Provider provider(String name) {
        return provider(name, "openai_responses", null);
    }

    static Provider provider(String name, @Nullable String dialect, @Nullable String apiVersion) {
        boolean known = Providers.knownNames().contains(name);
        URI base = name.equals("azure")
                ? URI.create("https://resource.openai.azure.com")
                : known ? null : URI.create("https://llm.corp.example/v1");
        Duration second = Duration.ofSeconds(1);
        ProviderEntry entry = new ProviderEntry(
                name,
                dialect,
                base,
                new Secret("canary-0042-wXyZ-77"),
                apiVersion,
                Map.of(),
                new Config.Timeouts(second, second, second, second),
                null,
                null,
                "test:1:1");
        return Providers.build(Map.of(name, entry)).get(name);
    }

    /// What a chat request becomes.
    ///
    /// @param verdicts text of `x-gapura-params`
    record Sent(UpstreamCall call, JsonNode body, String verdicts) {}

    /// Sends a chat request, as the exchange does.
    static Sent send(String provider, String model, String chat) {
        return send(provider(provider), model, chat, null);
    }

    static Sent send(Provider provider, String model, String chat, @Nullable String policy) {
        Judge judge = new Judge(provider, UnsupportedPolicy.parse(policy));
        byte[] bytes = chat.getBytes(StandardCharsets.UTF_8);
        Map<String, JsonNode> fields = ConversationReader.fields(bytes, bytes.length);
        Sieve.Sieved sieved = Sieve.sieve(fields, provider.profile(), model, judge);
        boolean stream = fields.containsKey("stream") && fields.get("stream").asBoolean();
        ChatRequest request = ConversationReader.read(sieved.fields(), stream)
                .asking(model, stream)
                .withNativeFields(sieved.sent());
        UpstreamCall call = DIALECT.write(request, ModelProfiles.of("openai_responses", model), judge);
        List<Verdict> verdicts = judge.verdicts();
        return new Sent(call, JsonTree.read(call.body(), 0, call.body().length), Verdicts.header(verdicts));
    }

    /// The events of a plain answer.
    static List<ChatEvent> answer(Question question, byte[] body) {
        List<ChatEvent> events = new ArrayList<>();
        DIALECT.answer(question, body, body.length, events::add);
        return events;
    }

    /// The events of a stream that comes in these slices.
    static List<ChatEvent> stream(Question question, List<byte[]> slices) {
        List<ChatEvent> events = new ArrayList<>();
        StreamReader reader = DIALECT.stream(question);
        slices.forEach(slice -> reader.feed(slice, 0, slice.length, events::add));
        reader.end(events::add);
        return events;
    }

    static List<ChatEvent> stream(Question question, String stream) {
        return stream(question, List.of(stream.getBytes(StandardCharsets.UTF_8)));
    }

    static List<byte[]> slices(byte[] bytes, long seed) {
        return Replies.slices(bytes, new Random(seed), 97);
    }

    /// What the client would get.
    static AnswerWriter fold(Question question, List<ChatEvent> events) {
        AnswerWriter writer = new AnswerWriter();
        AnswerFilter filter = new AnswerFilter(question, writer);
        events.forEach(filter);
        return writer;
    }

    /// The same as JSON; only for answers that ended well.
    static JsonNode chat(Question question, List<ChatEvent> events) {
        AnswerWriter writer = fold(question, events);
        if (writer.failure() != null || !writer.ended()) {
            throw new AssertionError("no good end: " + writer.failure());
        }
        byte[] bytes = writer.write(1, "fallback", question.model(), null);
        return JsonTree.read(bytes, 0, bytes.length);
    }

    static Question question(String provider) {
        return Question.plain(provider(provider), "m");
    }
}
