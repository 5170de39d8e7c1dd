package dev.gapura.config;

import java.math.BigDecimal;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// How much one key, team, organisation, model, end user or everybody together may use. A measure that is absent is not
/// limited. Rates roll: what was used comes back evenly over the minute or the day. Money is counted by calendar days
/// and months in UTC. Immutable; any thread.
///
/// @param requestsPerMinute requests a minute
/// @param requestsPerDay requests a day
/// @param tokensPerMinute tokens of prompts and answers a minute
/// @param tokensPerDay tokens of prompts and answers a day
/// @param concurrent requests at a time
/// @param nanoUsdPerDay billionths of a US dollar a day
/// @param nanoUsdPerMonth billionths of a US dollar a month
/// @param nanoUsdTotal billionths of a US dollar in all
public record Quota(
        @Nullable Long requestsPerMinute,
        @Nullable Long requestsPerDay,
        @Nullable Long tokensPerMinute,
        @Nullable Long tokensPerDay,
        @Nullable Long concurrent,
        @Nullable Long nanoUsdPerDay,
        @Nullable Long nanoUsdPerMonth,
        @Nullable Long nanoUsdTotal) {

    /// Nothing is limited.
    public static final Quota NONE = new Quota(null, null, null, null, null, null, null, null);

    /// Largest number of a rate: what is counted of it in a day stays a whole number of 64 bits.
    public static final long MOST = 10_000_000_000L;

    /// Decimal places of a nanodollar.
    private static final int NANO_PLACES = 9;

    /// Whether it limits nothing.
    public boolean isNone() {
        return equals(NONE);
    }

    /// Whether it limits money.
    public boolean limitsMoney() {
        return Stream.of(nanoUsdPerDay, nanoUsdPerMonth, nanoUsdTotal).anyMatch(Objects::nonNull);
    }

    /// Reads the members of a mapping and closes it.
    static Quota read(Section section) {
        Quota quota = new Quota(
                count(section, "requests_per_minute"),
                count(section, "requests_per_day"),
                count(section, "tokens_per_minute"),
                count(section, "tokens_per_day"),
                count(section, "concurrent"),
                money(section, "usd_per_day"),
                money(section, "usd_per_month"),
                money(section, "usd_total"));
        section.close();
        return quota;
    }

    private static @Nullable Long count(Section section, String member) {
        return section.has(member) ? (Long) section.whole(member, 1, 1, MOST) : null;
    }

    private static @Nullable Long money(Section section, String member) {
        BigDecimal usd = section.decimal(member, NANO_PLACES);
        return usd == null ? null : (Long) usd.movePointRight(NANO_PLACES).longValueExact();
    }
}
