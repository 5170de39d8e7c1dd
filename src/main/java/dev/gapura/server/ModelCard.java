package dev.gapura.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.pricing.CatalogueEntry;
import dev.gapura.pricing.ModelFacts;
import dev.gapura.pricing.ModelFacts.Ability;
import dev.gapura.pricing.Price;
import dev.gapura.pricing.PriceList;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.ModelProfiles;
import dev.gapura.provider.Provider;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the catalogue says of one model, in the members that clients know: those of OpenRouter in a list of
/// models, those of LiteLLM in `/v1/model/info`. Unknown is `null`, never zero. Pure.
///
/// @param provider whose model it is
/// @param upstreamModel name as the provider knows it
/// @param entry what the catalogue found
/// @param price the ordinary price now, or null
record ModelCard(
        Provider provider,
        String upstreamModel,
        CatalogueEntry entry,
        @Nullable Price price) {

    /// Fields that ask for tools, and cannot be of use to a model without.
    private static final Set<String> ABOUT_TOOLS = Set.of("tools", "tool_choice", "parallel_tool_calls");

    static ModelCard of(Snapshot snapshot, Provider provider, String upstreamModel, Instant now) {
        CatalogueEntry entry = snapshot.catalogue().find(provider.name(), upstreamModel);
        PriceList prices = entry.prices();
        return new ModelCard(provider, upstreamModel, entry, prices == null ? null : prices.priceAt(now));
    }

    /// Members beside those that OpenAI has, for `/v1/models`.
    void addTo(ObjectNode model) {
        ModelFacts facts = entry.facts();
        count(model, "context_length", facts.contextTokens());
        count(model, "max_output_tokens", facts.outputTokens());
        ArrayNode supported = model.putArray("supported_parameters");
        supportedParameters().forEach(supported::add);
        if (facts.inputs().isEmpty()) {
            model.putNull("modalities");
        } else {
            ObjectNode modalities = model.putObject("modalities");
            texts(modalities, "input", facts.inputs());
            texts(modalities, "output", facts.outputs());
        }
        if (price == null) {
            model.putNull("pricing");
            return;
        }
        ObjectNode pricing = model.putObject("pricing");
        dollars(pricing, "prompt", price.promptPico());
        dollars(pricing, "completion", price.completionPico());
        dollars(pricing, "request", price.requestPico());
        dollars(pricing, "input_cache_read", price.cachedPico());
        dollars(pricing, "input_cache_write", price.cacheWritePico());
        dollars(pricing, "internal_reasoning", price.reasoningPico());
    }

    /// Members of `model_info` for `/v1/model/info`.
    void addInfoTo(ObjectNode info) {
        ModelFacts facts = entry.facts();
        ArrayNode supported = info.putArray("supported_parameters");
        supportedParameters().forEach(supported::add);
        count(info, "max_input_tokens", facts.longestPrompt());
        count(info, "max_output_tokens", facts.outputTokens());
        count(info, "max_tokens", facts.outputTokens());
        if (price == null) {
            info.putNull("input_cost_per_token");
            info.putNull("output_cost_per_token");
        } else {
            costs(info, price, "");
            cost(info, "input_cost_per_request", price.requestPico() == 0 ? Price.NOT_SAID : price.requestPico());
            price.tiers().forEach(tier -> costs(info, tier.price(), "_above_" + thousands(tier.aboveTokens())));
        }
        flag(info, "supports_function_calling", facts, Ability.TOOLS);
        flag(info, "supports_reasoning", facts, Ability.REASONING);
        flag(info, "supports_response_schema", facts, Ability.JSON_SCHEMA);
        if (!facts.inputs().isEmpty()) {
            info.put("supports_vision", facts.inputs().contains("image"));
            info.put("supports_audio_input", facts.inputs().contains("audio"));
            info.put("supports_pdf_input", facts.inputs().contains("file"));
        }
        ModelProfile profile = ModelProfiles.of(provider.dialect().configName(), upstreamModel);
        List<String> efforts = facts.efforts().isEmpty() ? profile.efforts() : facts.efforts();
        if (!efforts.isEmpty()) {
            texts(info, "reasoning_efforts", efforts);
        }
        if (!profile.isUnknown()) {
            info.put("thinking", profile.thinking().name().toLowerCase(Locale.ROOT));
        }
        info.put("limits_known", entry.known());
        info.put("limits_source", facts.source());
        PriceList prices = entry.prices();
        info.put("price_source", prices == null ? null : prices.source());
    }

    /// Unix time of the model's first day, or of a fallback where it is unknown.
    long created(long fallback) {
        return entry.known() && entry.facts().released() != null
                ? entry.facts().released().toEpochDay() * 86_400
                : fallback;
    }

    /// What the provider takes, without what this model is known not to have.
    private List<String> supportedParameters() {
        Stream<String> all = SupportedParameters.of(provider, upstreamModel).stream();
        return entry.known() ? all.filter(this::isOfUse).toList() : all.toList();
    }

    private boolean isOfUse(String field) {
        ModelFacts facts = entry.facts();
        return !(facts.lacks(Ability.TOOLS) && ABOUT_TOOLS.contains(field))
                && !(facts.lacks(Ability.REASONING) && field.equals("reasoning_effort"))
                && !(facts.lacks(Ability.TEMPERATURE) && field.equals("temperature"));
    }

    private static void costs(ObjectNode info, Price price, String suffix) {
        cost(info, "input_cost_per_token" + suffix, price.promptPico());
        cost(info, "output_cost_per_token" + suffix, price.completionPico());
        cost(info, "cache_read_input_token_cost" + suffix, price.cachedPico());
        cost(info, "cache_creation_input_token_cost" + suffix, price.cacheWritePico());
        cost(info, "output_cost_per_reasoning_token" + suffix, price.reasoningPico());
    }

    private static String thousands(long tokens) {
        return (tokens % 1_000 == 0 ? tokens / 1_000 + "k" : tokens) + "_tokens";
    }

    private static void cost(ObjectNode node, String name, long pico) {
        if (pico != Price.NOT_SAID) {
            node.put(name, Price.usd(pico));
        }
    }

    private static void dollars(ObjectNode node, String name, long pico) {
        if (pico != Price.NOT_SAID) {
            node.put(name, Price.usd(pico).toPlainString());
        }
    }

    private static void count(ObjectNode node, String name, int tokens) {
        if (tokens == 0) {
            node.putNull(name);
        } else {
            node.put(name, tokens);
        }
    }

    private static void flag(ObjectNode node, String name, ModelFacts facts, Ability ability) {
        Boolean known = facts.abilities().get(ability);
        if (known != null) {
            node.put(name, known);
        }
    }

    private static void texts(ObjectNode node, String name, List<String> texts) {
        ArrayNode array = node.putArray(name);
        texts.forEach(array::add);
    }
}
