package dev.gapura.budget;

/// What became of a reservation.
public sealed interface Reserved {
    /// It is on disk.
    ///
    /// @param nanoUsd what was granted; less than was wanted where the budget buys no more
    record Granted(long nanoUsd) implements Reserved {}

    /// A budget is used up; nothing was reserved.
    ///
    /// @param leftNanoUsd what it has left
    record Exhausted(Claim claim, long leftNanoUsd) implements Reserved {}
}
