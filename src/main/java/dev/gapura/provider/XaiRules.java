package dev.gapura.provider;

import dev.gapura.provider.Provider.Dialect;
import dev.gapura.provider.Provider.PathStyle;
import dev.gapura.provider.Rule.Nearest;
import dev.gapura.provider.Rule.ReasoningField;
import dev.gapura.provider.Rule.Scope;
import dev.gapura.provider.Rule.ToHeader;
import java.util.List;

/// xAI's chat. Documented (xai-org/xai-proto `chat.proto`, xai-sdk-python): no logit_bias, prediction, store, metadata,
/// modalities, audio, verbosity; `top_logprobs` up to 8; reasoning models refuse stop and penalties; `prompt_cache_key`
/// is the header `x-grok-conv-id` on chat; `minimal` effort is unknown, `xhigh` known from grok-4.6 on; the earlier
/// grok-4, grok-code and the `-reasoning`/`-non-reasoning` pairs refuse the parameter; names only in messages of the
/// user's; `additionalProperties: false` in tools was answered 400; Live Search is gone; `deferred` answers with an id
/// to be asked again. Recorded: max_tokens, parallel_tool_calls, response_format, stream_options, tool_choice by name.
final class XaiRules {
    private XaiRules() {}

    static final Profile PROFILE = rules().profile();

    static KnownProvider provider() {
        return new KnownProvider(
                "xai",
                Dialect.OPENAI_CHAT,
                "https://api.x.ai/v1",
                PathStyle.PLAIN,
                List.of("XAI_API_KEY"),
                "authorization",
                PROFILE,
                new Quirks(true, true, false).withCitations());
    }

    private static RuleList rules() {
        RuleList rules = new RuleList("xAI")
                .lacks("logit_bias", "prediction", "store", "metadata", "modalities", "audio", "verbosity")
                .lacks("moderation", "prompt_cache_options", "prompt_cache_retention")
                .lacks(
                        Scope.ALWAYS,
                        "Live Search is retired at xAI; offer the tool web_search instead",
                        "web_search_options",
                        "search_parameters")
                .lacks(Scope.ALWAYS, "an answer to be fetched later is none that this gateway can give", "deferred")
                .lacks(
                        Scope.models("^grok-(3-mini|[4-9]|\\d\\d|code)(?!.*non-reasoning)"),
                        "xAI's reasoning models refuse it",
                        "stop",
                        "presence_penalty",
                        "frequency_penalty")
                .noReasoning(Scope.models("^grok-(2|3(?!-mini)|beta|vision)"))
                .lacks(
                        Scope.models("^grok-4(-0709|-latest)?$|^grok-4(\\.20|-1)?(-fast)?-(non-)?reasoning"
                                + "|^grok-4(-1)?-fast|^grok-code"),
                        "this model's reasoning cannot be adjusted",
                        "reasoning_effort",
                        "reasoning",
                        "thinking",
                        "enable_thinking")
                .reasoning("reasoning_effort", ReasoningField.EFFORT);
        String nearest = "nearest effort that this model knows";
        rules.add(new Nearest("reasoning_effort", Scope.models("^grok-3-mini"), List.of("low", "high"), nearest))
                .add(new Nearest(
                        "reasoning_effort",
                        Scope.models("^grok-4(\\.([0-5](?!\\d)|20))?(?![.\\d])"),
                        List.of("none", "low", "medium", "high"),
                        nearest))
                .add(new Nearest(
                        "reasoning_effort", Scope.ALWAYS, List.of("none", "low", "medium", "high", "xhigh"), nearest))
                .clamp("top_logprobs", "0", "8")
                .only(Scope.ALWAYS, "service_tier", "xAI knows default and priority", "\"default\"", "\"priority\"")
                .add(new ToHeader(
                        "prompt_cache_key", Scope.ALWAYS, "x-grok-conv-id", "xAI takes the cache key as a header"));
        return rules.requiredIsNotAny()
                .extensions("deferred", "search_parameters")
                .demands(Habit.ONLY_USERS_HAVE_NAMES, Habit.NO_CACHE_MARKS, Habit.OPEN_SCHEMAS);
    }
}
