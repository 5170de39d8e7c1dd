package dev.gapura.exchange;

import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.Part;
import dev.gapura.dialect.Dialect;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.UpstreamCall;
import dev.gapura.dialect.openai.ChatCompletionRequest;
import dev.gapura.dialect.openai.ConversationReader;
import dev.gapura.egress.MediaInliner;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.ModelProfiles;
import dev.gapura.provider.Provider;
import dev.gapura.provider.Sieve;
import dev.gapura.provider.Verdict;
import dev.gapura.provider.Verdicts;
import dev.gapura.route.Target;
import dev.gapura.wire.Spliced;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Decides about a request whose provider speaks another language than the client: its fields are sifted, the
/// conversation is read into the neutral language, what the client lost of reasoning is put back, and the
/// provider's dialect writes it. Straight-line code that never blocks; one instance a request.
final class Converse {
    /// Most calls made for one request with `n`; the contract's number.
    static final int MAX_FANOUT = 8;

    private final Decision.Asked asked;
    private final Dialect dialect;
    private final ErrorReader errors;
    private final Judge judge;
    private final ModelProfile model;
    private final ReasoningVault vault;
    private final ReasoningVault.Place place;

    private Converse(Decision.Asked asked, Dialect dialect, ErrorReader errors, ReasoningVault vault) {
        this.asked = asked;
        this.dialect = dialect;
        this.errors = errors;
        this.vault = vault;
        Target target = asked.target();
        Provider provider = target.provider();
        judge = new Judge(provider, asked.policy());
        model = ModelProfiles.of(provider.dialect().configName(), target.upstreamModel());
        // What one key said is never put into another's conversation.
        place = new ReasoningVault.Place(asked.owner(), provider.name(), target.upstreamModel());
    }

    static Draft draft(Decision.Asked asked, Dialect dialect, ErrorReader errors, ReasoningVault vault) {
        return new Converse(asked, dialect, errors, vault).draft();
    }

    private Draft draft() {
        ChatCompletionRequest request = asked.request();
        Target target = asked.target();
        Sieve.Sieved sieved = Sieve.sieve(
                ConversationReader.fields(request.body(), request.length()),
                target.provider().profile(),
                target.upstreamModel(),
                judge);
        ChatRequest chat = vault.restore(
                ConversationReader.read(sieved.fields(), request.stream())
                        .asking(target.upstreamModel(), request.stream())
                        .withNativeFields(sieved.sent()),
                place);
        Predicate<Part> passes = part -> dialect.passesUrl(part, target.provider(), model);
        int addresses = MediaInliner.count(chat, passes);
        if (addresses == 0) {
            return new Draft.Decided(decide(chat, sieved.headers()));
        }
        judge.report(
                "messages",
                Verdict.Outcome.CONVERTED,
                addresses + (addresses == 1 ? " address fetched" : " addresses fetched"),
                "this provider cannot fetch them itself");
        return new Draft.Fetching(chat, passes, whole -> decide(whole, sieved.headers()));
    }

    private Decision decide(ChatRequest chat, Map<String, String> sievedHeaders) {
        ChatCompletionRequest request = asked.request();
        Target target = asked.target();
        Provider provider = target.provider();
        int calls = calls(chat);
        UpstreamCall call = dialect.write(chat, model, judge);
        boolean mayPause = dialect.mayPause(chat);
        Supplier<Dialect> language = mayPause ? () -> turns(chat, call.question()) : () -> dialect;
        Map<String, String> headers = new LinkedHashMap<>(sievedHeaders);
        headers.putAll(call.headers());
        Question question = mayPause ? Question.plain(provider, target.upstreamModel()) : call.question();
        Translation translation = new Translation(
                calls > 1 ? new FanOut(language, calls) : language.get(),
                calls > 1 ? question.withChoices(calls) : question,
                Boolean.TRUE.equals(request.includeUsage()),
                "chatcmpl-" + asked.requestId(),
                System.currentTimeMillis() / 1000,
                mayPause ? event -> {} : vault.tap(place));
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
                asked.price(),
                asked.details() ? new Details(judge.verdicts()) : null,
                translation);
        return new Decision(terms, provider.endpoint(call.path()), Spliced.of(call.body()), headers);
    }

    /// The turns of an answer that the provider may pause. What later turns are asked gets no verdicts of its own.
    private Turns turns(ChatRequest chat, Question question) {
        return new Turns(
                dialect,
                question,
                errors,
                chat.stream(),
                new PausedTurns(
                        chat,
                        next -> dialect.write(
                                next, model, new Judge(asked.target().provider(), asked.policy()))),
                () -> vault.tap(place));
    }

    /// How the answers of several relayed calls are read as one.
    static Translation several(Decision.Asked asked, Dialect chat, int calls) {
        Target target = asked.target();
        return new Translation(
                new FanOut(() -> chat, calls),
                Question.plain(target.provider(), target.upstreamModel()).withChoices(calls),
                Boolean.TRUE.equals(asked.request().includeUsage()),
                "chatcmpl-" + asked.requestId(),
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
    private int calls(ChatRequest request) {
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
