package dev.gapura.limit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where a caller stands after a request was counted: the tightest limit of requests and of tokens. Immutable.
///
/// @param requests null where requests are not limited over time
/// @param tokens null where tokens are not limited
public record Standing(@Nullable Left requests, @Nullable Left tokens) {
    /// Nothing is limited.
    public static final Standing FREE = new Standing(null, null);

    /// What is left of one count.
    ///
    /// @param left whole ones
    /// @param resetMillis milliseconds until nothing of it is used any more
    public record Left(Counter counter, long left, long resetMillis) {}

    /// The tightest of all.
    static Standing of(List<Left> all) {
        Left requests = null;
        Left tokens = null;
        for (Left one : all) {
            if (one.counter().measure().ofRequests()) {
                requests = tighter(requests, one);
            } else if (one.counter().measure().ofTokens()) {
                tokens = tighter(tokens, one);
            }
        }
        return new Standing(requests, tokens);
    }

    private static Left tighter(@Nullable Left one, Left other) {
        if (one == null || other.left() < one.left()) {
            return other;
        }
        return other.left() == one.left() && other.resetMillis() > one.resetMillis() ? other : one;
    }
}
