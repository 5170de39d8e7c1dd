package dev.gapura.exchange;

import dev.gapura.chat.ChatRequest;
import dev.gapura.chat.Message;
import dev.gapura.chat.Part;
import dev.gapura.chat.ToolChoice;
import dev.gapura.dialect.CallOrder;
import dev.gapura.dialect.Dialect;
import dev.gapura.dialect.ErrorReader;
import dev.gapura.dialect.Question;
import dev.gapura.dialect.UpstreamCall;
import dev.gapura.dialect.openai.ChatCompletionRequest;
import dev.gapura.dialect.openai.ConversationReader;
import dev.gapura.dialect.openai.UnreadMembers;
import dev.gapura.egress.MediaInliner;
import dev.gapura.provider.Judge;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.Provider;
import dev.gapura.provider.Sieve;
import dev.gapura.provider.Verdict;
import dev.gapura.provider.Verdicts;
import dev.gapura.route.Target;
import dev.gapura.wire.Spliced;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Decides about a request whose provider speaks another language than the client: its fields are sifted, the
/// conversation is read into the neutral language, what the client lost of reasoning is put back, and the
/// provider's dialect writes it. Straight-line code that never blocks; one instance a request.
final class Converse {
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
        model = asked.model().profile(provider.dialect());
        // What one key said is never put into another's conversation.
        place = new ReasoningVault.Place(asked.owner(), provider.name(), target.upstreamModel());
    }

    static Draft.Ready draft(Decision.Asked asked, Dialect dialect, ErrorReader errors, ReasoningVault vault) {
        return new Converse(asked, dialect, errors, vault).draft();
    }

    private Draft.Ready draft() {
        ChatCompletionRequest request = asked.request();
        Target target = asked.target();
        Sieve.Sieved sieved = Sieve.sieve(
                ConversationReader.fields(request.body(), request.length()),
                asked.model().rules(target.provider()),
                judge);
        UnreadMembers.tell(sieved.fields(), judge);
        ChatRequest said = ConversationReader.read(sieved.fields(), request.stream())
                .asking(target.upstreamModel(), request.stream())
                .withNativeFields(sieved.sent());
        ChatRequest settled = CallOrder.settle(said, judge);
        ChatRequest chat = vault.restore(settled, place);
        if (chat != settled) {
            judge.report(
                    "messages",
                    Verdict.Outcome.CONVERTED,
                    "reasoning put back",
                    "the client left out what this provider wants back beside calls of tools");
        }
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
        boolean turns = dialect.mayPause(chat) || !asked.tools().tools().isEmpty();
        // Answers of several choices in one call are passed on as they come, whatever becomes of one.
        boolean several = turns || dialect.mayMisspeak(chat) && (calls > 1 || request.choices() <= 1);
        Supplier<Dialect> language = several ? () -> turns(chat, call.question(), turns) : () -> dialect;
        Map<String, String> headers = new LinkedHashMap<>(sievedHeaders);
        headers.putAll(call.headers());
        Question question = several ? Question.plain(provider, target.upstreamModel()) : call.question();
        Translation translation = new Translation(
                calls > 1 ? new FanOut(language, calls) : language.get(),
                calls > 1 ? question.withChoices(calls) : question,
                Boolean.TRUE.equals(request.includeUsage()),
                "chatcmpl-" + asked.requestId(),
                System.currentTimeMillis() / 1000,
                several ? event -> {} : vault.tap(place));
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
                asked.model(),
                asked.at(),
                asked.details() ? new Details(judge.verdicts()) : null,
                translation,
                null,
                asked.comments(),
                Decision.limited(request),
                EncodedMedia.promptBytes(request));
        return new Decision(terms, provider.endpoint(call.path()), Spliced.of(call.body()), headers);
    }

    /// The turns of an answer that the provider may pause, whose tools run here, or whose call may be made
    /// again.
    ///
    /// @param follow whether turns may follow the first
    private Turns turns(ChatRequest chat, Question question, boolean follow) {
        Composer composer = said -> compose(chat, said);
        return new Turns(
                dialect,
                question,
                errors,
                chat.stream(),
                !follow
                        ? Sequel.NOTHING
                        : asked.tools().tools().isEmpty() ? new PausedTurns(composer) : ToolTurns.of(asked, composer),
                () -> vault.tap(place));
    }

    /// What later turns are asked gets no verdicts of its own.
    private Sequel.Next.Call compose(ChatRequest chat, List<Message> said) {
        List<Message> messages = new ArrayList<>(chat.messages());
        messages.addAll(said);
        boolean called = said.stream().anyMatch(message -> message.role() == Message.Role.TOOL);
        ToolChoice choice = chat.toolChoice();
        ChatRequest next =
                chat.withMessages(messages).withTools(chat.tools(), called && choice != null ? freed(choice) : choice);
        UpstreamCall call = dialect.write(next, model, new Judge(asked.target().provider(), asked.policy()));
        return new Sequel.Next.Call(Spliced.of(call.body()), call.question());
    }

    /// What was forced was called in the first turn; what was forbidden stays forbidden.
    private static @Nullable ToolChoice freed(ToolChoice choice) {
        return switch (choice) {
            case ToolChoice.None none -> none;
            case ToolChoice.Allowed allowed -> new ToolChoice.Allowed(allowed.names(), false);
            case ToolChoice.Auto auto -> null;
            case ToolChoice.Required required -> null;
            case ToolChoice.Named named -> null;
        };
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
        boolean loops = !asked.tools().tools().isEmpty();
        if (choices <= 1 || (model.can(ModelProfile.Ability.SEVERAL_CHOICES) && !loops)) {
            return 1;
        }
        int most = asked.limits().maxFanout();
        if (choices > most) {
            throw judge.refusal(
                    "n", "this model gives one answer a call, and at most " + most + " calls are made for one request");
        }
        judge.report("n", Verdict.Outcome.EMULATED, choices + " calls", "this model gives one answer a call");
        return choices;
    }
}
