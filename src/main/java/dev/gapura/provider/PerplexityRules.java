package dev.gapura.provider;

import dev.gapura.provider.Rule.Convert;
import dev.gapura.provider.Rule.Nearest;
import dev.gapura.provider.Rule.ReasoningField;
import dev.gapura.provider.Rule.Scope;
import java.util.List;
import java.util.Map;

/// Perplexity. Documented (perplexityai/perplexity-py `types/chat/completion_create_params.py`): max_tokens; no
/// seed, logit_bias, service_tier, store, one answer a call, fields that it does not know are refused; a schema for
/// answers but no plain JSON mode; user and assistant in turns; streams must be `full` for deltas that mean what they
/// mean elsewhere; the sonar models call no tools and some think between tags; reasoning is counted apart. Recorded:
/// usage on every chunk unasked, sources beside the choices.
final class PerplexityRules {
    private PerplexityRules() {}

    static final Profile PROFILE = rules().profile().whichIsAll().withoutNulls();

    static KnownProvider provider() {
        return KnownProvider.hosted(
                "perplexity",
                "https://api.perplexity.ai",
                PROFILE,
                new Quirks(true, false, false).withCitations().withThinkTags("reasoning|r1"),
                "PERPLEXITY_API_KEY",
                "PPLX_API_KEY");
    }

    private static RuleList rules() {
        return new RuleList("Perplexity")
                .lacks("seed", "logit_bias", "service_tier", "store")
                .oneAnswer()
                .maxTokensOnly()
                .noTools(Scope.models("sonar"))
                .add(new Convert(
                        "response_format",
                        Scope.ALWAYS,
                        Map.of(
                                "{\"type\":\"json_object\"}",
                                "{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{\"type\":\"object\"}}}"),
                        "Perplexity knows schemas only"))
                .add(new Convert(
                        "stream_mode",
                        Scope.ALWAYS,
                        Map.of("\"concise\"", "\"full\""),
                        "deltas have their usual meaning only in this mode"))
                .reasoning("reasoning_effort", ReasoningField.EFFORT)
                .add(new Nearest(
                        "reasoning_effort",
                        Scope.ALWAYS,
                        List.of("minimal", "low", "medium", "high"),
                        "nearest effort that Perplexity knows"))
                .takes("max_tokens", "temperature", "top_p", "top_k", "stop", "presence_penalty", "frequency_penalty")
                .takes("logprobs", "top_logprobs", "tools", "tool_choice", "parallel_tool_calls", "stream_mode")
                .takes("web_search_options", "country", "disable_search", "enable_search_classifier")
                .takes("image_domain_filter", "image_format_filter", "language_preference", "num_search_results")
                .takes("last_updated_after_filter", "last_updated_before_filter", "latitude", "longitude")
                .takes("return_images", "return_related_questions", "safe_search", "search_mode", "num_images")
                .takes("search_after_date_filter", "search_before_date_filter", "search_domain_filter")
                .takes("search_recency_filter", "updated_after_timestamp", "updated_before_timestamp")
                .takes("response_metadata", "use_threads", "thread_id", "file_workspace_id", "has_image_url")
                .fill(Scope.ALWAYS.beside("stream", "true"), "stream_mode", "\"full\"")
                .demands(Habit.ALTERNATES, Habit.NAMELESS, Habit.DEVELOPER_IS_SYSTEM)
                .demands(Habit.NO_CACHE_MARKS);
    }
}
