package dev.gapura.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.pricing.CatalogueEntry;
import dev.gapura.pricing.ModelFacts;
import dev.gapura.pricing.ModelFacts.Ability;
import dev.gapura.pricing.PriceList;
import dev.gapura.pricing.Source;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.Provider;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What is known of one model, in the members that clients know: those of OpenRouter in a list of models, those of
/// LiteLLM in `/v1/model/info`. It is what requests are decided by. Unknown is `null`, never zero. Pure.
///
/// @param provider whose model it is, in the language in which it has it
/// @param model what is known
/// @param profile what the model accepts
/// @param like the model it is like, where the configuration says so
/// @param now the ordinary price now, or null
record ModelCard(
        Provider provider,
        CatalogueEntry model,
        ModelProfile profile,
        @Nullable String like,
        PriceList.@Nullable Row now) {

    /// Kinds of parts in the order in which they are told.
    private static final List<String> KINDS = List.of("text", "image", "audio", "video", "file");

    static ModelCard of(Snapshot snapshot, Provider provider, String upstreamModel, Instant now) {
        CatalogueEntry entry = snapshot.catalogue().find(provider.name(), upstreamModel);
        Provider speaking = provider.forModel(entry.kin());
        PriceList prices = entry.prices();
        return new ModelCard(
                speaking,
                entry,
                entry.profile(speaking.dialect()),
                like(entry, upstreamModel),
                prices == null ? null : prices.rowAt(now, null));
    }

    private static @Nullable String like(CatalogueEntry entry, String upstreamModel) {
        return entry.kinProvider() != null
                ? entry.kinProvider() + "/" + entry.kin()
                : entry.kin().equals(upstreamModel) ? null : entry.kin();
    }

    /// Members beside those that OpenAI has, for `/v1/models`.
    void addTo(ObjectNode out) {
        count(out, "context_length", model.facts().contextTokens());
        count(out, "max_output_tokens", profile.outputTokens());
        texts(out, "supported_parameters", SupportedParameters.of(provider, model));
        modalities(out);
        thinking(out.putObject("reasoning"), "efforts");
        texts(out, "abilities", abilities());
        if (now == null) {
            out.putNull("pricing");
        } else {
            PriceTags.pricing(out, now.price());
        }
        ObjectNode sources = out.putObject("sources");
        source(sources.putObject("limits"), model.facts().source());
        PriceList prices = model.prices();
        if (prices == null || now == null) {
            sources.putNull("pricing");
        } else {
            ObjectNode pricing = sources.putObject("pricing");
            source(pricing, prices.source());
            pricing.put("valid_from", now.since() == null ? null : now.since().toString());
        }
    }

    /// Members of `model_info` for `/v1/model/info`.
    void addInfoTo(ObjectNode info) {
        ModelFacts facts = model.facts();
        texts(info, "supported_parameters", SupportedParameters.of(provider, model));
        count(info, "context_window", facts.contextTokens());
        count(info, "max_input_tokens", facts.longestPrompt());
        count(info, "max_output_tokens", profile.outputTokens());
        count(info, "max_tokens", profile.outputTokens());
        prices(info);
        flag(info, "supports_function_calling", Ability.TOOLS);
        flag(info, "supports_reasoning", Ability.REASONING);
        flag(info, "supports_response_schema", Ability.JSON_SCHEMA);
        List<String> inputs = inputs();
        if (!inputs.isEmpty()) {
            info.put("supports_vision", inputs.contains("image"));
            info.put("supports_audio_input", inputs.contains("audio"));
            info.put("supports_pdf_input", inputs.contains("file"));
        }
        modalities(info);
        texts(info, "abilities", abilities());
        thinking(info, "reasoning_efforts");
        info.put("like", like);
        info.put("profile", profile.isUnknown() ? null : profile.family());
        info.put("limits_known", model.known());
        info.put("limits_source", facts.source().name());
        info.put("limits_date", facts.source().date());
    }

    private void prices(ObjectNode info) {
        PriceList prices = model.prices();
        if (now == null || prices == null) {
            info.putNull("input_cost_per_token");
            info.putNull("output_cost_per_token");
        } else {
            PriceTags.costs(info, now.price());
        }
        if (prices == null) {
            info.putNull("prices");
            info.putNull("price_source");
            info.putNull("price_date");
        } else {
            PriceTags.prices(info, prices);
            info.put("price_source", prices.source().name());
            info.put("price_date", prices.source().date());
        }
    }

    /// Unix time of the model's first day, or of a fallback where it is unknown.
    long created(long fallback) {
        return model.known() && model.facts().released() != null
                ? model.facts().released().toEpochDay() * 86_400
                : fallback;
    }

    /// How the model thinks, and the efforts that it knows.
    private void thinking(ObjectNode out, String efforts) {
        String style = profile.isUnknown()
                ? model.facts().thinking()
                : profile.thinking().name().toLowerCase(Locale.ROOT);
        out.put("thinking", style);
        texts(out, efforts, profile.isUnknown() ? model.facts().efforts() : profile.efforts());
    }

    /// What the model is known to be able to do.
    private List<String> abilities() {
        Stream<? extends Enum<?>> able = profile.isUnknown()
                ? Stream.of(Ability.values()).filter(model.facts()::can)
                : profile.abilities().stream();
        return able.map(ability -> ability.name().toLowerCase(Locale.ROOT))
                .sorted()
                .toList();
    }

    private List<String> inputs() {
        Collection<String> seen = profile.isUnknown() ? model.facts().inputs() : profile.inputs();
        return KINDS.stream().filter(seen::contains).toList();
    }

    private void modalities(ObjectNode out) {
        List<String> inputs = inputs();
        if (inputs.isEmpty()) {
            out.putNull("modalities");
            return;
        }
        ObjectNode modalities = out.putObject("modalities");
        texts(modalities, "input", inputs);
        texts(modalities, "output", model.facts().outputs());
    }

    private static void source(ObjectNode out, Source source) {
        out.put("name", source.name());
        out.put("date", source.date());
    }

    private static void count(ObjectNode node, String name, int tokens) {
        if (tokens == 0) {
            node.putNull(name);
        } else {
            node.put(name, tokens);
        }
    }

    private void flag(ObjectNode node, String name, Ability ability) {
        Boolean known = model.facts().abilities().get(ability);
        if (known != null) {
            node.put(name, known);
        }
    }

    private static void texts(ObjectNode node, String name, Collection<String> texts) {
        ArrayNode array = node.putArray(name);
        texts.forEach(array::add);
    }
}
