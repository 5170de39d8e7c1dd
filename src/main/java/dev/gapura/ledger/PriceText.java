package dev.gapura.ledger;

import dev.gapura.pricing.Price;
import dev.gapura.pricing.TokenClass;
import java.math.BigDecimal;
import java.util.Locale;

/// The rates that an exchange was charged with, as one line of text: whoever reads it years later can count again.
/// Dollars for a million tokens, such as `in=1.25,cached=0.125,out=10`; what has no rate of its own is left out; rates
/// of long prompts follow as `;above=200000,in=2.5,out=15`. Pure.
final class PriceText {
    private PriceText() {}

    static String of(Price price) {
        StringBuilder text = new StringBuilder();
        add(text, price);
        for (Price.Tier tier : price.tiers()) {
            text.append(";above=").append(tier.aboveTokens()).append(',');
            add(text, tier.price());
        }
        return text.toString();
    }

    private static void add(StringBuilder text, Price price) {
        String comma = "";
        for (TokenClass kind : TokenClass.values()) {
            if (price.says(kind)) {
                text.append(comma).append(name(kind)).append('=').append(perMillion(price.pico(kind)));
                comma = ",";
            }
        }
        addWhere(text, "request", price.requestPico());
        addWhere(text, "search", price.searchPico());
    }

    private static String name(TokenClass kind) {
        return switch (kind) {
            case INPUT -> "in";
            case OUTPUT -> "out";
            case CACHE_WRITE -> "write";
            case CACHED,
                    CACHE_WRITE_HOUR,
                    AUDIO_INPUT,
                    CACHED_AUDIO,
                    IMAGE_INPUT,
                    CACHED_IMAGE,
                    VIDEO_INPUT,
                    REASONING,
                    AUDIO_OUTPUT,
                    IMAGE_OUTPUT -> kind.name().toLowerCase(Locale.ROOT);
        };
    }

    private static void addWhere(StringBuilder text, String name, long pico) {
        if (pico != 0) {
            text.append(',').append(name).append('=').append(Price.usd(pico).toPlainString());
        }
    }

    private static String perMillion(long pico) {
        BigDecimal usd = Price.usd(pico).movePointRight(Price.MILLION_PLACES).stripTrailingZeros();
        return (usd.scale() < 0 ? usd.setScale(0) : usd).toPlainString();
    }
}
