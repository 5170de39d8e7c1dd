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

/// Reads `catalog/PROVIDER.json`, whose shape `catalogue/convert.py` defines: a file a provider, because most gateways
/// call three of them, and reading all takes longer than the rest of the start. Stateless.
final class CatalogueReader {
    private static final Pattern FILE_NAME = Pattern.compile("[a-z0-9_-]+");

    private CatalogueReader() {}

    static Catalogue shipped(Set<String> names) {
        Map<String, ProviderTable> tables = new HashMap<>();
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
        return new Catalogue(tables, List.of());
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
        Map<String, String> sources = new HashMap<>();
        provider.path("sources")
                .properties()
                .forEach(source -> sources.put(source.getKey(), described(source.getValue())));
        return table(provider, sources);
    }

    private static String described(JsonNode source) {
        return source.path("name").asText() + " " + source.path("version").asText() + " of "
                + source.path("date").asText();
    }

    private static ProviderTable table(JsonNode provider, Map<String, String> sources) {
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

    private static ModelFacts facts(JsonNode model, Map<String, String> sources) {
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
                texts(model.path("efforts")),
                day(model, "released"),
                source(model, sources));
    }

    /// The first word of `from` names a source, the rest is a place in it.
    private static String source(JsonNode entry, Map<String, String> sources) {
        String from = entry.path("from").asText();
        int space = from.indexOf(' ');
        String name = space < 0 ? from : from.substring(0, space);
        String described = sources.getOrDefault(name, name);
        return space < 0 ? described : described + ": " + from.substring(space + 1);
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
        String request = JsonTree.string(node, "request");
        return new Price(
                perToken(node, "prompt", base == null ? Price.NOT_SAID : base.promptPico()),
                perToken(node, "cached", base == null ? Price.NOT_SAID : base.cachedPico()),
                perToken(node, "write", base == null ? Price.NOT_SAID : base.cacheWritePico()),
                perToken(node, "completion", base == null ? Price.NOT_SAID : base.completionPico()),
                perToken(node, "reasoning", base == null ? Price.NOT_SAID : base.reasoningPico()),
                request == null ? (base == null ? 0 : base.requestPico()) : Price.perRequest(new BigDecimal(request)),
                tiers);
    }

    private static long perToken(JsonNode node, String name, long fallback) {
        String usd = JsonTree.string(node, name);
        return usd == null ? fallback : Price.perToken(new BigDecimal(usd));
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
