package dev.gapura.store;

/// What a failed statement means for the work that made it.
enum Trouble {
    /// The database is away, full or not ours to write: the same work may succeed later, on a new connection.
    OUTAGE,
    /// It lost against somebody else's: the same work may succeed at once.
    AGAIN,
    /// A row with that key is there already.
    CONFLICT,
    /// The statement or its values are wrong, now and later.
    FAULT
}
