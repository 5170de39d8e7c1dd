package dev.gapura.config;

import dev.gapura.config.Document.Item;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/// Reads the section `catalogue`: `"provider/model": { context_tokens, input_usd_per_million, … }`.
final class CatalogueSection {
    private static final List<String> INPUTS = List.of("text", "image", "audio", "video", "file");
    private static final List<String> ABILITIES = List.of("tools", "reasoning", "json_schema", "temperature");
    /// A millionth of a dollar for a million tokens is the smallest unit that costs are counted in.
    private static final int PLACES = 6;
    /// The same for a request, whose cost is one thing.
    private static final int REQUEST_PLACES = 9;

    private CatalogueSection() {}

    static List<Config.CatalogueEntry> read(Document document, Section section) {
        List<Config.CatalogueEntry> entries = new ArrayList<>();
        section.named().forEach((name, member) -> {
            int slash = name.indexOf('/');
            if (slash <= 0 || slash == name.length() - 1) {
                document.error(
                        member.getKeyNode(),
                        section.path(name) + " must be named provider/model, such as openai/gpt-5 or ollama/*");
            }
            Section entry = new Section(document, section.path(name), member.getValueNode());
            entries.add(entry(document, name, member.getKeyNode(), entry));
            entry.close();
        });
        return entries;
    }

    private static Config.CatalogueEntry entry(Document document, String name, Node key, Section entry) {
        Map<String, Boolean> abilities = new LinkedHashMap<>();
        for (String ability : ABILITIES) {
            if (entry.has(ability)) {
                abilities.put(ability, entry.bool(ability, false));
            }
        }
        return new Config.CatalogueEntry(
                name,
                tokens(entry, "context_tokens"),
                tokens(entry, "input_tokens"),
                tokens(entry, "output_tokens"),
                inputs(document, entry),
                abilities,
                price(document, key, entry));
    }

    private static @Nullable Integer tokens(Section entry, String key) {
        return entry.has(key) ? entry.integer(key, 1, 1, Integer.MAX_VALUE) : null;
    }

    private static @Nullable List<String> inputs(Document document, Section entry) {
        List<Item> items = entry.items("inputs");
        if (items == null) {
            return null;
        }
        for (Item item : items) {
            if (!INPUTS.contains(item.value())) {
                document.error(
                        item.node(),
                        entry.path("inputs") + ": " + item.shown() + " is not one of " + String.join(", ", INPUTS));
            }
        }
        return items.stream().map(Item::value).toList();
    }

    private static Config.@Nullable CataloguePrice price(Document document, Node key, Section entry) {
        BigDecimal input = entry.decimal("input_usd_per_million", PLACES);
        BigDecimal output = entry.decimal("output_usd_per_million", PLACES);
        BigDecimal cached = entry.decimal("cached_usd_per_million", PLACES);
        BigDecimal written = entry.decimal("cache_write_usd_per_million", PLACES);
        BigDecimal reasoning = entry.decimal("reasoning_usd_per_million", PLACES);
        BigDecimal request = entry.decimal("request_usd", REQUEST_PLACES);
        boolean both = entry.has("input_usd_per_million") && entry.has("output_usd_per_million");
        boolean any = entry.has("input_usd_per_million")
                || entry.has("output_usd_per_million")
                || cached != null
                || written != null
                || reasoning != null
                || request != null;
        if (any && !both) {
            document.error(
                    key,
                    entry.path("input_usd_per_million") + " and output_usd_per_million belong together: "
                            + "a price in the file replaces the whole shipped one");
        }
        return input == null || output == null
                ? null
                : new Config.CataloguePrice(input, output, cached, written, reasoning, request);
    }
}
