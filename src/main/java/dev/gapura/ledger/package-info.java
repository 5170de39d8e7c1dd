/// The record of every exchange: written in batches, counted into usage, searched, and forgotten in time.
@org.jspecify.annotations.NullMarked
package dev.gapura.ledger;
