package dev.gapura.exchange;

import dev.gapura.access.Principal;
import dev.gapura.dialect.openai.ChatCompletionRequest;
import dev.gapura.dialect.openai.RequestReader;
import dev.gapura.dialect.openai.RequestWriter;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.route.Routes;
import dev.gapura.route.Target;
import org.jspecify.annotations.Nullable;

/// What is to be done with a request: the target, the body it gets and what became of every field. Decided before any
/// provider is called, by straight-line code that never blocks.
///
/// @param request the client's request
/// @param target provider and upstream model
/// @param written upstream body and verdicts
/// @param stream whether the client gets a stream
public record Decision(ChatCompletionRequest request, Target target, RequestWriter.Written written, boolean stream) {

    /// Reads, checks, routes and writes one chat completions request.
    ///
    /// @param body the client's bytes
    /// @param length how many of them count
    /// @param onlyStreamAccepted whether `accept` names nothing but `text/event-stream`, which asks for a stream
    /// where the body does not say
    /// @param policy value of `x-gapura-unsupported`
    /// @throws GatewayException with the refusal, where there is one
    public static Decision decide(
            byte[] body,
            int length,
            Principal principal,
            Routes routes,
            boolean onlyStreamAccepted,
            @Nullable String policy) {
        ChatCompletionRequest request = RequestReader.read(body, length, onlyStreamAccepted);
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
        return new Decision(request, target, written, stream);
    }
}
