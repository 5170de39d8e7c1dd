package dev.gapura.budget;

import java.util.List;

/// A reservation as its row holds it.
///
/// @param id of the exchange: its request id
/// @param openedMillis arrival of the exchange, milliseconds since the Unix epoch
/// @param nanoUsd what is reserved
/// @param purses what it is reserved of
/// @param about what the ledger needs to know of the exchange if its process dies, as a JSON object
public record OpenReservation(String id, long openedMillis, long nanoUsd, List<Purse> purses, String about) {
    public OpenReservation {
        if (nanoUsd < 0) {
            throw new IllegalArgumentException("a reservation of less than nothing: " + nanoUsd);
        }
        purses = List.copyOf(purses);
    }
}
