package dev.gapura.parameter;

import static dev.gapura.parameter.Shape.anyOf;
import static dev.gapura.parameter.Shape.listOf;
import static dev.gapura.parameter.Shape.members;
import static dev.gapura.parameter.Shape.number;
import static dev.gapura.parameter.Shape.object;
import static dev.gapura.parameter.Shape.text;
import static dev.gapura.parameter.Shape.whole;

import dev.gapura.parameter.Shape.Anything;
import dev.gapura.parameter.Shape.Flag;
import dev.gapura.parameter.Shape.Refused;
import java.util.List;

/// The extensions part of the [ParameterTable]: top-level fields that are not OpenAI's but that clients of
/// other providers send every day. Only their JSON types are checked; limits are the provider's.
final class ExtensionParameters {
    static final List<Parameter> FIELDS = List.of(
            of("top_k", whole(), "Draws only from this many most likely tokens."),
            of("top_a", number(), "Drops tokens far less likely than the most likely one."),
            of("min_p", number(), "Drops tokens below this share of the most likely one's probability."),
            of("repetition_penalty", number(), "Lowers the chance of tokens already in prompt or answer."),
            of("length_penalty", number(), "Favours long or short answers in beam search."),
            of("min_tokens", whole(), "Fewest tokens before the answer may end."),
            of("stop_token_ids", listOf(whole()), "Token ids at which the answer ends."),
            of("ignore_eos", new Flag(), "Whether the answer goes on past its natural end."),
            of(
                    "reasoning",
                    members(
                            Parameter.of("effort", text(), "How much the model thinks."),
                            Parameter.of("max_tokens", whole(), "Most tokens spent on thinking."),
                            Parameter.of("exclude", new Flag(), "Whether the reasoning stays out of the answer."),
                            Parameter.of("enabled", new Flag(), "Whether the model thinks at all."),
                            Parameter.of("summary", text(), "How the reasoning is summed up.")),
                    "Reasoning in OpenRouter's form."),
            of("include_reasoning", new Flag(), "Whether the answer carries the reasoning."),
            of("reasoning_format", text(), "Where the reasoning stands in the answer (Groq, Cerebras)."),
            of(
                    "thinking",
                    members(
                            Parameter.of("type", text(), "`enabled`, `disabled` or `adaptive`."),
                            Parameter.of("budget_tokens", whole(), "Most tokens spent on thinking.")),
                    "Reasoning in the form of Anthropic, DeepSeek and Fireworks."),
            of("enable_thinking", new Flag(), "Whether the model thinks (Qwen)."),
            of("clear_thinking", new Flag(), "Whether reasoning of earlier turns is dropped (GLM)."),
            of("chat_template_kwargs", object(), "Variables of the chat template (vLLM, SGLang)."),
            MessageParameters.CACHE_CONTROL,
            of("provider", new Anything(), "Which upstreams may answer (OpenRouter)."),
            of("models", listOf(text()), "Further models to try (OpenRouter)."),
            of("route", text(), "How `models` are tried (OpenRouter)."),
            of("preset", text(), "Stored settings to use (OpenRouter)."),
            of("plugins", listOf(object()), "Plugins to run (OpenRouter)."),
            of("transforms", listOf(text()), "Changes made to long prompts (OpenRouter)."),
            of("usage", anyOf(object(), new Flag()), "What the usage report holds (OpenRouter)."),
            of("deferred", new Flag(), "Whether the answer is fetched later (xAI).")
                    .asStructural(),
            of("search_parameters", object(), "Live Search as xAI had it.").asStructural(),
            of("safe_prompt", new Flag(), "Whether a safety instruction is put first (Mistral)."),
            of("random_seed", whole(), "Mistral's name of `seed`."),
            of("safety_settings", listOf(object()), "What Gemini blocks, by kind of harm."),
            of("cached_content", text(), "Name of contents that Gemini keeps: they stand before the conversation."),
            of("container", new Anything(), "Where Anthropic runs code, from an earlier answer."),
            of("context_management", object(), "How Anthropic shortens long conversations."),
            of("mcp_servers", listOf(object()), "MCP servers whose tools Anthropic runs itself."),
            of("inference_geo", text(), "Where Anthropic computes the answer."),
            of("speed", text(), "Anthropic's fast mode."),
            of(
                    "extra_body",
                    new Refused(
                            "is an option of the OpenAI SDK, not a field of the request. Send its members at the top"
                                    + " level of the body, or pass it through the SDK, which does so."),
                    "Never taken: its members belong at the top level."));

    private ExtensionParameters() {}

    private static Parameter of(String name, Shape shape, String description) {
        return Parameter.of(name, shape, description).asExtension();
    }
}
