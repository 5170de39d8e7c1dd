package dev.gapura.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.pricing.Price;
import dev.gapura.pricing.PriceList;
import dev.gapura.pricing.TokenClass;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes prices: dollars as text for a token in OpenRouter's words, dollars as numbers for a token in LiteLLM's. A
/// class of tokens without a price of its own is left out, for it costs what its whole costs. Pure.
final class PriceTags {
    private static final Map<TokenClass, String> OPENROUTER = new EnumMap<>(Map.ofEntries(
            Map.entry(TokenClass.INPUT, "prompt"),
            Map.entry(TokenClass.OUTPUT, "completion"),
            Map.entry(TokenClass.CACHED, "input_cache_read"),
            Map.entry(TokenClass.CACHE_WRITE, "input_cache_write"),
            Map.entry(TokenClass.CACHE_WRITE_HOUR, "input_cache_write_1h"),
            Map.entry(TokenClass.REASONING, "internal_reasoning"),
            Map.entry(TokenClass.AUDIO_INPUT, "audio"),
            Map.entry(TokenClass.CACHED_AUDIO, "input_audio_cache"),
            Map.entry(TokenClass.AUDIO_OUTPUT, "audio_output"),
            Map.entry(TokenClass.IMAGE_INPUT, "image_token"),
            Map.entry(TokenClass.CACHED_IMAGE, "input_image_cache"),
            Map.entry(TokenClass.IMAGE_OUTPUT, "image_output"),
            Map.entry(TokenClass.VIDEO_INPUT, "video_token")));

    private static final Map<TokenClass, String> LITELLM = new EnumMap<>(Map.ofEntries(
            Map.entry(TokenClass.INPUT, "input_cost_per_token"),
            Map.entry(TokenClass.OUTPUT, "output_cost_per_token"),
            Map.entry(TokenClass.CACHED, "cache_read_input_token_cost"),
            Map.entry(TokenClass.CACHE_WRITE, "cache_creation_input_token_cost"),
            Map.entry(TokenClass.CACHE_WRITE_HOUR, "cache_creation_input_token_cost_above_1hr"),
            Map.entry(TokenClass.REASONING, "output_cost_per_reasoning_token"),
            Map.entry(TokenClass.AUDIO_INPUT, "input_cost_per_audio_token"),
            Map.entry(TokenClass.CACHED_AUDIO, "cache_read_input_audio_token_cost"),
            Map.entry(TokenClass.AUDIO_OUTPUT, "output_cost_per_audio_token"),
            Map.entry(TokenClass.IMAGE_INPUT, "input_cost_per_image_token"),
            Map.entry(TokenClass.CACHED_IMAGE, "cache_read_input_image_token_cost"),
            Map.entry(TokenClass.IMAGE_OUTPUT, "output_cost_per_image_token"),
            Map.entry(TokenClass.VIDEO_INPUT, "input_cost_per_video_token")));

    private PriceTags() {}

    /// The member `pricing` of a model.
    static void pricing(ObjectNode model, Price price) {
        ObjectNode pricing = model.putObject("pricing");
        OPENROUTER.forEach((kind, name) -> {
            if (price.says(kind)) {
                pricing.put(name, Price.usd(price.pico(kind)).toPlainString());
            }
        });
        pricing.put("request", Price.usd(price.requestPico()).toPlainString());
        if (price.searchPico() > 0) {
            pricing.put("web_search", Price.usd(price.searchPico()).toPlainString());
        }
    }

    /// Today's costs among the members of `model_info`.
    static void costs(ObjectNode info, Price price) {
        costs(info, price, "");
        price.tiers().forEach(tier -> costs(info, tier.price(), "_above_" + thousands(tier.aboveTokens())));
    }

    /// Every price of a list with the time at which it holds.
    static void prices(ObjectNode info, PriceList list) {
        ArrayNode prices = info.putArray("prices");
        for (PriceList.Row row : list.rows()) {
            ObjectNode one = prices.addObject();
            text(one, "valid_from", row.since());
            text(one, "hours_utc", row.hours());
            text(one, "service_tier", row.serviceTier());
            costs(one, row.price(), "");
            if (!row.price().tiers().isEmpty()) {
                ArrayNode tiers = one.putArray("long_prompts");
                row.price()
                        .tiers()
                        .forEach(tier ->
                                costs(tiers.addObject().put("above_tokens", tier.aboveTokens()), tier.price(), ""));
            }
        }
    }

    private static void costs(ObjectNode node, Price price, String suffix) {
        LITELLM.forEach((kind, name) -> {
            if (price.says(kind)) {
                node.put(name + suffix, Price.usd(price.pico(kind)));
            }
        });
        if (price.requestPico() > 0) {
            node.put("input_cost_per_request" + suffix, Price.usd(price.requestPico()));
        }
        if (price.searchPico() > 0) {
            node.put("search_cost_per_query" + suffix, Price.usd(price.searchPico()));
        }
    }

    private static void text(ObjectNode node, String name, @Nullable Object value) {
        node.put(name, value == null ? null : value.toString());
    }

    private static String thousands(long tokens) {
        return (tokens % 1_000 == 0 ? tokens / 1_000 + "k" : tokens) + "_tokens";
    }
}
