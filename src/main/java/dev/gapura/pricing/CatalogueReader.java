package dev.gapura.pricing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.pricing.ModelFacts.Ability;
import dev.gapura.pricing.PriceList.Hours;
import dev.gapura.pricing.ProviderTable.Model;
import dev.gapura.pricing.ProviderTable.Priced;
import dev.gapura.wire.JsonTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads `catalog/PROVIDER.json`, whose shape `catalogue/convert.py` defines: a file a provider, because most
/// gateways call three of them, and reading all takes longer than the rest of the start. Stateless.
final class CatalogueReader {
    private static final Pattern FILE_NAME = Pattern.compile("[a-z0-9_-]+");

    private CatalogueReader() {}

    static Catalogue shipped(Set<String> names) {
        Map<String, ProviderTable> tables = new HashMap<>();
        read(names, tables);
        return new Catalogue(tables, List.of());
    }

    /// Reads the files of some providers, and of those they fall back to, unless they are there.
    static void read(Set<String> names, Map<String, ProviderTable> tables) {
        Deque<String> wanted = new ArrayDeque<>(names);
        while (!wanted.isEmpty()) {
            String name = wanted.removeFirst();
            byte[] bytes = tables.containsKey(name) ? null : resource(name);
            if (bytes != null) {
                ProviderTable table = read(bytes);
                tables.put(name, table);
                wanted.addAll(table.fallbacks());
            }
        }
    }

    private static byte @Nullable [] resource(String provider) {
        if (!FILE_NAME.matcher(provider).matches()) {
            return null;
        }
        try (InputStream in = CatalogueReader.class.getResourceAsStream("catalog/" + provider + ".json")) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    static ProviderTable read(byte[] bytes) {
        JsonNode provider = JsonTree.read(bytes, 0, bytes.length);
        Map<String, Source> sources = new HashMap<>();
        provider.path("sources")
                .properties()
                .forEach(source -> sources.put(source.getKey(), described(source.getValue())));
        return table(provider, sources);
    }

    private static Source described(JsonNode source) {
        return new Source(
                source.path("name").asText() + " " + source.path("version").asText(), JsonTree.string(source, "date"));
    }

    private static ProviderTable table(JsonNode provider, Map<String, Source> sources) {
        List<Model> models = new ArrayList<>();
        provider.path("models").properties().forEach(member -> {
            String name = member.getKey();
            JsonNode model = member.getValue();
            models.add(new Model(
                    name,
                    ModelFamily.of(name),
                    facts(model, sources),
                    !model.path("unlisted").asBoolean()));
        });
        List<Priced> prices = new ArrayList<>();
        provider.path("prices").properties().forEach(member -> {
            JsonNode entry = member.getValue();
            List<PriceList.Row> rows = new ArrayList<>();
            entry.path("rows").forEach(row -> rows.add(row(row)));
            prices.add(new Priced(
                    member.getKey(),
                    texts(entry.path("match")).stream().map(NameRule::of).toList(),
                    new PriceList(rows, source(entry, sources))));
        });
        return new ProviderTable(texts(provider.path("fallback")), models, prices);
    }

    private static ModelFacts facts(JsonNode model, Map<String, Source> sources) {
        List<String> unsaid = texts(model.path("unsaid"));
        Map<Ability, Boolean> abilities = new EnumMap<>(Ability.class);
        if (model.has("can")) {
            List<String> can = texts(model.path("can"));
            for (Ability ability : Ability.values()) {
                String name = ability.name().toLowerCase(Locale.ROOT);
                if (!unsaid.contains(name)) {
                    abilities.put(ability, can.contains(name));
                }
            }
        }
        return new ModelFacts(
                (int) JsonTree.number(model, "context", 0),
                (int) JsonTree.number(model, "input", 0),
                (int) JsonTree.number(model, "output", 0),
                texts(model.path("inputs")),
                texts(model.path("outputs")),
                abilities,
                JsonTree.string(model, "thinking"),
                texts(model.path("efforts")),
                day(model, "released"),
                source(model, sources));
    }

    /// The first word of `from` names a source, the rest is a place in it.
    private static Source source(JsonNode entry, Map<String, Source> sources) {
        String from = entry.path("from").asText();
        int space = from.indexOf(' ');
        String name = space < 0 ? from : from.substring(0, space);
        Source described = sources.getOrDefault(name, new Source(name, null));
        return space < 0
                ? described
                : new Source(described.name() + ": " + from.substring(space + 1), described.date());
    }

    private static PriceList.Row row(JsonNode row) {
        List<Price.Tier> tiers = new ArrayList<>();
        Price base = price(row, null, List.of());
        row.path("above")
                .forEach(tier -> tiers.add(
                        new Price.Tier(JsonTree.number(tier, "tokens", Long.MAX_VALUE), price(tier, base, List.of()))));
        String hours = JsonTree.string(row, "hours");
        return new PriceList.Row(
                day(row, "since"),
                hours == null
                        ? null
                        : new Hours(LocalTime.parse(hours.substring(0, 5)), LocalTime.parse(hours.substring(6))),
                JsonTree.string(row, "tier"),
                price(row, null, tiers));
    }

    /// @param base what counts for a class that a tier does not name
    private static Price price(JsonNode node, @Nullable Price base, List<Price.Tier> tiers) {
        Map<TokenClass, Long> rates = new EnumMap<>(TokenClass.class);
        if (base != null) {
            rates.putAll(base.rates());
        }
        for (TokenClass kind : TokenClass.values()) {
            String usd = JsonTree.string(node, kind.text());
            if (usd != null) {
                rates.put(kind, Price.perToken(new BigDecimal(usd)));
            }
        }
        return new Price(
                rates,
                one(node, "request", base == null ? 0 : base.requestPico()),
                one(node, "search", base == null ? 0 : base.searchPico()),
                tiers);
    }

    private static long one(JsonNode node, String name, long fallback) {
        String usd = JsonTree.string(node, name);
        return usd == null ? fallback : Price.perRequest(new BigDecimal(usd));
    }

    private static @Nullable LocalDate day(JsonNode node, String name) {
        String day = JsonTree.string(node, name);
        return day == null ? null : LocalDate.parse(day);
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return List.copyOf(texts);
    }
}
