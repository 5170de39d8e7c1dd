package dev.gapura.admin;

import static dev.gapura.parameter.Parameter.of;
import static dev.gapura.parameter.Shape.only;
import static dev.gapura.parameter.Shape.text;
import static dev.gapura.parameter.Shape.wholeFrom;

import dev.gapura.parameter.Parameter;
import dev.gapura.parameter.Shape;
import java.util.ArrayList;
import java.util.List;

/// Headers of requests and answers outside of the admin API, as rows like those of the parameter table. Names are lower
/// case but where custom writes them otherwise. Pure.
final class PublicHeaders {
    private static final Parameter AUTHORIZATION = of(
                    "Authorization",
                    text(),
                    "`Bearer` and a key of this gateway; `x-api-key` and `api-key` do as well.")
            .asRequired();

    private static final Parameter UNSUPPORTED = of(
            "x-gapura-unsupported",
            text(),
            "What becomes of fields that the model does not take: `strip`, `reject` or `ignore`, for all of them or by"
                    + " field: `strip, logprobs=reject`.");

    private static final Parameter TOOLS = of(
            "x-gapura-tools",
            text(),
            "Server tools to offer to the model, by name or pattern: `weather, docs.*`, `all`, `none`.");

    /// Every route with a key.
    static final List<Parameter> KEY = List.of(AUTHORIZATION);

    static final List<Parameter> EXPLAIN = List.of(AUTHORIZATION, UNSUPPORTED, TOOLS);

    static final List<Parameter> CHAT = List.of(
            AUTHORIZATION,
            of(
                            "Accept",
                            only("application/json", "text/event-stream"),
                            "Form of the answer where the body has no `stream`; both forms for a body that has it.")
                    .withDefault("\"application/json\""),
            UNSUPPORTED,
            flag("x-gapura-details", "Whether the answer has the `gapura` object: verdicts, cost, timings."),
            TOOLS,
            flag("x-gapura-tool-events", "Whether a stream tells in comments of server tools while they run."),
            of(
                    "Idempotency-Key",
                    new Shape.Text(1, 255, Shape.Alphabet.PRINTABLE),
                    "The same key and request never call the provider twice within 24 hours."));

    /// Every answer.
    static final List<Parameter> ANSWER =
            List.of(of("x-request-id", text(), "Names the request, in the history and in what is logged."));

    static final List<Parameter> CHAT_ANSWER = joined(
            of("x-gapura-provider", text(), "Provider that answered."),
            of("x-gapura-model", text(), "Model that answered, as `provider/model`."),
            of(
                    "x-gapura-params",
                    text(),
                    "Every field that did not go on as it came, with what became of it. Absent where all did."),
            of("x-gapura-attempts", wholeFrom(0), "Upstream calls that were made."),
            of("x-gapura-cost-usd", text(), "What the answer cost, in US dollars; on JSON answers with a known price."),
            of("x-gapura-replayed", only("true"), "On an answer that was given before for its `idempotency-key`."),
            of("x-ratelimit-limit-requests", wholeFrom(0), "The tightest limit of requests that applies."),
            of("x-ratelimit-remaining-requests", wholeFrom(0), "What is left of it."),
            of("x-ratelimit-reset-requests", text(), "When it is whole again."),
            of("x-ratelimit-limit-tokens", wholeFrom(0), "The tightest limit of tokens that applies."),
            of("x-ratelimit-remaining-tokens", wholeFrom(0), "What is left of it."),
            of("x-ratelimit-reset-tokens", text(), "When it is whole again."),
            of("retry-after", wholeFrom(0), "Seconds to wait, on 429 and 503. `retry-after-ms` is the same exactly."),
            of("x-should-retry", only("true", "false"), "Whether the same request may succeed later, on failures."));

    private PublicHeaders() {}

    private static Parameter flag(String name, String description) {
        return of(name, only("true", "false"), description).withDefault("\"false\"");
    }

    private static List<Parameter> joined(Parameter... more) {
        List<Parameter> all = new ArrayList<>(ANSWER);
        all.addAll(List.of(more));
        return List.copyOf(all);
    }
}
