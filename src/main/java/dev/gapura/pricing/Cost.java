package dev.gapura.pricing;

import dev.gapura.chat.Usage;
import org.jspecify.annotations.Nullable;

/// What one answer costs, in whole nanodollars (10⁻⁹ US dollar). Summed exactly, rounded once, half up. Pure.
public final class Cost {
    /// The cost is not known: no price, or no count. Never taken for zero.
    public static final long UNKNOWN = -1;

    private static final long PICO_PER_NANO = 1_000;

    private Cost() {}

    /// @param usage counts of the provider; a part it did not report (cached, written, reasoning) is taken as
    ///     none, so that those tokens cost what the whole costs
    /// @param price rates at the time of the answer, or null where they are not known
    /// @return nanodollars, or [#UNKNOWN] without a price, without the count of prompt or completion, or with
    ///     counts that no answer can have
    public static long of(Usage usage, @Nullable Price price) {
        if (price == null || usage.promptTokens() < 0 || usage.completionTokens() < 0) {
            return UNKNOWN;
        }
        Price rates = price.ofPrompt(usage.promptTokens());
        long cached = reported(usage.cachedTokens());
        long written = reported(usage.cacheWriteTokens());
        long reasoning = reported(usage.reasoningTokens());
        try {
            long pico = rates.requestPico();
            pico = add(pico, rest(usage.promptTokens(), Math.addExact(cached, written)), rates.promptPico());
            pico = add(pico, cached, orElse(rates.cachedPico(), rates.promptPico()));
            pico = add(pico, written, orElse(rates.cacheWritePico(), rates.promptPico()));
            pico = add(pico, rest(usage.completionTokens(), reasoning), rates.completionPico());
            pico = add(pico, reasoning, orElse(rates.reasoningPico(), rates.completionPico()));
            return Math.addExact(pico, PICO_PER_NANO / 2) / PICO_PER_NANO;
        } catch (ArithmeticException absurd) {
            return UNKNOWN;
        }
    }

    private static long reported(long count) {
        return Math.max(0, count);
    }

    private static long rest(long whole, long parts) {
        return Math.max(0, whole - parts);
    }

    private static long orElse(long pico, long belongsTo) {
        return pico == Price.NOT_SAID ? belongsTo : pico;
    }

    private static long add(long pico, long tokens, long picoPerToken) {
        return Math.addExact(pico, Math.multiplyExact(tokens, picoPerToken));
    }
}
