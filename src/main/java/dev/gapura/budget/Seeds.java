package dev.gapura.budget;

import java.util.concurrent.CompletableFuture;

/// Says what was spent in a span before its first reservation: a budget that is set in the middle of a month counts
/// what the ledger knows of the month.
@FunctionalInterface
public interface Seeds {
    /// @return nanodollars; fails where the ledger does not answer
    CompletableFuture<Long> spent(Purse purse);
}
