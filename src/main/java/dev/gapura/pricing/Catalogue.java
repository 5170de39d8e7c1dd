package dev.gapura.pricing;

import dev.gapura.config.Config;
import dev.gapura.pricing.ProviderTable.Model;
import dev.gapura.pricing.ProviderTable.Priced;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Models and prices by provider, as shipped and as the configuration says over it. A lookup walks the rules
/// of one provider and allocates little: microseconds, so it may be asked on an event loop. Immutable; any
/// thread.
public final class Catalogue {
    private static final ProviderTable NOTHING = new ProviderTable(List.of(), List.of(), List.of());

    private final Map<String, ProviderTable> providers;
    private final List<CatalogueOverride> overrides;

    Catalogue(Map<String, ProviderTable> providers, List<CatalogueOverride> overrides) {
        this.providers = Map.copyOf(providers);
        this.overrides = List.copyOf(overrides);
    }

    /// The catalogue as shipped, read from the class path: some tens of milliseconds, so not on an event
    /// loop.
    ///
    /// @param providers those that are set up; others are left out
    public static Catalogue shipped(Set<String> providers) {
        return CatalogueReader.shipped(providers);
    }

    /// The same catalogue under what a configuration says of single models. May read the class path: not on an
    /// event loop.
    ///
    /// @param said entries of the section `catalogue`, in the order of the file
    public Catalogue with(List<Config.CatalogueEntry> said) {
        List<CatalogueOverride> entries =
                said.stream().map(CatalogueOverride::new).toList();
        Map<String, ProviderTable> tables = new HashMap<>(providers);
        Set<String> kin = entries.stream()
                .map(CatalogueOverride::kinProvider)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        CatalogueReader.read(kin, tables);
        return new Catalogue(tables, entries);
    }

    /// What is known of a model.
    ///
    /// The model's own entry counts, or that of the model it is a dated name of. A name that is not known has the
    /// limits and abilities of the newest of its family at this provider, and no price of that: only rules written
    /// for the name itself give it one. Where the configuration says that a model is like another one, the other's
    /// entry is found, and its price too where both are one provider's.
    ///
    /// @param provider name in the configuration
    /// @param upstreamModel name as the provider knows it
    public CatalogueEntry find(String provider, String upstreamModel) {
        CatalogueOverride override = override(provider + "/" + upstreamModel);
        String kin = override == null ? null : override.kin();
        if (override == null || kin == null) {
            CatalogueEntry entry = shippedEntry(provider, upstreamModel);
            return override == null ? entry : override.over(entry);
        }
        String elsewhere = override.kinProvider();
        if (elsewhere == null || elsewhere.equals(provider)) {
            return override.over(shippedEntry(provider, kin));
        }
        CatalogueEntry like = shippedEntry(elsewhere, kin);
        // What another provider charges says nothing of this one.
        PriceList prices = shippedEntry(provider, upstreamModel).prices();
        return override.over(new CatalogueEntry(kin, elsewhere, like.facts(), like.own(), like.said(), prices));
    }

    private CatalogueEntry shippedEntry(String provider, String upstreamModel) {
        ProviderTable own = providers.getOrDefault(provider, NOTHING);
        List<ProviderTable> tables = new ArrayList<>();
        tables.add(own);
        own.fallbacks().forEach(name -> tables.add(providers.getOrDefault(name, NOTHING)));
        PriceList prices = null;
        ModelFacts facts = null;
        for (ProviderTable table : tables) {
            if (prices == null) {
                Priced priced = table.priced(upstreamModel);
                prices = priced == null ? null : priced.prices();
            }
            if (facts == null) {
                Model model = table.model(upstreamModel);
                facts = model == null ? null : model.facts();
            }
        }
        if (facts == null) {
            return new CatalogueEntry(
                    upstreamModel, null, family(tables, upstreamModel), ModelFacts.NONE, ModelFacts.NONE, prices);
        }
        ModelFacts whole = facts.isComplete() ? facts : facts.orElse(family(tables, upstreamModel));
        return new CatalogueEntry(upstreamModel, null, whole, facts, ModelFacts.NONE, prices);
    }

    private static ModelFacts family(List<ProviderTable> tables, String upstreamModel) {
        for (ProviderTable table : tables) {
            Model newest = table.newestOfFamily(upstreamModel);
            if (newest != null) {
                return newest.facts();
            }
        }
        return ModelFacts.NONE;
    }

    /// Entries of the configuration that are like a model which the catalogue does not know: one line each, for the
    /// log.
    public List<String> strangers() {
        List<String> lines = new ArrayList<>();
        for (CatalogueOverride override : overrides) {
            String kin = override.kin();
            String elsewhere = override.kinProvider();
            if (kin != null) {
                String provider = elsewhere == null ? override.provider() : elsewhere;
                if (!shippedEntry(provider, kin).known()) {
                    lines.add("catalogue: '" + override.name() + "' is like " + provider + "/" + kin
                            + ", which the catalogue does not know; it counts as the newest of its family");
                }
            }
        }
        return lines;
    }

    private @Nullable CatalogueOverride override(String name) {
        CatalogueOverride first = null;
        for (CatalogueOverride override : overrides) {
            if (override.isExactly(name)) {
                return override;
            }
            if (first == null && override.matches(name)) {
                first = override;
            }
        }
        return first;
    }

    /// Current chat models of a provider, and those that the configuration names, as the provider knows them,
    /// in order.
    public Set<String> models(String provider) {
        Set<String> names = new TreeSet<>();
        for (Model model : providers.getOrDefault(provider, NOTHING).models()) {
            if (model.listed()) {
                names.add(model.name());
            }
        }
        for (CatalogueOverride override : overrides) {
            String model = override.modelOf(provider);
            if (model != null) {
                names.add(model);
            }
        }
        return names;
    }
}
