package dev.gapura.provider;

import dev.gapura.provider.Provider.Dialect;
import dev.gapura.provider.Provider.PathStyle;
import dev.gapura.provider.Rule.Scope;
import dev.gapura.provider.Rule.Taken;
import dev.gapura.provider.Rule.Unsupported;
import java.util.List;

/// Gemini, field by field, on AI Studio and on Vertex AI. What depends on the model (thinking, penalties, log
/// probabilities, tools) is judged by the writer of its dialect with the model's profile. Source: `googleapis/js-genai`
/// `src/types.ts` and `src/converters/_models_converters.ts`.
final class GeminiRules {
    private GeminiRules() {}

    static final Profile STUDIO = Profile.of(rules(false)).whichIsAll();

    /// Vertex AI takes labels besides.
    static final Profile VERTEX = Profile.of(rules(true)).whichIsAll();

    static KnownProvider provider() {
        return new KnownProvider(
                "gemini",
                Dialect.GEMINI,
                "https://generativelanguage.googleapis.com",
                PathStyle.PLAIN,
                List.of("GEMINI_API_KEY", "GOOGLE_API_KEY"),
                "x-goog-api-key",
                STUDIO,
                Quirks.PLAIN);
    }

    /// Its address is told by a place, its calls by Google's credentials; the header is that of express
    /// mode.
    static KnownProvider vertex() {
        return new KnownProvider(
                Clouds.VERTEX,
                Dialect.GEMINI,
                null,
                PathStyle.VERTEX,
                List.of(),
                "x-goog-api-key",
                VERTEX,
                Quirks.PLAIN);
    }

    private static List<Rule> rules(boolean vertex) {
        List<Rule> rules = RuleList.translated(
                "max_tokens",
                "max_completion_tokens",
                "temperature",
                "top_p",
                "top_k",
                "stop",
                "n",
                "seed",
                "frequency_penalty",
                "presence_penalty",
                "logprobs",
                "top_logprobs",
                "modalities",
                "audio",
                "service_tier",
                "web_search_options",
                "safety_settings",
                "cached_content");
        for (String gone :
                List.of("logit_bias", "prediction", "verbosity", "user", "safety_identifier", "store", "moderation")) {
            rules.add(new Unsupported(gone, Scope.ALWAYS, "Gemini has no such parameter"));
        }
        for (String cache :
                List.of("prompt_cache_key", "prompt_cache_retention", "prompt_cache_options", "cache_control")) {
            rules.add(new Unsupported(cache, Scope.ALWAYS, "Gemini caches by itself"));
        }
        rules.add(
                vertex
                        ? new Taken("metadata", Scope.ALWAYS)
                        : new Unsupported("metadata", Scope.ALWAYS, "AI Studio keeps no labels with an answer"));
        return rules;
    }
}
