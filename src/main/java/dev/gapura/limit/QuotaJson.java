package dev.gapura.limit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.config.Quota;
import dev.gapura.failure.Failure;
import dev.gapura.failure.GatewayException;
import dev.gapura.wire.JsonTree;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// A quota as JSON, with the names that the configuration file has: `requests_per_minute`, `usd_per_day`. What is not
/// limited is left out. Pure.
public final class QuotaJson {
    private static final int NANO_PLACES = 9;

    private QuotaJson() {}

    /// Writes one.
    public static ObjectNode of(Quota quota) {
        ObjectNode out = JsonTree.object();
        put(out, "requests_per_minute", quota.requestsPerMinute());
        put(out, "requests_per_day", quota.requestsPerDay());
        put(out, "tokens_per_minute", quota.tokensPerMinute());
        put(out, "tokens_per_day", quota.tokensPerDay());
        put(out, "concurrent", quota.concurrent());
        putUsd(out, "usd_per_day", quota.nanoUsdPerDay());
        putUsd(out, "usd_per_month", quota.nanoUsdPerMonth());
        putUsd(out, "usd_total", quota.nanoUsdTotal());
        return out;
    }

    /// Reads one; members that are absent or null limit nothing.
    ///
    /// @throws GatewayException 400 with the member that is wrong
    public static Quota read(JsonNode in) {
        return new Quota(
                count(in, "requests_per_minute"),
                count(in, "requests_per_day"),
                count(in, "tokens_per_minute"),
                count(in, "tokens_per_day"),
                count(in, "concurrent"),
                money(in, "usd_per_day"),
                money(in, "usd_per_month"),
                money(in, "usd_total"));
    }

    /// Nanodollars as dollars, without an exponent.
    public static BigDecimal usd(long nanoUsd) {
        BigDecimal usd = BigDecimal.valueOf(nanoUsd, NANO_PLACES).stripTrailingZeros();
        return usd.scale() < 0 ? usd.setScale(0) : usd;
    }

    private static void put(ObjectNode out, String name, @Nullable Long value) {
        if (value != null) {
            out.put(name, value);
        }
    }

    private static void putUsd(ObjectNode out, String name, @Nullable Long nanoUsd) {
        if (nanoUsd != null) {
            out.put(name, usd(nanoUsd));
        }
    }

    private static @Nullable Long count(JsonNode in, String name) {
        JsonNode value = in.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToLong()
                || value.longValue() < 1
                || value.longValue() > Quota.MOST) {
            throw new GatewayException(
                    Failure.invalid(name, name + " must be a whole number within 1.." + Quota.MOST + ", or null."));
        }
        return value.longValue();
    }

    private static @Nullable Long money(JsonNode in, String name) {
        JsonNode value = in.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        try {
            BigDecimal usd = value.isNumber() ? value.decimalValue() : new BigDecimal("-1");
            if (usd.signum() >= 0 && usd.precision() - usd.scale() <= 9) {
                return usd.movePointRight(NANO_PLACES).longValueExact();
            }
        } catch (ArithmeticException tooFine) {
            // It is told below.
        }
        throw new GatewayException(Failure.invalid(
                name, name + " must be an amount of US dollars such as 2.50, with at most nine decimals, or null."));
    }
}
