package dev.gapura.exchange;

import dev.gapura.access.Principal;
import dev.gapura.dialect.openai.ChatCompletionRequest;
import dev.gapura.dialect.openai.RequestWriter;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.provider.Verdicts;
import dev.gapura.route.Routes;
import dev.gapura.route.Target;
import dev.gapura.wire.Spliced;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is to be done with a request, decided before any provider is called, by straight-line code that never
/// blocks.
///
/// @param terms what the exchange goes by until its end
/// @param body upstream body; let go of once it is sent
/// @param headers further request headers for the provider, made from fields
public record Decision(Terms terms, Spliced body, Map<String, String> headers) {

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
    public record Terms(
            Target target,
            boolean stream,
            int choices,
            boolean usageInserted,
            boolean paddingDeclined,
            String modelAsked,
            int bytesIn,
            String verdicts) {}

    /// Routes one request that was read and checked, and writes what its provider gets.
    ///
    /// @param policy value of `x-gapura-unsupported`
    /// @throws GatewayException with the refusal, where there is one
    public static Decision decide(
            ChatCompletionRequest request, Principal principal, Routes routes, @Nullable String policy) {
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
                Verdicts.header(written.verdicts()));
        return new Decision(terms, written.body(), written.extraHeaders());
    }
}
