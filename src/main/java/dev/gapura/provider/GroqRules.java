package dev.gapura.provider;

import dev.gapura.provider.Rule.Convert;
import dev.gapura.provider.Rule.Nearest;
import dev.gapura.provider.Rule.ReasoningField;
import dev.gapura.provider.Rule.Scope;
import java.util.List;
import java.util.Map;

/// Groq. Documented (groq/groq-python `types/chat`): logprobs, top_logprobs, logit_bias and penalties "not yet
/// supported" (400), `messages[].name` too; n must be 1, temperature 0 becomes 1e-8, metadata and store are not
/// taken; efforts are `none` and `default` for Qwen, `low` to `high` for gpt-oss; Qwen's thoughts stand in the text
/// unless `reasoning_format` says `parsed`, which tools and JSON demand. Recorded: n 1, parallel_tool_calls,
/// max_tokens, stop, service_tier `on_demand`, reasoning_effort, reasoning_format, response_format with json_schema,
/// stream_options.
final class GroqRules {
    private GroqRules() {}

    /// Models whose thoughts stand in the text where nothing is said.
    private static final String QWEN = "qwen-?3|qwq|deepseek-r1";

    static final Profile PROFILE = rules().profile();

    static KnownProvider provider() {
        return KnownProvider.hosted("groq", "https://api.groq.com/openai/v1", PROFILE, Quirks.PLAIN, "GROQ_API_KEY");
    }

    private static RuleList rules() {
        Map<String, String> qwen = Map.of(
                "\"minimal\"", "\"default\"",
                "\"low\"", "\"default\"",
                "\"medium\"", "\"default\"",
                "\"high\"", "\"default\"",
                "\"xhigh\"", "\"default\"",
                "\"max\"", "\"default\"");
        return new RuleList("Groq")
                .lacks("logprobs", "top_logprobs", "logit_bias", "presence_penalty", "frequency_penalty")
                .lacks("metadata", "store", "verbosity", "prediction", "modalities", "audio", "web_search_options")
                .lacks("moderation", "prompt_cache_options", "prompt_cache_retention")
                .oneAnswer()
                .add(new Convert("temperature", Scope.ALWAYS, Map.of("0", "1e-8"), "Groq's spelling of zero"))
                .add(new Convert(
                        "service_tier",
                        Scope.ALWAYS,
                        Map.of("\"default\"", "\"on_demand\"", "\"priority\"", "\"performance\""),
                        "Groq's name of the tier"))
                .reasoning("reasoning_effort", ReasoningField.EFFORT)
                .add(new Convert(
                        "reasoning_effort", Scope.models(QWEN), qwen, "this model thinks by default or not at all"))
                .add(new Nearest(
                        "reasoning_effort",
                        Scope.ALWAYS,
                        List.of("low", "medium", "high"),
                        "nearest effort that this model knows"))
                .requiredIsNotAny()
                .extensions("include_reasoning", "reasoning_format", "disable_tool_validation")
                .fill(Scope.models(QWEN), "reasoning_format", "\"parsed\"")
                .demands(Habit.NAMELESS, Habit.REASONING_IS_REASONING, Habit.NO_CACHE_MARKS)
                .demands(Habit.CALLS_BRING_REASONING);
    }
}
