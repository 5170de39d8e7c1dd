package dev.gapura.conformance;

import java.util.List;

/// What of the results is shown. Immutable; any thread.
///
/// @param targets in order
/// @param features in order
/// @param byFeature whether each feature has a table with a row for each provider, and not the other way round
public record Selection(List<Target> targets, List<Feature> features, boolean byFeature) {
    /// Copies the lists.
    public Selection {
        targets = List.copyOf(targets);
        features = List.copyOf(features);
    }

    /// All of it, a table for each provider.
    public static Selection all(Conformance conformance) {
        return new Selection(conformance.targets(), List.of(Feature.values()), false);
    }
}
