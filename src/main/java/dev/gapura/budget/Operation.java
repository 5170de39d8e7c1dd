package dev.gapura.budget;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/// One thing to be done to reservations.
sealed interface Operation {
    /// The exchange that it is about.
    String id();

    /// The rows that it changes.
    List<Purse> purses();

    /// Whether nobody waits for it any more, so that it need not be done.
    boolean isGivenUp();

    /// Reserves, before the first call.
    ///
    /// @param reservation with the amount that is wanted
    /// @param least what would do
    record Reserve(OpenReservation reservation, List<Claim> claims, long least, CompletableFuture<Reserved> result)
            implements Operation {
        @Override
        public String id() {
            return reservation.id();
        }

        @Override
        public List<Purse> purses() {
            return reservation.purses();
        }

        @Override
        public boolean isGivenUp() {
            return result.isDone();
        }
    }

    /// Changes what is reserved, before a further call.
    ///
    /// @param change more, or less where an earlier call cost less than was reserved for it
    record Extend(String id, List<Claim> claims, long change, CompletableFuture<Reserved> result) implements Operation {
        @Override
        public List<Purse> purses() {
            return claims.stream().map(Claim::purse).toList();
        }

        @Override
        public boolean isGivenUp() {
            return result.isDone();
        }
    }

    /// Settles, at the end. Done until it is done.
    ///
    /// @param nanoUsd what the exchange cost
    record Settle(String id, List<Purse> purses, long nanoUsd, CompletableFuture<Boolean> result) implements Operation {
        @Override
        public boolean isGivenUp() {
            return false;
        }
    }
}
