package dev.gapura.provider;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What one model accepts, beyond what its provider's dialect can say. Data of [ModelProfiles]; immutable; any
/// thread.
///
/// @param family name of the entry that matched, for `:explain`
/// @param outputTokens most tokens of one answer; 0 where unknown
/// @param thinking how its thinking is asked for
/// @param efforts efforts it knows, from least to most; empty where it knows none
/// @param minBudget least thinking budget in tokens
/// @param maxBudget largest thinking budget in tokens; 0 where unknown
/// @param abilities what it can do
/// @param inputs kinds of parts it can see: `text`, `image`, `audio`, `video`, `file`
/// @param maker whose model it is, where one provider has models of several makers that want the same thing by other
///     names; empty elsewhere
public record ModelProfile(
        String family,
        int outputTokens,
        Thinking thinking,
        List<String> efforts,
        int minBudget,
        int maxBudget,
        Set<Ability> abilities,
        Set<String> inputs,
        String maker) {

    /// Family of a model that nothing is known of.
    static final String UNKNOWN = "unknown";

    /// Words for how much to think, from least to most.
    private static final List<String> SCALE = List.of("none", "minimal", "low", "medium", "high", "xhigh", "max");

    public ModelProfile {
        efforts = List.copyOf(efforts);
        abilities = Set.copyOf(abilities);
        inputs = Set.copyOf(inputs);
    }

    /// The same profile for one model of the family, of which more is known than of the family.
    public ModelProfile with(
            int longestAnswer, Thinking style, List<String> levels, Set<Ability> able, Set<String> seen) {
        return new ModelProfile(family, longestAnswer, style, levels, minBudget, maxBudget, able, seen, maker);
    }

    /// The same model where it lacks some abilities: not every place that serves it can do all that it can.
    public ModelProfile without(Set<Ability> missing) {
        Set<Ability> kept = new HashSet<>(abilities);
        kept.removeAll(missing);
        return with(outputTokens, thinking, efforts, kept, inputs);
    }

    /// Whether no entry was written for models of this dialect.
    public boolean isUnknown() {
        return family.equals(UNKNOWN);
    }

    public boolean can(Ability ability) {
        return abilities.contains(ability);
    }

    public boolean sees(String input) {
        return inputs.contains(input);
    }

    /// The effort this model knows that is nearest to the one asked for, the higher one of two; null where it knows
    /// none.
    public @Nullable String nearestEffort(String asked) {
        return nearest(efforts, asked);
    }

    /// The same among these efforts.
    public static @Nullable String nearest(List<String> efforts, String asked) {
        if (efforts.isEmpty() || efforts.contains(asked)) {
            return efforts.isEmpty() ? null : asked;
        }
        int wanted = SCALE.indexOf(asked);
        if (wanted < 0) {
            return efforts.getLast();
        }
        for (int distance = 1; distance < SCALE.size(); distance++) {
            for (int index : new int[] {wanted + distance, wanted - distance}) {
                if (index >= 0 && index < SCALE.size() && efforts.contains(SCALE.get(index))) {
                    return SCALE.get(index);
                }
            }
        }
        return efforts.getLast();
    }

    /// Whether this is one of the words for how much to think.
    public static boolean isEffort(String word) {
        return SCALE.contains(word);
    }

    /// How a model is told to think.
    public enum Thinking {
        /// It does not think.
        NONE,
        /// By a budget of tokens.
        BUDGET,
        /// By an effort, or not at all; the model decides how much.
        ADAPTIVE,
        /// It always thinks; only the effort can be chosen.
        ALWAYS,
        /// By a named level.
        LEVEL
    }

    /// What a model may or may not be able to do. Absent: it cannot.
    public enum Ability {
        /// Takes `temperature`, `top_p`, `top_k`.
        SAMPLING,
        /// Takes sampling parameters while it thinks.
        SAMPLING_WITH_THINKING,
        /// Takes `temperature` and `top_p` together.
        TEMPERATURE_WITH_TOP_P,
        /// Takes frequency and presence penalty.
        PENALTIES,
        /// Takes stop sequences.
        STOP,
        /// Gives log probabilities.
        LOGPROBS,
        /// Gives several answers to one call.
        SEVERAL_CHOICES,
        /// Calls tools.
        TOOLS,
        /// Can be made to call a tool.
        FORCED_TOOL,
        /// Can be made to call a tool while it thinks.
        FORCED_TOOL_WITH_THINKING,
        /// Follows a tool's schema exactly on demand.
        STRICT_TOOLS,
        /// Knows tools that take free text.
        CUSTOM_TOOLS,
        /// Knows a choice among some of its tools.
        ALLOWED_TOOLS,
        /// Answers by a JSON Schema.
        JSON_SCHEMA,
        /// Answers by a JSON Schema while it has tools.
        JSON_SCHEMA_WITH_TOOLS,
        /// Goes on with an assistant message that ends the conversation.
        PREFILL,
        /// Takes readable thoughts back that are neither signed nor sealed.
        PLAIN_THOUGHTS,
        /// Takes marks behind which a prompt is cached.
        CACHE_MARKS,
        /// Takes instructions in the middle of a conversation.
        MIDWAY_SYSTEM,
        /// Takes instructions at all (Gemma does not).
        SYSTEM,
        /// Thinks unless told not to.
        THINKS_BY_DEFAULT,
        /// Thinking can be switched off at any effort.
        THINKING_CAN_BE_OFF,
        /// Takes a message of the user's right behind the answer of a tool.
        USER_AFTER_TOOL,
        /// Refuses calls of the turn under way that come back without its signature.
        SIGNED_CALLS,
        /// Runs tools of its provider beside those of the caller.
        SERVER_TOOLS_WITH_FUNCTIONS,
        /// Fetches pictures and documents from public addresses itself, where that depends on the model.
        MEDIA_URLS,
        /// Takes a conversation that begins with the assistant.
        ASSISTANT_FIRST,
        /// Calls tools in streams too, where that depends on the model.
        STREAMED_TOOLS
    }
}
