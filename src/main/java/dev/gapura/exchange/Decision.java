package dev.gapura.exchange;

import dev.gapura.access.Principal;
import dev.gapura.chat.ChatRequest;
import dev.gapura.dialect.Dialect;
import dev.gapura.dialect.UpstreamCall;
import dev.gapura.dialect.openai.ChatCompletionRequest;
import dev.gapura.dialect.openai.ConversationReader;
import dev.gapura.dialect.openai.RequestWriter;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.Endpoint;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfiles;
import dev.gapura.provider.Provider;
import dev.gapura.provider.Sieve;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.provider.Verdicts;
import dev.gapura.route.Routes;
import dev.gapura.route.Target;
import dev.gapura.wire.Spliced;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is to be done with a request, decided before any provider is called, by straight-line code that never
/// blocks.
///
/// @param terms what the exchange goes by until its end
/// @param endpoint where the provider is called
/// @param body upstream body; let go of once it is sent
/// @param headers further request headers for the provider, made from fields
public record Decision(Terms terms, Endpoint endpoint, Spliced body, Map<String, String> headers) {

    /// The part of a decision that an exchange keeps. It holds no body: a stream may be open for minutes, and
    /// thousands of them at once.
    ///
    /// @param target provider and upstream model
    /// @param stream whether the client gets a stream
    /// @param choices `n` as sent upstream
    /// @param usageInserted whether the gateway asked for the usage chunk by itself
    /// @param paddingDeclined whether padding is cut out
    /// @param modelAsked `model` as the client wrote it
    /// @param bytesIn length of the client's body
    /// @param verdicts text of `x-gapura-params`, empty where every field passed
    /// @param translation how the answer is read, null where it is relayed
    public record Terms(
            Target target,
            boolean stream,
            int choices,
            boolean usageInserted,
            boolean paddingDeclined,
            String modelAsked,
            int bytesIn,
            String verdicts,
            @Nullable Translation translation) {}

    /// Routes one request that was read and checked, and writes what its provider gets.
    ///
    /// @param dialects languages that are translated to
    /// @param policy value of `x-gapura-unsupported`
    /// @param requestId id of the exchange
    /// @throws GatewayException with the refusal, where there is one
    public static Decision decide(
            ChatCompletionRequest request,
            Principal principal,
            Routes routes,
            Dialects dialects,
            @Nullable String policy,
            String requestId) {
        Target target = routes.resolve(request.model(), principal::mayUse);
        if (!principal.mayUse(target.asked(), target.name())) {
            throw new GatewayException(new Failure(
                    FailureKind.FORBIDDEN,
                    "This key may not use the model " + request.model() + ". GET /v1/models lists those it may use.",
                    "model_not_allowed",
                    "model",
                    null,
                    null,
                    false));
        }
        UnsupportedPolicy unsupported = UnsupportedPolicy.parse(policy);
        Dialect dialect = dialects.of(target.provider().dialect());
        if (dialect != null) {
            return translate(request, target, dialect, unsupported, requestId);
        }
        boolean stream = request.stream();
        RequestWriter.Written written =
                RequestWriter.write(request, target.provider(), target.upstreamModel(), stream, unsupported);
        Terms terms = new Terms(
                target,
                stream,
                written.choices(),
                written.usageInserted(),
                written.paddingDeclined(),
                request.model(),
                request.length(),
                Verdicts.header(written.verdicts()),
                null);
        return new Decision(
                terms, target.provider().chatEndpoint(target.upstreamModel()), written.body(), written.extraHeaders());
    }

    /// The same for a provider that speaks another language.
    private static Decision translate(
            ChatCompletionRequest request, Target target, Dialect dialect, UnsupportedPolicy policy, String requestId) {
        Provider provider = target.provider();
        Judge judge = new Judge(provider, policy);
        Sieve.Sieved sieved = Sieve.sieve(
                ConversationReader.fields(request.body(), request.length()),
                provider.profile(),
                target.upstreamModel(),
                judge);
        ChatRequest asked = ConversationReader.read(sieved.fields(), request.stream())
                .asking(target.upstreamModel(), request.stream())
                .withNativeFields(sieved.sent());
        UpstreamCall call =
                dialect.write(asked, ModelProfiles.of(provider.dialect().configName(), target.upstreamModel()), judge);
        Map<String, String> headers = new LinkedHashMap<>(sieved.headers());
        headers.putAll(call.headers());
        Translation translation = new Translation(
                dialect,
                call.question(),
                Boolean.TRUE.equals(request.includeUsage()),
                "chatcmpl-" + requestId,
                System.currentTimeMillis() / 1000,
                event -> {});
        Terms terms = new Terms(
                target,
                request.stream(),
                call.question().choices(),
                false,
                false,
                request.model(),
                request.length(),
                Verdicts.header(judge.verdicts()),
                translation);
        return new Decision(terms, provider.endpoint(call.path()), Spliced.of(call.body()), headers);
    }
}
