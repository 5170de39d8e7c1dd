package dev.gapura.telemetry;

import dev.gapura.chat.Usage;
import dev.gapura.failure.FailureKind;
import dev.gapura.pricing.Cost;
import dev.gapura.pricing.Price;
import org.jspecify.annotations.Nullable;

/// What an exchange costs, and how sure that is. Immutable; any thread.
///
/// @param costNanoUsd billionths of a US dollar, or [Cost#UNKNOWN]; never zero for what is not known
/// @param price rates it was counted with, null where there was nothing to count or no price is known
/// @param counted where the tokens come from
public record Charge(long costNanoUsd, @Nullable Price price, Counted counted) {
    /// Nothing was bought.
    public static final Charge NOTHING = new Charge(0, null, Counted.NOTHING);

    /// Where the tokens of an exchange come from.
    public enum Counted {
        /// No provider was called, or it refused the call: there are none.
        NOTHING,
        /// The provider reported them.
        REPORTED,
        /// The gateway counted what it saw.
        ESTIMATED,
        /// A provider was called and did not tell.
        UNKNOWN
    }

    /// What a call to a provider costs.
    ///
    /// @param usage as the provider reported it, null where it did not
    /// @param costNanoUsd what that costs, or [Cost#UNKNOWN]
    /// @param price rates at the time of the call, null where they are not known
    /// @param failure how the exchange ended, null where it ended well
    public static Charge of(
            @Nullable Usage usage, long costNanoUsd, @Nullable Price price, @Nullable FailureKind failure) {
        if (usage != null) {
            return new Charge(costNanoUsd, price, Counted.REPORTED);
        }
        return failure != null && isFree(failure) ? NOTHING : new Charge(Cost.UNKNOWN, null, Counted.UNKNOWN);
    }

    /// What a call to a provider costs that did not tell what it used.
    ///
    /// @param costNanoUsd by the gateway's own count, or [Cost#UNKNOWN]
    public static Charge estimated(long costNanoUsd, @Nullable Price price) {
        return new Charge(costNanoUsd, price, Counted.ESTIMATED);
    }

    /// Whether a call that ended so may have cost something.
    public static boolean mayCost(@Nullable FailureKind failure) {
        return failure == null || !isFree(failure);
    }

    /// Whether a call that ended so was refused before a model worked on it. A timeout or a broken
    /// connection is not: nobody knows what the provider did meanwhile.
    private static boolean isFree(FailureKind failure) {
        return switch (failure) {
            case INVALID_REQUEST,
                    UNAUTHENTICATED,
                    FORBIDDEN,
                    NOT_FOUND,
                    METHOD_NOT_ALLOWED,
                    SLOW_REQUEST,
                    LENGTH_REQUIRED,
                    BODY_TOO_LARGE,
                    TARGET_TOO_LONG,
                    UNSUPPORTED_MEDIA_TYPE,
                    EXPECTATION_FAILED,
                    CONFLICT,
                    IDEMPOTENCY_MISMATCH,
                    HEADERS_TOO_LARGE,
                    LOOP,
                    RATE_LIMITED,
                    BUDGET_EXCEEDED,
                    PROVIDER_REJECTED,
                    PROVIDER_NOT_FOUND,
                    PROVIDER_CONFLICT,
                    PROVIDER_TOO_LARGE,
                    PROVIDER_RATE_LIMITED,
                    PROVIDER_AUTH,
                    PROVIDER_UNREACHABLE,
                    PROVIDER_OVERLOADED,
                    PROVIDER_QUOTA,
                    TIMEOUT_CONNECT -> true;
            case CLIENT_GONE,
                    INTERRUPTED,
                    INTERNAL,
                    UNAVAILABLE,
                    PROVIDER_FAILED,
                    PROVIDER_UNREADABLE,
                    PROVIDER_CUT,
                    TIMEOUT_FIRST_TOKEN,
                    TIMEOUT_BETWEEN_CHUNKS,
                    TIMEOUT_TOTAL,
                    PROVIDER_TIMEOUT -> false;
        };
    }
}
