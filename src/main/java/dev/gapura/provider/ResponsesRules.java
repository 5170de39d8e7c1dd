package dev.gapura.provider;

import dev.gapura.provider.Provider.Dialect;
import dev.gapura.provider.Provider.PathStyle;
import dev.gapura.provider.Rule.Clamp;
import dev.gapura.provider.Rule.OnlyValues;
import dev.gapura.provider.Rule.Scope;
import dev.gapura.provider.Rule.Unsupported;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The Responses API, field by field, for OpenAI, Azure and whoever else speaks it, with xAI's departures; and which
/// models and tools of known providers exist only there. What depends on the model (sampling, reasoning, log
/// probabilities) is judged by the writer of the dialect with the model's profile. Sources: `openai/openai-openapi`
/// `CreateResponse`, `vercel/ai` `packages/xai/src/responses`, OpenAI's model pages, recordings.
final class ResponsesRules {
    private ResponsesRules() {}

    /// Tools that OpenAI and xAI run themselves, and only for this API.
    private static final Set<String> SERVER_TOOLS = Set.of(
            "web_search",
            "web_search_2025_08_26",
            "web_search_preview",
            "x_search",
            "file_search",
            "code_interpreter",
            "code_execution",
            "image_generation",
            "mcp");

    /// OpenAI's models that answer 404 "only supported in v1/responses" to chat.
    private static final Pattern ONLY_HERE = Pattern.compile(
            "^(o\\d|gpt-\\d[\\w.]*)(-mini)?-(pro|codex|deep-research)(-|$)|^codex-|^computer-use-preview");

    /// Chat's field for searching the web, which only search models take there.
    private static final String SEARCH = "web_search_options";

    /// OpenAI's models that search with a tool of this API instead: all but search models themselves, and
    /// those that cannot use it (OpenAI's model pages; not recorded).
    private static final Pattern SEARCHING_HERE =
            Pattern.compile("^(gpt-4o|gpt-4\\.\\d|gpt-[5-9]|gpt-\\d\\d|o[3-9])(?!.*(search|audio|nano))");

    private static final Pattern NONE = Pattern.compile("(?!)");

    static final Profile PROFILE = Profile.of(rules(false)).whichIsAll();

    private static final Profile XAI = Profile.of(rules(true)).whichIsAll();

    /// OpenAI pads its streams; counts are inclusive, xAI's too.
    private static final Map<String, Quirks> QUIRKS = Map.of(
            "openai", new Quirks(false, true, true),
            "azure", new Quirks(false, true, true),
            "xai", new Quirks(false, true, false));

    /// What an entry of no known name inherits.
    static KnownProvider provider() {
        return new KnownProvider(
                Dialect.OPENAI_RESPONSES.configName(),
                Dialect.OPENAI_RESPONSES,
                null,
                PathStyle.PLAIN,
                List.of(),
                "authorization",
                PROFILE,
                new Quirks(false, true, false));
    }

    /// The rules that a provider of that name has when it speaks this language.
    static Profile profile(String name) {
        return name.equals("xai") ? XAI : PROFILE;
    }

    static Quirks quirks(String name) {
        return QUIRKS.getOrDefault(name, provider().quirks());
    }

    /// The way of a chat provider to what it has only here; null where there is none.
    ///
    /// @param family name of the known provider whose rules it has
    static @Nullable Bridge bridge(String family, Provider chat) {
        Provider here = chat.speaking(Dialect.OPENAI_RESPONSES, profile(family), quirks(family));
        return switch (family) {
            case "openai" -> new Bridge(ONLY_HERE, SERVER_TOOLS, Map.of(SEARCH, SEARCHING_HERE), here);
            case "azure" -> new Bridge(ONLY_HERE, SERVER_TOOLS, Map.of(), here);
            case "xai" -> new Bridge(NONE, SERVER_TOOLS, Map.of(SEARCH, Pattern.compile("")), here);
            default -> null;
        };
    }

    private static List<Rule> rules(boolean xai) {
        List<Rule> rules = new ArrayList<>();
        if (xai) {
            rules.add(new Clamp(
                    "top_logprobs", Scope.ALWAYS, BigDecimal.ZERO, BigDecimal.valueOf(8), "xAI gives at most 8"));
            rules.add(new OnlyValues(
                    "service_tier",
                    Scope.ALWAYS,
                    List.of("\"default\"", "\"priority\""),
                    "xAI knows default and priority"));
            for (String gone : List.of(
                    "verbosity",
                    "metadata",
                    "moderation",
                    "safety_identifier",
                    "prompt_cache_options",
                    "prompt_cache_retention")) {
                rules.add(new Unsupported(gone, Scope.ALWAYS, "xAI has no such parameter"));
            }
        }
        rules.add(new OnlyValues(
                "verbosity",
                Scope.models("^(gpt-3|gpt-4|chatgpt-4o)"),
                List.of("\"medium\""),
                "this model's verbosity is fixed"));
        rules.add(new OnlyValues("store", Scope.ALWAYS, List.of("false"), "nothing is stored at the provider"));
        rules.add(
                new OnlyValues("modalities", Scope.ALWAYS, List.of("[\"text\"]"), "the Responses API answers in text"));
        rules.addAll(RuleList.translated(
                "max_tokens",
                "max_completion_tokens",
                "temperature",
                "top_p",
                "logprobs",
                "top_logprobs",
                "n",
                "user",
                "safety_identifier",
                "service_tier",
                "metadata",
                "moderation",
                "verbosity",
                "prompt_cache_key",
                "prompt_cache_options",
                "prompt_cache_retention",
                "web_search_options"));
        for (String gone : List.of(
                "stop",
                "seed",
                "frequency_penalty",
                "presence_penalty",
                "logit_bias",
                "prediction",
                "audio",
                "top_k",
                "cache_control")) {
            rules.add(new Unsupported(gone, Scope.ALWAYS, "the Responses API has no such parameter"));
        }
        return rules;
    }
}
