package dev.gapura.provider;

import dev.gapura.provider.Rule.Convert;
import dev.gapura.provider.Rule.Move;
import dev.gapura.provider.Rule.ReasoningField;
import dev.gapura.provider.Rule.SchemaInWords;
import dev.gapura.provider.Rule.Scope;
import java.util.Map;

/// DeepSeek. Documented (vercel/ai `packages/deepseek/src/chat`): only max_tokens; n, logit_bias and store have no
/// effect; no developer role, text as a string, no JSON Schema; thinking is switched off with `thinking`, and every
/// assistant turn must carry `reasoning_content` from V4 on while it thinks, where R1 must not get that of earlier
/// turns and cannot be made to call a tool. Recorded and therefore passed, although commonly listed as unsupported:
/// seed, user, parallel_tool_calls, logprobs and top_logprobs (also with reasoning_effort), n 1, forced tools on V4
/// and on deepseek-chat. Pictures, audio, video and files are refused with 400 (recorded).
final class DeepSeekRules {
    private DeepSeekRules() {}

    /// Models before V4, under the names that still serve them.
    private static final String BEFORE_V4 = "deepseek-(chat|reasoner|coder|r1|v[1-3])";

    static final Profile PROFILE = rules().profile();

    static KnownProvider provider() {
        return KnownProvider.hosted("deepseek", "https://api.deepseek.com", PROFILE, Quirks.PLAIN, "DEEPSEEK_API_KEY");
    }

    private static RuleList rules() {
        Scope r1 = Scope.models("reasoner|-r1");
        Scope thinkingV4 = Scope.models("^(?!.*" + BEFORE_V4 + ")").unless("thinking", "{\"type\":\"disabled\"}");
        return new RuleList("DeepSeek")
                .lacks("logit_bias", "store", "metadata", "service_tier", "verbosity", "prediction")
                .lacks("modalities", "audio", "web_search_options", "safety_identifier")
                .lacks("moderation", "prompt_cache_options", "prompt_cache_retention")
                .oneAnswer()
                .maxTokensOnly()
                .only(r1, "tool_choice", "this model cannot be forced to call a tool", "\"auto\"", "\"none\"")
                .add(new SchemaInWords(
                        "response_format",
                        Scope.ALWAYS,
                        "{\"type\":\"json_object\"}",
                        "DeepSeek has no schemas for answers; it is asked in words, in JSON mode"))
                .takes("thinking")
                .add(new Move(
                        "reasoning_effort",
                        Scope.ALWAYS,
                        Map.of("\"none\"", "{\"type\":\"disabled\"}"),
                        "thinking",
                        new Convert(
                                "reasoning_effort",
                                Scope.ALWAYS,
                                Map.of("\"minimal\"", "\"low\""),
                                "nearest effort that DeepSeek knows"),
                        "DeepSeek's words for it"))
                .reasoning("reasoning_effort", ReasoningField.EFFORT)
                .requiredIsNotAny()
                .extensions("thinking")
                .demands(Habit.DEVELOPER_IS_SYSTEM, Habit.REASONING_IS_CONTENT, Habit.NO_CACHE_MARKS)
                .demands(Habit.CALLS_BRING_REASONING)
                .demands(Scope.models("^(?!.*(vl|vision|ocr))"), Habit.TEXT_IS_A_STRING, Habit.TEXT_ONLY)
                .demands(thinkingV4, Habit.REASONING_ON_EVERY_TURN)
                .demands(Scope.models(BEFORE_V4), Habit.REASONING_OF_THIS_TURN_ONLY);
    }
}
