package dev.gapura.pricing;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the catalogue knows of one provider. Immutable; any thread.
final class ProviderTable {
    /// A model by its own name.
    ///
    /// @param family words of the name
    /// @param listed whether it is current, so that a list of models shows it
    record Model(String name, ModelFamily family, ModelFacts facts, boolean listed) {}

    /// Prices, and the names they are for.
    ///
    /// @param id name of the entry, mostly that of a model
    record Priced(String id, List<NameRule> rules, PriceList prices) {
        Priced {
            rules = List.copyOf(rules);
        }

        boolean isFor(String name) {
            for (NameRule rule : rules) {
                if (rule.matches(name)) {
                    return true;
                }
            }
            return false;
        }
    }

    private final List<String> fallbacks;
    private final List<Model> models;
    private final Map<String, Model> byName = new HashMap<>();
    private final List<Priced> prices;
    private final Map<String, Priced> pricesByName = new HashMap<>();

    /// @param fallbacks providers whose models are also sold here, in the order in which to look
    /// @param prices in the order in which their rules are tried
    ProviderTable(List<String> fallbacks, List<Model> models, List<Priced> prices) {
        this.fallbacks = List.copyOf(fallbacks);
        this.models = List.copyOf(models);
        this.prices = List.copyOf(prices);
        models.forEach(model -> byName.put(lower(model.name()), model));
        for (Priced priced : prices) {
            for (NameRule rule : priced.rules()) {
                if (rule instanceof NameRule.Whole(String name)) {
                    pricesByName.putIfAbsent(name, priced);
                }
            }
        }
    }

    List<String> fallbacks() {
        return fallbacks;
    }

    List<Model> models() {
        return models;
    }

    List<Priced> prices() {
        return prices;
    }

    /// Prices of a name: those that name it first, then the first whose rules hold.
    @Nullable
    Priced priced(String name) {
        String lower = lower(name);
        Priced exact = pricesByName.get(lower);
        if (exact != null) {
            return exact;
        }
        for (Priced priced : prices) {
            if (priced.isFor(lower)) {
                return priced;
            }
        }
        return null;
    }

    /// The model of that name, or the one that it is a dated or regional name of: what is priced as one is
    /// one.
    @Nullable
    Model model(String name) {
        Model exact = byName.get(lower(name));
        if (exact != null) {
            return exact;
        }
        Priced priced = priced(name);
        return priced == null ? null : byName.get(lower(priced.id()));
    }

    /// The newest current model whose name begins most like the one asked for.
    @Nullable
    Model newestOfFamily(String name) {
        ModelFamily family = ModelFamily.of(name);
        Model nearest = null;
        int most = 0;
        for (Model model : models) {
            if (!model.listed() || model.facts().released() == null) {
                continue;
            }
            int shared = family.shared(model.family());
            if (shared > most || (shared > 0 && shared == most && isNewer(model, nearest))) {
                nearest = model;
                most = shared;
            }
        }
        return nearest;
    }

    private static boolean isNewer(Model model, @Nullable Model other) {
        return other == null
                || ModelFamily.NEWER.compare(
                                model.facts().released(), other.facts().released())
                        > 0;
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
