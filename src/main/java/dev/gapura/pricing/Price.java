package dev.gapura.pricing;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// What a model's tokens cost at one time, in whole picodollars (10⁻¹² US dollar) a token: a price list's
/// millionths of a dollar for a million tokens, none of them lost. A class of tokens without a price of its
/// own costs what the class it belongs to costs, if it belongs to one. Immutable; any thread.
///
/// @param rates picodollars a token, of classes that have a price of their own; always of [TokenClass#INPUT] and
///     [TokenClass#OUTPUT]
/// @param requestPico one request, whatever its size; zero where nothing is charged
/// @param searchPico one search that the provider makes; zero where nobody says that it is charged
/// @param tiers rates of long prompts, from short to long; the last one exceeded holds for all tokens of the
///     request
public record Price(Map<TokenClass, Long> rates, long requestPico, long searchPico, List<Tier> tiers) {

    /// No price is known for a class of tokens.
    public static final long UNKNOWN = -1;

    /// Decimal places of a picodollar.
    static final int PICO_PLACES = 12;

    /// Decimal places of a price per million tokens that a picodollar a token can hold.
    public static final int MILLION_PLACES = 6;

    public Price {
        rates = Map.copyOf(rates);
        tiers = List.copyOf(tiers);
        if (!rates.containsKey(TokenClass.INPUT) || !rates.containsKey(TokenClass.OUTPUT)) {
            throw new IllegalArgumentException("a price without input or output: " + rates);
        }
    }

    /// Rates of prompts longer than a number of tokens.
    ///
    /// @param aboveTokens prompts of more tokens than this
    /// @param price all rates, without tiers
    public record Tier(long aboveTokens, Price price) {}

    /// Whether a class has a price of its own.
    public boolean says(TokenClass kind) {
        return rates.containsKey(kind);
    }

    /// Picodollars a token: the class's own price, or that of the class it belongs to, or [#UNKNOWN].
    public long pico(TokenClass kind) {
        Long own = rates.get(kind);
        TokenClass whole = kind.belongsTo();
        return own != null ? own : whole == null ? UNKNOWN : pico(whole);
    }

    /// The dearest of some classes, in picodollars a token.
    long dearest(Collection<TokenClass> kinds) {
        return kinds.stream().mapToLong(this::pico).max().orElse(0);
    }

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
