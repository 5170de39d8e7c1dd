package dev.gapura.pricing;

import org.jspecify.annotations.Nullable;

/// What is known of one model at one provider. Immutable; any thread.
///
/// @param facts limits and abilities
/// @param known whether these are the model's own; otherwise those of its family's newest, or nothing
/// @param prices null where nobody says: the cost is unknown then, never zero
public record CatalogueEntry(
        ModelFacts facts, boolean known, @Nullable PriceList prices) {}
