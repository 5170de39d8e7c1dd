package dev.gapura.pricing;

import dev.gapura.chat.Usage;
import dev.gapura.chat.Usage.Part;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What answers cost, in whole nanodollars (10⁻⁹ US dollar). Summed exactly, rounded once, half up. Pure.
public final class Cost {
    /// The cost is not known: no price, or no count. Never taken for zero.
    public static final long UNKNOWN = -1;

    private static final long PICO_PER_NANO = 1_000;

    /// Classes a token of a prompt may turn out to be of, of those that a request in text can have.
    private static final List<TokenClass> OF_A_PROMPT =
            List.of(TokenClass.INPUT, TokenClass.CACHED, TokenClass.CACHE_WRITE, TokenClass.CACHE_WRITE_HOUR);

    private static final List<TokenClass> OF_AN_ANSWER = List.of(TokenClass.OUTPUT, TokenClass.REASONING);

    private Cost() {}

    /// What an answer costs.
    ///
    /// @param usage counts of the provider; a part it did not report (cached, written, reasoning) is taken
    ///     as none, so that those tokens cost what the whole costs
    /// @param price rates at the time of the answer, or null where they are not known
    /// @return nanodollars, or [#UNKNOWN] without a price, without the count of prompt or completion, with
    ///     sound or pictures of which nobody says what they cost, or with counts that no answer can have
    public static long of(Usage usage, @Nullable Price price) {
        return of(usage, price, 1);
    }

    /// The same for several calls that make one answer.
    ///
    /// @param usage the sum of what they used; rates of long prompts go by the length of one
    /// @param calls how many, of about the same length
    public static long of(Usage usage, @Nullable Price price, int calls) {
        if (price == null || usage.promptTokens() < 0 || usage.completionTokens() < 0) {
            return UNKNOWN;
        }
        Price rates = price.ofPrompt(Math.ceilDiv(usage.promptTokens(), Math.max(1, calls)));
        try {
            long pico = Math.multiplyExact(rates.requestPico(), Math.max(1, calls));
            pico = add(pico, usage.part(Part.WEB_SEARCHES), rates.searchPico());
            for (Map.Entry<TokenClass, Long> counted : TokenClass.split(usage).entrySet()) {
                long rate = rates.pico(counted.getKey());
                if (rate == Price.UNKNOWN && counted.getValue() > 0) {
                    return UNKNOWN;
                }
                pico = add(pico, counted.getValue(), Math.max(0, rate));
            }
            return Math.addExact(pico, PICO_PER_NANO / 2) / PICO_PER_NANO;
        } catch (ArithmeticException absurd) {
            return UNKNOWN;
        }
    }

    /// The least that a prompt can cost: read from a cache if anything, and no word said. Before the call.
    ///
    /// @param promptTokens of one call
    /// @return nanodollars, or [#UNKNOWN]
    public static long least(long promptTokens, int calls, @Nullable Price price) {
        if (price == null) {
            return UNKNOWN;
        }
        Price rates = price.ofPrompt(promptTokens);
        long cheapest = OF_A_PROMPT.stream().mapToLong(rates::pico).min().orElse(0);
        return total(calls, rates.requestPico(), promptTokens, cheapest, 0, 0);
    }

    /// The most that a call can cost, for reservations: every token of the dearest class it can turn out to
    /// be of, in the tier of its length. Sound, pictures and searches come on top, since nobody knows their
    /// number before.
    ///
    /// @param promptTokens of one call
    /// @param completionTokens most tokens of one call's answer
    /// @return nanodollars, or [#UNKNOWN]
    public static long most(long promptTokens, long completionTokens, int calls, @Nullable Price price) {
        if (price == null) {
            return UNKNOWN;
        }
        Price rates = price.ofPrompt(promptTokens);
        return total(
                calls,
                rates.requestPico(),
                promptTokens,
                rates.dearest(OF_A_PROMPT),
                completionTokens,
                rates.dearest(OF_AN_ANSWER));
    }

    /// The longest answer that an amount buys, after the prompt: the inverse of [#most].
    ///
    /// @param nanoUsd for all calls together
    /// @return tokens of one call's answer; 0 where the amount does not even buy the prompt, or no price
    ///     is known
    public static long buys(long nanoUsd, long promptTokens, int calls, @Nullable Price price) {
        if (price == null) {
            return 0;
        }
        Price rates = price.ofPrompt(promptTokens);
        long dearest = rates.dearest(OF_AN_ANSWER);
        try {
            long one = Math.multiplyExact(nanoUsd, PICO_PER_NANO) / Math.max(1, calls);
            long left = one - add(rates.requestPico(), promptTokens, rates.dearest(OF_A_PROMPT));
            return left <= 0 ? 0 : dearest == 0 ? Long.MAX_VALUE : left / dearest;
        } catch (ArithmeticException absurd) {
            return 0;
        }
    }

    private static long total(
            int calls, long requestPico, long prompt, long promptPico, long completion, long completionPico) {
        try {
            long one = add(add(requestPico, prompt, promptPico), completion, completionPico);
            long pico = Math.multiplyExact(one, Math.max(1, calls));
            return Math.addExact(pico, PICO_PER_NANO / 2) / PICO_PER_NANO;
        } catch (ArithmeticException absurd) {
            return UNKNOWN;
        }
    }

    private static long add(long pico, long tokens, long picoPerToken) {
        return Math.addExact(pico, Math.multiplyExact(tokens, picoPerToken));
    }
}
