package dev.gapura.config;

import dev.gapura.config.Document.Item;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Warns of names in a configuration that lead to nothing in it, which is allowed and hardly ever meant. Asked after
/// everything else was read without a problem. Used by one thread, once.
final class Unmatched {
    private final Document document;
    private final Section top;
    private final Set<String> providers;
    private final Set<String> aliases;
    private final Set<String> tools;

    /// @param known names of providers that need no entry
    Unmatched(Document document, Section top, Set<String> known) {
        this.document = document;
        this.top = top;
        this.providers = new TreeSet<>(known);
        providers.addAll(top.section("providers").named().keySet());
        this.aliases = new TreeSet<>(top.section("models").named().keySet());
        this.tools = new TreeSet<>(top.section("tools").named().keySet());
    }

    void warn() {
        Set<String> keys = new LinkedHashSet<>();
        for (Section key : top.section("auth").sections("keys")) {
            String name = key.text("name");
            if (name != null) {
                keys.add(name);
            }
            models(key);
            names(key, "tools", tools, "tool");
            names(key, "offer", tools, "tool");
        }
        Section patterns = top.section("limits").section("models");
        patterns.named().forEach((pattern, member) -> {
            if (!leads(pattern, providers, Set.of())) {
                document.warn(
                        member.getKeyNode(),
                        patterns.path(pattern) + " matches no model: there is no such provider"
                                + Nearest.question(provider(pattern), providers));
            }
        });
        Section entries = top.section("tools");
        entries.named()
                .forEach((name, member) ->
                        names(new Section(document, entries.path(name), member.getValueNode()), "keys", keys, "key"));
    }

    private void models(Section key) {
        List<Item> patterns = key.items("models");
        for (Item item : patterns == null ? List.<Item>of() : patterns) {
            String pattern = item.value();
            if (!leads(pattern, providers, aliases)) {
                document.warn(
                        item.node(),
                        key.path("models") + ": " + item.shown() + " matches no provider and no alias"
                                + (pattern.contains("/")
                                        ? Nearest.question(provider(pattern), providers)
                                        : Nearest.question(pattern, aliases)));
            }
        }
    }

    /// Warns of names that are nearly one of the file's. Others may stand in the database.
    private void names(Section section, String member, Set<String> known, String what) {
        List<Item> names = section.items(member);
        for (Item item : names == null ? List.<Item>of() : names) {
            String value = item.value();
            String name = what.equals("tool") && value.contains(".") ? value.substring(0, value.indexOf('.')) : value;
            String question = Nearest.question(name, known);
            if (!name.contains("*") && !known.contains(name) && !question.isEmpty()) {
                document.warn(
                        item.node(),
                        section.path(member) + ": no " + what + " of this file is named '" + name + "'" + question);
            }
        }
    }

    /// Whether a pattern can match a model of a provider, or an alias.
    private static boolean leads(String pattern, Set<String> providers, Set<String> aliases) {
        int star = pattern.indexOf('*');
        String start = star < 0 ? pattern : pattern.substring(0, star);
        return providers.stream()
                        .map(name -> name + "/")
                        .anyMatch(name -> start.startsWith(name) || (star >= 0 && name.startsWith(start)))
                || aliases.stream().anyMatch(alias -> star < 0 ? alias.equals(start) : alias.startsWith(start));
    }

    private static String provider(String pattern) {
        int slash = pattern.indexOf('/');
        return slash < 0 ? pattern : pattern.substring(0, slash);
    }
}
