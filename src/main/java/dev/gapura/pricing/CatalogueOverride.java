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
    private static final Source SOURCE = new Source("configuration", null);

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

    String name() {
        return said.name();
    }

    /// The provider of the models this speaks of.
    String provider() {
        return said.name().substring(0, said.name().indexOf('/'));
    }

    /// The provider whose model this one is said to be like, where it is another one; otherwise null.
    @Nullable
    String kinProvider() {
        String like = said.like();
        int slash = like == null ? -1 : like.indexOf('/');
        return like == null || slash < 0 ? null : like.substring(0, slash);
    }

    /// The model this one is said to be like, null where it is like no other.
    @Nullable
    String kin() {
        String like = said.like();
        return like == null ? null : like.substring(like.indexOf('/') + 1);
    }

    /// An entry under what is said here.
    CatalogueEntry over(CatalogueEntry shipped) {
        PriceList prices = said.price() == null ? shipped.prices() : prices(said.price());
        ModelFacts facts = facts();
        return new CatalogueEntry(
                shipped.kin(),
                shipped.kinProvider(),
                shipped.facts().under(facts),
                shipped.own().under(facts),
                facts,
                prices);
    }

    private ModelFacts facts() {
        Map<Ability, Boolean> abilities = new EnumMap<>(Ability.class);
        said.abilities().forEach((name, value) -> abilities.put(Ability.valueOf(name.toUpperCase(Locale.ROOT)), value));
        return new ModelFacts(
                orNone(said.contextTokens()),
                orNone(said.inputTokens()),
                orNone(said.outputTokens()),
                said.inputs() == null ? List.of() : said.inputs(),
                List.of(),
                abilities,
                null,
                said.efforts(),
                null,
                SOURCE);
    }

    private static int orNone(@Nullable Integer tokens) {
        return tokens == null ? 0 : tokens;
    }

    private static PriceList prices(Config.CataloguePrice price) {
        Map<TokenClass, Long> rates = new EnumMap<>(TokenClass.class);
        price.usdPerMillion()
                .forEach((name, usd) ->
                        rates.put(TokenClass.valueOf(name.toUpperCase(Locale.ROOT)), Price.perToken(usd)));
        Price flat = new Price(rates, perUse(price.requestUsd()), perUse(price.searchUsd()), List.of());
        return new PriceList(List.of(new PriceList.Row(null, null, null, flat)), SOURCE);
    }

    private static long perUse(@Nullable BigDecimal usd) {
        return usd == null ? 0 : Price.perRequest(usd);
    }
}
