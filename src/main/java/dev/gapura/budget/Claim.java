package dev.gapura.budget;

import dev.gapura.limit.Limited;
import java.util.ArrayList;
import java.util.List;

/// A budget that an exchange draws on.
///
/// @param limitNanoUsd most that may be spent and reserved of it together
public record Claim(Purse purse, long limitNanoUsd) {
    /// The budgets among the limits of a request.
    ///
    /// @param atMillis arrival of the request, milliseconds since the Unix epoch
    public static List<Claim> of(List<Limited> limits, long atMillis) {
        List<Claim> claims = new ArrayList<>();
        for (Limited limited : limits) {
            for (Span span : Span.values()) {
                Long limit = span.limit(limited.quota());
                if (limit != null) {
                    claims.add(new Claim(new Purse(limited.scope(), span, span.startMillis(atMillis)), limit));
                }
            }
        }
        return claims;
    }
}
