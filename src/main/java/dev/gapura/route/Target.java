package dev.gapura.route;

import dev.gapura.provider.Provider;

/// Where a request goes.
///
/// @param provider who is called
/// @param upstreamModel name of the model there
/// @param asked name in the request: `provider/model` or an alias
public record Target(Provider provider, String upstreamModel, String asked) {

    /// The same target in the language in which its provider knows a model of that name.
    public Target inLanguageOf(String model) {
        return new Target(provider.forModel(model), upstreamModel, asked);
    }

    /// `provider/model`, which is what key patterns and metrics speak of.
    public String name() {
        return provider.name() + "/" + upstreamModel;
    }
}
