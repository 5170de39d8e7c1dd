package dev.gapura.pricing;

import java.math.BigDecimal;
import java.util.List;

/// What a model's tokens cost at one time, in whole picodollars (10⁻¹² US dollar) a token: a price list's
/// millionths of a dollar for a million tokens, none of them lost. A class of tokens without a price of its
/// own is [#NOT_SAID] and costs what the class it belongs to costs. Immutable; any thread.
///
/// Tokens are text tokens. Audio and images that a provider bills at rates of their own are counted in the
/// prompt like text, because usage does not tell them apart.
///
/// @param promptPico a token of the prompt
/// @param cachedPico a token of the prompt read from a cache
/// @param cacheWritePico a token of the prompt written to a cache that lives for minutes
/// @param completionPico a token of the completion
/// @param reasoningPico a token of the completion that is reasoning
/// @param requestPico one request, whatever its size; zero where nothing is charged
/// @param tiers rates of long prompts, from short to long; the last one exceeded holds for all tokens of the
///     request
public record Price(
        long promptPico,
        long cachedPico,
        long cacheWritePico,
        long completionPico,
        long reasoningPico,
        long requestPico,
        List<Tier> tiers) {

    /// Marks a class of tokens without a price of its own.
    public static final long NOT_SAID = -1;

    /// Decimal places of a picodollar.
    static final int PICO_PLACES = 12;

    /// Decimal places of a price per million tokens that a picodollar a token can hold.
    public static final int MILLION_PLACES = 6;

    public Price {
        tiers = List.copyOf(tiers);
    }

    /// Rates of prompts longer than a number of tokens.
    ///
    /// @param aboveTokens prompts of more tokens than this
    /// @param price all rates, without tiers
    public record Tier(long aboveTokens, Price price) {}

    /// Rates of a request with a prompt of that many tokens.
    Price ofPrompt(long promptTokens) {
        Price reached = this;
        for (Tier tier : tiers) {
            if (promptTokens > tier.aboveTokens()) {
                reached = tier.price();
            }
        }
        return reached;
    }

    /// Picodollars a token.
    ///
    /// @param usdPerMillion dollars for a million tokens
    /// @throws ArithmeticException when it is finer than a millionth, or absurdly large
    public static long perToken(BigDecimal usdPerMillion) {
        return usdPerMillion.movePointRight(MILLION_PLACES).longValueExact();
    }

    /// Picodollars a request.
    ///
    /// @throws ArithmeticException when it is finer than a picodollar, or absurdly large
    public static long perRequest(BigDecimal usd) {
        return usd.movePointRight(PICO_PLACES).longValueExact();
    }

    /// Picodollars as dollars, exactly.
    public static BigDecimal usd(long pico) {
        BigDecimal usd = BigDecimal.valueOf(pico, PICO_PLACES).stripTrailingZeros();
        return usd.scale() < 0 ? usd.setScale(0) : usd;
    }
}
