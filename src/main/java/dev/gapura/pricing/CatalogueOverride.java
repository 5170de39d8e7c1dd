package dev.gapura.pricing;

import dev.gapura.config.Config;
import dev.gapura.pricing.ModelFacts.Ability;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One entry of the configuration's section `catalogue`. Immutable; any thread.
final class CatalogueOverride {
    private static final String SOURCE = "configuration";

    private final Config.CatalogueEntry said;
    private final @Nullable Pattern pattern;

    CatalogueOverride(Config.CatalogueEntry said) {
        this.said = said;
        this.pattern = said.name().contains("*") ? pattern(said.name()) : null;
    }

    private static Pattern pattern(String name) {
        return Pattern.compile(
                Stream.of(name.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")), Pattern.DOTALL);
    }

    boolean isExactly(String name) {
        return pattern == null && said.name().equals(name);
    }

    boolean matches(String name) {
        return pattern != null && pattern.matcher(name).matches();
    }

    /// The model this names at a provider, or null where it is a pattern or for another provider.
    @Nullable
    String modelOf(String provider) {
        String prefix = provider + "/";
        return pattern == null && said.name().startsWith(prefix) ? said.name().substring(prefix.length()) : null;
    }

    CatalogueEntry over(CatalogueEntry shipped) {
        PriceList prices = said.price() == null ? shipped.prices() : prices(said.price());
        return new CatalogueEntry(facts(shipped.facts()), shipped.known() || saysFacts(), prices);
    }

    private boolean saysFacts() {
        return said.contextTokens() != null
                || said.inputTokens() != null
                || said.outputTokens() != null
                || said.inputs() != null;
    }

    private ModelFacts facts(ModelFacts shipped) {
        Map<Ability, Boolean> abilities = new EnumMap<>(Ability.class);
        abilities.putAll(shipped.abilities());
        said.abilities().forEach((name, value) -> abilities.put(Ability.valueOf(name.toUpperCase(Locale.ROOT)), value));
        Integer context = said.contextTokens();
        Integer input = said.inputTokens();
        Integer output = said.outputTokens();
        List<String> inputs = said.inputs();
        return new ModelFacts(
                context == null ? shipped.contextTokens() : context,
                // The prompt's own limit belongs to the context it was shipped with.
                input == null ? (context == null ? shipped.inputTokens() : 0) : input,
                output == null ? shipped.outputTokens() : output,
                inputs == null ? shipped.inputs() : inputs,
                shipped.outputs(),
                abilities,
                shipped.efforts(),
                shipped.released(),
                saysFacts() || !said.abilities().isEmpty() ? SOURCE : shipped.source());
    }

    private static PriceList prices(Config.CataloguePrice price) {
        BigDecimal request = price.requestUsd();
        Price flat = new Price(
                Price.perToken(price.inputUsdPerMillion()),
                orNot(price.cachedUsdPerMillion()),
                orNot(price.cacheWriteUsdPerMillion()),
                Price.perToken(price.outputUsdPerMillion()),
                orNot(price.reasoningUsdPerMillion()),
                request == null ? 0 : Price.perRequest(request),
                List.of());
        return new PriceList(List.of(new PriceList.Row(null, null, null, flat)), SOURCE);
    }

    private static long orNot(@Nullable BigDecimal usdPerMillion) {
        return usdPerMillion == null ? Price.NOT_SAID : Price.perToken(usdPerMillion);
    }
}
