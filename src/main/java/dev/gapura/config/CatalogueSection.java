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
    /// What `reasoning_effort` may be.
    private static final List<String> EFFORTS = List.of("none", "minimal", "low", "medium", "high", "xhigh", "max");
    /// Tokens that may have a price of their own; `pricing` has the same.
    static final List<String> TOKEN_CLASSES = List.of(
            "input",
            "cached",
            "cache_write",
            "cache_write_hour",
            "audio_input",
            "cached_audio",
            "image_input",
            "cached_image",
            "video_input",
            "output",
            "reasoning",
            "audio_output",
            "image_output");

    private static final String PER_MILLION = "_usd_per_million";
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
                entry.text("like"),
                tokens(entry, "context_tokens"),
                tokens(entry, "input_tokens"),
                tokens(entry, "output_tokens"),
                inputs(document, entry),
                efforts(document, entry),
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
        return words(document, entry.path("inputs"), items, INPUTS);
    }

    private static List<String> efforts(Document document, Section entry) {
        List<Item> items = entry.items("efforts");
        return items == null ? List.of() : words(document, entry.path("efforts"), items, EFFORTS);
    }

    private static List<String> words(Document document, String path, List<Item> items, List<String> known) {
        for (Item item : items) {
            if (!known.contains(item.value())) {
                document.error(item.node(), path + ": " + item.shown() + " is not one of " + String.join(", ", known));
            }
        }
        return items.stream().map(Item::value).toList();
    }

    private static Config.@Nullable CataloguePrice price(Document document, Node key, Section entry) {
        Map<String, BigDecimal> classes = new LinkedHashMap<>();
        boolean any = false;
        for (String kind : TOKEN_CLASSES) {
            String member = kind + PER_MILLION;
            any |= entry.has(member);
            BigDecimal usd = entry.decimal(member, PLACES);
            if (usd != null) {
                classes.put(kind, usd);
            }
        }
        BigDecimal request = entry.decimal("request_usd", REQUEST_PLACES);
        BigDecimal search = entry.decimal("search_usd", REQUEST_PLACES);
        any |= entry.has("request_usd") || entry.has("search_usd");
        boolean both = entry.has("input" + PER_MILLION) && entry.has("output" + PER_MILLION);
        if (any && !both) {
            document.error(
                    key,
                    entry.path("input_usd_per_million") + " and output_usd_per_million belong together: "
                            + "a price in the file replaces the whole shipped one");
        }
        return classes.containsKey("input") && classes.containsKey("output")
                ? new Config.CataloguePrice(classes, request, search)
                : null;
    }
}
