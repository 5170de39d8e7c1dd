package dev.gapura.proof;

import dev.gapura.dialect.Providers;
import dev.gapura.dialect.anthropic.AnthropicDialect;
import dev.gapura.dialect.bedrock.BedrockDialect;
import dev.gapura.dialect.cohere.CohereDialect;
import dev.gapura.dialect.gemini.GeminiDialect;
import dev.gapura.dialect.mistral.MistralDialect;
import dev.gapura.dialect.ollama.OllamaDialect;
import dev.gapura.dialect.responses.ResponsesDialect;
import dev.gapura.testkit.RecordedAnswers;
import dev.gapura.testkit.rules.AnthropicRequestRules;
import dev.gapura.testkit.rules.BedrockRequestRules;
import dev.gapura.testkit.rules.CohereRequestRules;
import dev.gapura.testkit.rules.GeminiRequestRules;
import dev.gapura.testkit.rules.MistralRequestRules;
import dev.gapura.testkit.rules.OllamaRequestRules;
import dev.gapura.testkit.rules.ResponsesRequestRules;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The dialects that are proven. A new one is an entry here and its rules.
public final class Targets {
    private Targets() {}

    public static final List<Target> ALL =
            List.of(anthropic(), bedrock(), gemini(), mistral(), cohere(), responses(), ollama());

    private static Target anthropic() {
        String thinking = "/thinking /output_config/effort";
        return new Target(
                "anthropic",
                new AnthropicDialect(RecordedAnswers.ERRORS),
                Providers.of("anthropic"),
                List.of(
                        "claude-3-5-haiku-20241022",
                        "claude-sonnet-4-5",
                        "claude-sonnet-4-6",
                        "claude-opus-5",
                        "claude-opus-5-5"),
                new AnthropicRequestRules(),
                (body, model, stream) -> dev.gapura.dialect.anthropic.RequestReader.read(body),
                places(
                        "max_tokens /max_tokens, max_completion_tokens /max_tokens, temperature /temperature, top_p"
                                + " /top_p, top_k /top_k, stop /stop_sequences, tools /tools, functions /tools,"
                                + " tool_choice /tool_choice, function_call /tool_choice, parallel_tool_calls"
                                + " /tool_choice, response_format /output_config/format, service_tier /service_tier",
                        thinking));
    }

    private static Target bedrock() {
        String more = "/additionalModelRequestFields";
        return new Target(
                "bedrock",
                new BedrockDialect(RecordedAnswers.ERRORS),
                Providers.speaking("aws", "bedrock", "https://bedrock-runtime.us-east-1.amazonaws.com"),
                List.of(
                        "anthropic.claude-3-5-haiku-20241022-v1:0",
                        "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
                        "us.anthropic.claude-opus-4-7-v1:0",
                        "us.amazon.nova-pro-v1:0",
                        "us.amazon.nova-2-lite-v1:0",
                        "mistral.mistral-large-2402-v1:0",
                        "openai.gpt-oss-120b-1:0",
                        "us.meta.llama4-maverick-17b-instruct-v1:0"),
                new BedrockRequestRules(),
                dev.gapura.dialect.bedrock.RequestReader::read,
                places(
                        "temperature /inferenceConfig/temperature, top_p /inferenceConfig/topP, stop"
                                + " /inferenceConfig/stopSequences, tools /toolConfig/tools, functions /toolConfig/tools,"
                                + " tool_choice /toolConfig/toolChoice, function_call /toolConfig/toolChoice,"
                                + " service_tier /serviceTier, metadata /requestMetadata",
                        more));
    }

    private static Target gemini() {
        String config = "/generationConfig/";
        return new Target(
                "gemini",
                new GeminiDialect(RecordedAnswers.ERRORS),
                Providers.of("gemini"),
                List.of(
                        "gemini-2.5-flash",
                        "gemini-2.5-pro",
                        "gemini-3-pro-preview",
                        "gemini-3.5-flash",
                        "gemma-3-27b-it"),
                new GeminiRequestRules(),
                dev.gapura.dialect.gemini.RequestReader::read,
                places(
                        "max_tokens C/maxOutputTokens, max_completion_tokens C/maxOutputTokens, temperature C/temperature,"
                                        .replace("C/", config)
                                + " top_p C/topP, top_k C/topK, stop C/stopSequences, seed C/seed,"
                                        .replace("C/", config)
                                + " frequency_penalty C/frequencyPenalty, presence_penalty C/presencePenalty, logprobs"
                                        .replace("C/", config)
                                + " C/responseLogprobs, top_logprobs C/logprobs, response_format C/responseMimeType,"
                                        .replace("C/", config)
                                + " tools /tools, functions /tools, tool_choice /toolConfig, function_call /toolConfig",
                        "/generationConfig/thinkingConfig"));
    }

    private static Target mistral() {
        return new Target(
                "mistral",
                new MistralDialect(RecordedAnswers.ERRORS),
                Providers.of("mistral"),
                List.of(
                        "mistral-large-latest",
                        "mistral-small-latest",
                        "magistral-medium-latest",
                        "open-mixtral-8x22b"),
                new MistralRequestRules(),
                (body, model, stream) -> dev.gapura.dialect.mistral.RequestReader.read(body),
                places(
                        "max_tokens /max_tokens, temperature /temperature, top_p /top_p, stop /stop, n /n, tools /tools,"
                                + " functions /tools, tool_choice /tool_choice, function_call /tool_choice,"
                                + " parallel_tool_calls /parallel_tool_calls, response_format /response_format,"
                                + " frequency_penalty /frequency_penalty, presence_penalty /presence_penalty, prediction"
                                + " /prediction, prompt_cache_key /prompt_cache_key, metadata /metadata, seed"
                                + " /random_seed",
                        "/reasoning_effort /prompt_mode"));
    }

    private static Target cohere() {
        return new Target(
                "cohere",
                new CohereDialect(RecordedAnswers.ERRORS),
                Providers.of("cohere"),
                List.of("command-a-03-2025", "command-r-08-2024", "command-a-reasoning-08-2025"),
                new CohereRequestRules(),
                (body, model, stream) -> dev.gapura.dialect.cohere.RequestReader.read(body),
                places(
                        "max_tokens /max_tokens, temperature /temperature, top_p /p, top_k /k, stop /stop_sequences,"
                                + " seed /seed, logprobs /logprobs, tools /tools, functions /tools, tool_choice"
                                + " /tool_choice, function_call /tool_choice, frequency_penalty /frequency_penalty,"
                                + " presence_penalty /presence_penalty, response_format /response_format",
                        "/thinking"));
    }

    private static Target responses() {
        return new Target(
                "openai_responses",
                new ResponsesDialect(RecordedAnswers.ERRORS),
                Providers.inResponses("openai"),
                List.of("gpt-4o", "gpt-5", "o3"),
                new ResponsesRequestRules(),
                (body, model, stream) -> dev.gapura.dialect.responses.RequestReader.read(body),
                places(
                        "temperature /temperature, top_p /top_p, tools /tools, functions /tools, tool_choice"
                                + " /tool_choice, function_call /tool_choice, parallel_tool_calls /parallel_tool_calls,"
                                + " response_format /text/format, top_logprobs /top_logprobs, logprobs /include,"
                                + " prompt_cache_key /prompt_cache_key, prompt_cache_options /prompt_cache_options,"
                                + " metadata /metadata, user /user, service_tier /service_tier, store /store, verbosity"
                                + " /text/verbosity, safety_identifier /safety_identifier",
                        "/reasoning"));
    }

    private static Target ollama() {
        return new Target(
                "ollama",
                new OllamaDialect(RecordedAnswers.ERRORS),
                Providers.of("ollama"),
                List.of("qwen3:4b", "gpt-oss:20b", "gemma3", "llama3.1"),
                new OllamaRequestRules(),
                (body, model, stream) -> dev.gapura.dialect.ollama.RequestReader.read(body),
                places(
                        "temperature /options/temperature, top_p /options/top_p, top_k /options/top_k, stop"
                                + " /options/stop, seed /options/seed, frequency_penalty /options/frequency_penalty,"
                                + " presence_penalty /options/presence_penalty, tools /tools, functions /tools,"
                                + " logprobs /logprobs, top_logprobs /top_logprobs, min_p /options/min_p",
                        "/think"));
    }

    /// @param list of `field place`, parted by commas
    /// @param thinking where wishes for thought may be
    private static Map<String, String> places(String list, String thinking) {
        Map<String, String> places = new HashMap<>();
        for (String one : list.split(",\\s+")) {
            int blank = one.indexOf(' ');
            places.put(one.substring(0, blank), one.substring(blank + 1));
        }
        for (String field : List.of("reasoning_effort", "reasoning", "thinking", "enable_thinking")) {
            places.put(field, thinking);
        }
        return places;
    }
}
