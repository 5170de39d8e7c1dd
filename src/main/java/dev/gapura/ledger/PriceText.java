package dev.gapura.ledger;

import dev.gapura.pricing.Price;
import java.math.BigDecimal;

/// The rates that an exchange was charged with, as one line of text: whoever reads it years later can count again.
/// Dollars for a million tokens, such as `in=1.25,cached=0.125,out=10`; what has no rate of its own is left out; rates
/// of
/// long prompts follow as `;above=200000,in=2.5,out=15`. Pure.
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
        text.append("in=").append(perMillion(price.promptPico()));
        addWhere(text, "cached", price.cachedPico());
        addWhere(text, "write", price.cacheWritePico());
        text.append(",out=").append(perMillion(price.completionPico()));
        addWhere(text, "reasoning", price.reasoningPico());
        if (price.requestPico() != 0) {
            text.append(",request=").append(Price.usd(price.requestPico()).toPlainString());
        }
    }

    private static void addWhere(StringBuilder text, String name, long pico) {
        if (pico != Price.NOT_SAID) {
            text.append(',').append(name).append('=').append(perMillion(pico));
        }
    }

    private static String perMillion(long pico) {
        BigDecimal usd = Price.usd(pico).movePointRight(Price.MILLION_PLACES).stripTrailingZeros();
        return (usd.scale() < 0 ? usd.setScale(0) : usd).toPlainString();
    }
}
