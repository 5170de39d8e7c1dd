package dev.gapura.budget;

/// Is told of what is spent. Called on threads of the store after the commit; must not block.
@FunctionalInterface
public interface SpendListener {
    /// Nobody listens.
    SpendListener NONE = (purse, settledNanoUsd, refused) -> {};

    /// Something was settled, or a reservation refused.
    ///
    /// @param settledNanoUsd what is spent of the purse for good
    /// @param refused whether a budget of it did not buy what was asked for
    void spent(Purse purse, long settledNanoUsd, boolean refused);
}
