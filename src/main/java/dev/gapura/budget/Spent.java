package dev.gapura.budget;

/// What is gone of a budget.
///
/// @param settledNanoUsd what exchanges cost that are over
/// @param reservedNanoUsd what is held back for those under way
public record Spent(Claim claim, long settledNanoUsd, long reservedNanoUsd) {
    /// What is left, in nanodollars.
    public long leftNanoUsd() {
        return Math.max(0, claim.limitNanoUsd() - settledNanoUsd - reservedNanoUsd);
    }
}
