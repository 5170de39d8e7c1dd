package dev.gapura.pricing;

import java.time.LocalDate;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Limits and abilities of one model. Immutable; any thread.
///
/// @param contextTokens prompt and answer together; 0 where unknown
/// @param inputTokens longest prompt; 0 where nobody says, then the context is the limit
/// @param outputTokens longest answer; 0 where unknown
/// @param inputs kinds of parts it takes: `text`, `image`, `audio`, `video`, `file`; empty where unknown
/// @param outputs kinds of parts it gives; empty where unknown
/// @param abilities what is known to be so, or not so; an ability that is absent is unknown
/// @param thinking how its thinking is asked for, by the names of `provider.ModelProfile`; null where unknown
/// @param efforts reasoning efforts it knows, from least to most; empty where unknown
/// @param released first day; null where unknown
/// @param source where this comes from, as the catalogue names it
public record ModelFacts(
        int contextTokens,
        int inputTokens,
        int outputTokens,
        List<String> inputs,
        List<String> outputs,
        Map<Ability, Boolean> abilities,
        @Nullable String thinking,
        List<String> efforts,
        @Nullable LocalDate released,
        Source source) {

    /// Nothing is known.
    static final ModelFacts NONE =
            new ModelFacts(0, 0, 0, List.of(), List.of(), Map.of(), null, List.of(), null, new Source("unknown", null));

    public ModelFacts {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        abilities = Map.copyOf(abilities);
        efforts = List.copyOf(efforts);
    }

    /// What a model can be asked for, by the catalogue's names.
    public enum Ability {
        TOOLS,
        REASONING,
        JSON_SCHEMA,
        TEMPERATURE
    }

    /// Whether the model is known to have an ability.
    public boolean can(Ability ability) {
        return abilities.getOrDefault(ability, false);
    }

    /// Whether the model is known to lack an ability.
    public boolean lacks(Ability ability) {
        return !abilities.getOrDefault(ability, true);
    }

    /// Longest prompt: its own limit, else that of the context; 0 where unknown.
    public int longestPrompt() {
        return inputTokens == 0 ? contextTokens : inputTokens;
    }

    /// Whether nothing needs to be taken from another model.
    boolean isComplete() {
        return contextTokens > 0 && outputTokens > 0 && !inputs.isEmpty() && !abilities.isEmpty();
    }

    /// These facts, and those of another model where these say nothing.
    ModelFacts orElse(ModelFacts other) {
        boolean limits = contextTokens == 0 || contextTokens == other.contextTokens;
        return new ModelFacts(
                contextTokens == 0 ? other.contextTokens : contextTokens,
                inputTokens == 0 && limits ? other.inputTokens : inputTokens,
                outputTokens == 0 ? shorter(other.outputTokens) : outputTokens,
                inputs.isEmpty() ? other.inputs : inputs,
                outputs.isEmpty() ? other.outputs : outputs,
                abilities.isEmpty() ? other.abilities : abilities,
                thinking == null ? other.thinking : thinking,
                efforts.isEmpty() ? other.efforts : efforts,
                released,
                source);
    }

    /// These facts with others over them, where those say something.
    ModelFacts under(ModelFacts said) {
        Map<Ability, Boolean> able = new EnumMap<>(Ability.class);
        able.putAll(abilities);
        able.putAll(said.abilities);
        return new ModelFacts(
                said.contextTokens == 0 ? contextTokens : said.contextTokens,
                // The prompt's own limit belongs to the context it came with.
                said.inputTokens != 0 ? said.inputTokens : said.contextTokens == 0 ? inputTokens : 0,
                said.outputTokens == 0 ? outputTokens : said.outputTokens,
                said.inputs.isEmpty() ? inputs : said.inputs,
                said.outputs.isEmpty() ? outputs : said.outputs,
                able,
                said.lacks(Ability.REASONING) ? "none" : thinking,
                said.efforts.isEmpty() ? efforts : said.efforts,
                released,
                said.saysLimits() ? said.source : source);
    }

    /// Whether nobody has listed the model.
    boolean isNothing() {
        return source.equals(NONE.source);
    }

    private boolean saysLimits() {
        return contextTokens > 0 || inputTokens > 0 || outputTokens > 0 || !inputs.isEmpty();
    }

    private int shorter(int output) {
        return contextTokens == 0 ? output : Math.min(output, contextTokens);
    }
}
