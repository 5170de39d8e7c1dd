package dev.gapura.exchange;

import dev.gapura.access.Principal;
import dev.gapura.chat.Usage;
import dev.gapura.config.Limits;
import dev.gapura.dialect.Dialect;
import dev.gapura.dialect.openai.ChatCompletionRequest;
import dev.gapura.dialect.openai.OfferedTools;
import dev.gapura.dialect.openai.ReasoningGatherer;
import dev.gapura.dialect.openai.RequestWriter;
import dev.gapura.failure.Failure;
import dev.gapura.failure.FailureKind;
import dev.gapura.failure.GatewayException;
import dev.gapura.pricing.CatalogueEntry;
import dev.gapura.pricing.Cost;
import dev.gapura.pricing.Price;
import dev.gapura.provider.Bridge;
import dev.gapura.provider.Endpoint;
import dev.gapura.provider.ModelRules;
import dev.gapura.provider.Rule;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.provider.Verdict;
import dev.gapura.provider.Verdicts;
import dev.gapura.route.Target;
import dev.gapura.wire.Spliced;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What is to be done with a request, decided before any provider is called, by straight-line code that never
/// blocks.
///
/// @param terms what the exchange goes by until its end
/// @param endpoint where the provider is called
/// @param body upstream body; let go of once it is sent
/// @param headers further request headers for the provider, made from fields
public record Decision(Terms terms, Endpoint endpoint, Spliced body, Map<String, String> headers) {

    /// The field by which the gateway limits an answer.
    public static final String LIMIT = "max_completion_tokens";

    private static final List<String> LIMITS = List.of(LIMIT, "max_tokens");

    /// The part of a decision that an exchange keeps. It holds no body: a stream may be open for minutes,
    /// and thousands of them at once.
    ///
    /// @param target provider and upstream model
    /// @param stream whether the client gets a stream
    /// @param choices answers that the provider gives
    /// @param calls upstream calls that are made for it
    /// @param usageInserted whether the gateway asked for the usage chunk by itself
    /// @param paddingDeclined whether padding is cut out
    /// @param modelAsked `model` as the client wrote it
    /// @param bytesIn length of the client's body
    /// @param verdicts text of `x-gapura-params`, empty where every field passed
    /// @param model what is known of the model: limits, abilities, prices
    /// @param decidedAt when, for prices
    /// @param details for callers that want to see more, else null
    /// @param translation how the answer is read, null where it is relayed
    /// @param reasoning keeps what a relayed answer's provider wants back of it, null where it wants
    ///     nothing
    /// @param comments tells the client of server tools while they run, null where it did not ask
    /// @param limited whether the caller limits the length of the answer
    /// @param promptBytes of messages and tools, media at a flat size: for estimates of what was not
    ///     reported
    public record Terms(
            Target target,
            boolean stream,
            int choices,
            int calls,
            boolean usageInserted,
            boolean paddingDeclined,
            String modelAsked,
            int bytesIn,
            String verdicts,
            CatalogueEntry model,
            Instant decidedAt,
            @Nullable Details details,
            @Nullable Translation translation,
            @Nullable ReasoningGatherer reasoning,
            @Nullable ToolComments comments,
            boolean limited,
            int promptBytes) {

        /// Rates of an answer, by the tier in which it was served; null where they are not known.
        @Nullable
        Price price(@Nullable Usage usage) {
            return model.priceAt(decidedAt, usage == null ? null : usage.serviceTier());
        }

        /// What an answer costs, in whole nanodollars; [Cost#UNKNOWN] where price or counts are not known.
        long cost(Usage usage) {
            return Cost.of(usage, price(usage), calls);
        }

        /// The same of one call.
        long costOfOne(Usage usage) {
            return Cost.of(usage, price(usage));
        }

        /// The terms with what became of one more field.
        Terms with(Verdict verdict) {
            String told = Verdicts.header(List.of(verdict));
            List<Verdict> all = new ArrayList<>();
            if (details != null) {
                details.verdicts().stream()
                        .filter(other -> !other.equals(Verdict.passed(verdict.field())))
                        .forEach(all::add);
                all.add(verdict);
            }
            return new Terms(
                    target,
                    stream,
                    choices,
                    calls,
                    usageInserted,
                    paddingDeclined,
                    modelAsked,
                    bytesIn,
                    verdicts.isEmpty() ? told : told + ", " + verdicts,
                    model,
                    decidedAt,
                    details == null ? null : new Details(all),
                    translation,
                    reasoning,
                    comments,
                    limited,
                    promptBytes);
        }
    }

    /// A request with what it is decided by.
    ///
    /// @param request with server tools among its tools
    /// @param tools server tools of the request
    /// @param policy what to do with fields that the provider does not support
    /// @param limits what one request may set going
    /// @param mixed the process's
    /// @param details whether the caller wants the `gapura` object
    /// @param model what is known of the model
    /// @param at now, for prices
    /// @param requestId id of the exchange
    /// @param owner id of the key
    record Asked(
            ChatCompletionRequest request,
            ServerToolOffer tools,
            Limits limits,
            MixedTurns mixed,
            @Nullable ToolComments comments,
            Target target,
            UnsupportedPolicy policy,
            boolean details,
            CatalogueEntry model,
            Instant at,
            String requestId,
            String owner) {

        /// What one call costs that used so much, in whole nanodollars; [Cost#UNKNOWN] where that is not
        /// known.
        long cost(Usage usage) {
            return Cost.of(usage, model.priceAt(at, usage.serviceTier()));
        }
    }

    /// Routes one request that was read and checked, and writes what its provider gets.
    ///
    /// @param dialects languages that are translated to
    /// @param shared the process's
    /// @param wishes what the caller asks of the gateway itself
    /// @param requestId id of the exchange
    /// @throws GatewayException with the refusal, where there is one
    public static Draft draft(
            ChatCompletionRequest request,
            Principal principal,
            Ground ground,
            Dialects dialects,
            Shared shared,
            Wishes wishes,
            String requestId) {
        Target target = ground.routes().resolve(request.model(), principal::mayUse);
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
        if (!MixedTurns.mayGoOn(request)) {
            return ready(request, target, principal, ground, dialects, shared, wishes, requestId);
        }
        String owner = principal.holder().keyId();
        Set<String> missing = shared.mixed().missing(request, owner);
        Function<Map<String, byte[]>, Draft.Ready> then = found -> ready(
                shared.mixed().restore(request, owner, found),
                target,
                principal,
                ground,
                dialects,
                shared,
                wishes,
                requestId);
        return missing.isEmpty()
                ? then.apply(Map.of())
                : new Draft.Recalling(shared.mixed().find(missing, owner), then);
    }

    private static Draft.Ready ready(
            ChatCompletionRequest request,
            Target routed,
            Principal principal,
            Ground ground,
            Dialects dialects,
            Shared shared,
            Wishes wishes,
            String requestId) {
        ServerToolOffer tools = ServerToolOffer.of(request, wishes.tools(), principal, ground.tools());
        CatalogueEntry model = ground.catalogue().find(routed.provider().name(), routed.upstreamModel());
        Target target = withProviderTools(tools.request(), routed.inLanguageOf(model.kin()), model.kin());
        Asked asked = new Asked(
                tools.request(),
                tools,
                ground.limits(),
                shared.mixed(),
                wishes.toolEvents() && request.stream() && !tools.tools().isEmpty() ? new ToolComments() : null,
                target,
                UnsupportedPolicy.parse(wishes.unsupported()),
                wishes.details(),
                model,
                Instant.now(),
                requestId,
                principal.holder().keyId());
        Dialect dialect = dialects.of(target.provider().dialect());
        return dialect == null
                ? new Draft.Decided(relayed(asked, dialects, shared.vault()))
                : Converse.draft(asked, dialect, dialects.errors(), shared.vault());
    }

    /// Whether the caller limits the length of the answer.
    static boolean limited(ChatCompletionRequest request) {
        return LIMITS.stream().map(request::member).anyMatch(member -> member != null && !member.isNull());
    }

    /// The decision about a request whose answer the gateway limits.
    ///
    /// @param tokens the limit, which stands in the request
    public Decision clamped(long tokens) {
        return new Decision(
                terms.with(new Verdict(
                        LIMIT,
                        Verdict.Outcome.CLAMPED,
                        "none→" + tokens,
                        "a budget applies, and the answer may not cost more than is reserved for it")),
                endpoint,
                body,
                headers);
    }

    /// A request whose provider speaks the client's language.
    private static Decision relayed(Asked asked, Dialects dialects, ReasoningVault vault) {
        ChatCompletionRequest request = asked.request();
        Target target = asked.target();
        ModelRules rules = asked.model().rules(target.provider());
        int calls = calls(asked, rules);
        ReturningReasoning reasoning = ReturningReasoning.of(asked, rules, vault);
        RequestWriter.Written written = RequestWriter.write(
                request,
                target.provider(),
                target.upstreamModel(),
                rules,
                request.stream(),
                asked.policy(),
                calls > 1,
                reasoning.kept());
        Translation translation = calls > 1 || !asked.tools().tools().isEmpty()
                ? RelayedTurns.translation(asked, dialects, calls, reasoning)
                : null;
        Terms terms = new Terms(
                target,
                request.stream(),
                calls > 1 ? calls : written.choices(),
                calls,
                written.usageInserted(),
                written.paddingDeclined(),
                request.model(),
                request.length(),
                Verdicts.header(written.verdicts()),
                asked.model(),
                asked.at(),
                asked.details() ? new Details(all(request, written.verdicts())) : null,
                translation,
                translation == null ? reasoning.gatherer() : null,
                asked.comments(),
                limited(request),
                EncodedMedia.promptBytes(request));
        return new Decision(
                terms, target.provider().chatEndpoint(target.upstreamModel()), written.body(), written.extraHeaders());
    }

    /// Tools that the provider runs itself may exist only in another language of its.
    ///
    /// @param kin the model by the name that the provider's rules are written for
    private static Target withProviderTools(ChatCompletionRequest request, Target target, String kin) {
        Bridge bridge = target.provider().bridge();
        boolean only = bridge != null
                && (OfferedTools.anyOf(request, bridge.tools())
                        || request.members().stream()
                                .anyMatch(member -> !member.isNull() && bridge.takes(member.name(), kin)));
        return bridge != null && only ? new Target(bridge.to(), target.upstreamModel(), target.asked()) : target;
    }

    /// The verdicts of every field that was sent, in the client's order; behind them those of members
    /// further inside, such as `cache_control` of a message.
    private static List<Verdict> all(ChatCompletionRequest request, List<Verdict> special) {
        List<Verdict> all = new ArrayList<>();
        for (ChatCompletionRequest.Member member : request.members()) {
            List<Verdict> own = special.stream()
                    .filter(verdict -> verdict.field().equals(member.name()))
                    .toList();
            if (!own.isEmpty()) {
                all.addAll(own);
            } else if (!member.isNull()) {
                all.add(Verdict.passed(member.name()));
            }
        }
        special.stream().filter(verdict -> !all.contains(verdict)).forEach(all::add);
        return all;
    }

    /// Calls that are made at an OpenAI-compatible provider: several where it gives one answer to one call
    /// and the caller did not say what else to do with `n`.
    private static int calls(Asked asked, ModelRules rules) {
        int choices = asked.request().choices();
        boolean loops = !asked.tools().tools().isEmpty();
        int most = asked.limits().maxFanout();
        if (loops && choices > most) {
            throw new GatewayException(new Failure(
                    FailureKind.INVALID_REQUEST,
                    "`n` may be at most " + most
                            + " together with server tools: every answer is a conversation of its own.",
                    "invalid_value",
                    "n",
                    null,
                    null,
                    false));
        }
        if (choices <= 1
                || choices > most
                || (!loops && asked.policy().byField().containsKey("n"))) {
            return 1;
        }
        Rule rule = rules.ruleFor("n", field -> null);
        return loops || rule instanceof Rule.OnlyValues || rule instanceof Rule.Unsupported ? choices : 1;
    }
}
