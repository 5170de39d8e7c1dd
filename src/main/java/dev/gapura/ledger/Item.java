package dev.gapura.ledger;

import dev.gapura.telemetry.ExchangeRecord;

/// An exchange on its way to the database.
///
/// @param id its key there
record Item(long id, ExchangeRecord exchange) {}
