package dev.gapura.budget;

/// What became of a reservation.
public sealed interface Reserved {
    /// It is on disk.
    ///
    /// @param nanoUsd what was granted; less than was wanted where the budget buys no more
    record Granted(long nanoUsd) implements Reserved {}

    /// A budget does not buy what was asked for; nothing was reserved.
    ///
    /// @param leftNanoUsd what is neither spent nor reserved of it
    /// @param spentNanoUsd what is spent of it for good
    record Exhausted(Claim claim, long leftNanoUsd, long spentNanoUsd) implements Reserved {
        /// Whether the budget would buy so much if everything that is reserved cost nothing.
        public boolean mayBuyLater(long nanoUsd) {
            return claim.limitNanoUsd() - spentNanoUsd >= nanoUsd;
        }
    }
}
