package dev.gapura.exchange;

import dev.gapura.chat.ChatEvent;
import dev.gapura.dialect.openai.ChatCompletionRequest;
import dev.gapura.dialect.openai.KeptReasoning;
import dev.gapura.dialect.openai.ReasoningGatherer;
import dev.gapura.provider.Habit;
import dev.gapura.provider.ModelRules;
import dev.gapura.route.Target;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What an exchange with a provider of the client's own language has to do with the [ReasoningVault]: put back what
/// the client lost, keep what it may lose. Nothing at all where the model wants no reasoning back. Made by [Decision];
/// any thread.
///
/// @param vault null where nothing is wanted
/// @param offersTools whether the answer can call any: without calls nothing is kept
/// @param conversation tells calls apart whose ids do not
record ReturningReasoning(
        @Nullable ReasoningVault vault,
        ReasoningVault.Place place,
        Set<Habit> habits,
        boolean offersTools,
        ConversationDigests conversation) {

    static ReturningReasoning of(Decision.Asked asked, ModelRules rules, ReasoningVault vault) {
        ChatCompletionRequest request = asked.request();
        Target target = asked.target();
        Set<Habit> habits = rules.habits(field -> null);
        boolean wanted = habits.contains(Habit.CALLS_BRING_REASONING) || habits.contains(Habit.CALLS_BRING_DETAILS);
        boolean offersTools = offers(request, "tools") || offers(request, "functions");
        return new ReturningReasoning(
                wanted ? vault : null,
                new ReasoningVault.Place(asked.owner(), target.provider().name(), target.upstreamModel()),
                habits,
                offersTools,
                wanted && offersTools ? ConversationDigests.of(request) : ConversationDigests.NONE);
    }

    private static boolean offers(ChatCompletionRequest request, String name) {
        ChatCompletionRequest.Member tools = request.member(name);
        return tools != null && !tools.isNull();
    }

    /// What was kept of earlier answers.
    KeptReasoning kept() {
        ReasoningVault from = vault;
        return from == null ? KeptReasoning.NOTHING : from.kept(place, conversation);
    }

    /// What gathers from one answer, or from one turn of it; null where nothing is to be gathered.
    @Nullable
    ReasoningGatherer gatherer() {
        ReasoningVault into = vault;
        return into == null || !offersTools ? null : into.gatherer(place, conversation.whole(), habits);
    }

    /// The same for an answer that is read as events.
    Consumer<ChatEvent> tap() {
        ReasoningGatherer gatherer = gatherer();
        return gatherer == null ? event -> {} : gatherer;
    }
}
