package dev.gapura.provider;

import dev.gapura.provider.Provider.Dialect;
import dev.gapura.provider.Provider.PathStyle;
import dev.gapura.provider.Rule.Rename;
import dev.gapura.provider.Rule.Scope;
import java.util.List;

/// Ollama, field by field. What it does not know it ignores, so what is not named here would have no effect.
/// Documented (`ollama/ollama` `docs/openapi.yaml`, `docs/api.md`, `server/routes.go`): the options, keep_alive,
/// truncate, shift, log probabilities. Recorded: num_predict, temperature, seed, format with a schema, think true
/// and false, tools.
final class OllamaRules {
    private OllamaRules() {}

    private static final String ADDRESS = "http://127.0.0.1:11434";

    static final Profile PROFILE = new RuleList("Ollama")
            .takes("tools", "functions", "tool_choice", "function_call", "parallel_tool_calls", "response_format")
            .takes("reasoning_effort", "reasoning", "thinking", "enable_thinking", "think", "n")
            .takes("temperature", "top_p", "top_k", "min_p", "typical_p", "seed", "stop")
            .takes("frequency_penalty", "presence_penalty", "repeat_penalty", "repeat_last_n")
            .takes("mirostat", "mirostat_tau", "mirostat_eta", "num_predict", "num_ctx", "num_keep", "num_batch")
            .takes("num_gpu", "main_gpu", "num_thread", "use_mmap")
            .takes("logprobs", "top_logprobs", "options", "keep_alive", "truncate", "shift")
            .add(limit("max_completion_tokens"))
            .add(limit("max_tokens"))
            .add(new Rename("repetition_penalty", Scope.ALWAYS, "repeat_penalty", true, "Ollama's name of it"))
            .lacks("user", "store", "metadata", "service_tier", "logit_bias", "modalities", "audio", "verbosity")
            .lacks("prediction", "safety_identifier", "web_search_options", "moderation")
            .lacks("prompt_cache_key", "prompt_cache_retention", "prompt_cache_options", "cache_control")
            .profile()
            .whichIsAll();

    /// Its OpenAI surface (`/v1/chat/completions`), for those who ask for it. Documented
    /// (`docs/api/openai-compatibility.mdx`): only max_tokens; tool_choice, parallel_tool_calls, n,
    /// logit_bias and user have no effect. Recorded: tool_choice and parallel_tool_calls are accepted, so
    /// nothing else is taken out.
    static final KnownProvider COMPATIBLE = new KnownProvider(
            "ollama",
            Dialect.OPENAI_CHAT,
            ADDRESS,
            PathStyle.V1,
            List.of(),
            "authorization",
            new RuleList("Ollama")
                    .lacks("logit_bias")
                    .oneAnswer()
                    .maxTokensOnly()
                    .demands(Habit.CALLS_BRING_REASONING)
                    .profile(),
            Quirks.PLAIN);

    static KnownProvider provider() {
        return new KnownProvider(
                "ollama",
                Dialect.OLLAMA,
                ADDRESS,
                PathStyle.PLAIN,
                List.of(),
                "authorization",
                PROFILE,
                new Quirks(false, false, false));
    }

    private static Rule limit(String name) {
        return new Rename(name, Scope.ALWAYS, "num_predict", true, "Ollama knows the limit by this name");
    }
}
