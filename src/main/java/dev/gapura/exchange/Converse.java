package dev.gapura.exchange;

import dev.gapura.chat.ChatRequest;
import dev.gapura.dialect.Dialect;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.UpstreamCall;
import dev.gapura.dialect.openai.ChatCompletionRequest;
import dev.gapura.dialect.openai.ConversationReader;
import dev.gapura.pricing.Price;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.ModelProfiles;
import dev.gapura.provider.Provider;
import dev.gapura.provider.Sieve;
import dev.gapura.provider.UnsupportedPolicy;
import dev.gapura.provider.Verdict;
import dev.gapura.provider.Verdicts;
import dev.gapura.route.Target;
import dev.gapura.wire.Spliced;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Decides about a request whose provider speaks another language than the client: its fields are sifted, the
/// conversation is read into the neutral language, what the client lost of reasoning is put back, and the
/// provider's dialect writes it. Straight-line code that never blocks; stateless.
final class Converse {
    /// Most calls made for one request with `n`; the contract's number.
    static final int MAX_FANOUT = 8;

    private Converse() {}

    /// @param price rates of the model now, null where they are not known
    /// @param owner whose conversation it is: what one key said is never put into another's
    static Decision decide(
            ChatCompletionRequest request,
            Target target,
            Dialect dialect,
            UnsupportedPolicy policy,
            boolean details,
            @Nullable Price price,
            String requestId,
            ReasoningVault vault,
            String owner) {
        Provider provider = target.provider();
        Judge judge = new Judge(provider, policy);
        Sieve.Sieved sieved = Sieve.sieve(
                ConversationReader.fields(request.body(), request.length()),
                provider.profile(),
                target.upstreamModel(),
                judge);
        ReasoningVault.Place place = new ReasoningVault.Place(owner, provider.name(), target.upstreamModel());
        ChatRequest asked = vault.restore(
                ConversationReader.read(sieved.fields(), request.stream())
                        .asking(target.upstreamModel(), request.stream())
                        .withNativeFields(sieved.sent()),
                place);
        ModelProfile model = ModelProfiles.of(provider.dialect().configName(), target.upstreamModel());
        int calls = calls(asked, model, judge);
        Dialect language = calls > 1 ? new FanOut(dialect, calls) : dialect;
        UpstreamCall call = language.write(asked, model, judge);
        Map<String, String> headers = new LinkedHashMap<>(sieved.headers());
        headers.putAll(call.headers());
        Translation translation = new Translation(
                language,
                calls > 1 ? call.question().withChoices(calls) : call.question(),
                Boolean.TRUE.equals(request.includeUsage()),
                "chatcmpl-" + requestId,
                System.currentTimeMillis() / 1000,
                vault.tap(place));
        Decision.Terms terms = new Decision.Terms(
                target,
                request.stream(),
                translation.question().choices(),
                calls,
                false,
                false,
                request.model(),
                request.length(),
                Verdicts.header(judge.verdicts()),
                price,
                details ? new Details(judge.verdicts()) : null,
                translation);
        return new Decision(terms, provider.endpoint(call.path()), Spliced.of(call.body()), headers);
    }

    /// How the answers of several relayed calls are read as one.
    static Translation several(
            ChatCompletionRequest request, Target target, Dialect chat, int calls, String requestId) {
        return new Translation(
                new FanOut(chat, calls),
                Question.plain(target.provider(), target.upstreamModel()).withChoices(calls),
                Boolean.TRUE.equals(request.includeUsage()),
                "chatcmpl-" + requestId,
                System.currentTimeMillis() / 1000,
                event -> {});
    }

    /// How a plain answer becomes the stream that was asked for, where a provider that is relayed gave one.
    static Translation asStream(Decision.Terms terms, Dialect chat, String requestId) {
        return new Translation(
                chat,
                Question.plain(terms.target().provider(), terms.target().upstreamModel())
                        .withChoices(terms.choices()),
                !terms.usageInserted(),
                "chatcmpl-" + requestId,
                System.currentTimeMillis() / 1000,
                event -> {});
    }

    /// Upstream calls for the answers that were asked for: one where the model gives several to one call.
    private static int calls(ChatRequest request, ModelProfile model, Judge judge) {
        int choices = request.choices();
        if (choices <= 1 || model.can(ModelProfile.Ability.SEVERAL_CHOICES)) {
            return 1;
        }
        if (choices > MAX_FANOUT) {
            throw judge.refusal(
                    "n",
                    "this model gives one answer a call, and at most " + MAX_FANOUT
                            + " calls are made for one request");
        }
        judge.report("n", Verdict.Outcome.EMULATED, choices + " calls", "this model gives one answer a call");
        return choices;
    }
}
