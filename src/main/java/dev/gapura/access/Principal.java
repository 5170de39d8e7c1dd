package dev.gapura.access;

import dev.gapura.config.Config;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who sent a request: a virtual key, without the key. Safe to log. Immutable; any thread.
public final class Principal {
    /// Organization of every key that no other was given: the one that the first start makes.
    public static final String DEFAULT_ORGANIZATION = "default";

    /// Whose key it is, by ids that never change: names may.
    ///
    /// @param keyId of the key; `config:NAME` for one of the configuration
    /// @param organization that it belongs to, null where it belongs to none
    /// @param team that it was made for, null where it was made for none
    /// @param person whose own key it is, null where it is nobody's
    public record Holder(
            String keyId,
            @Nullable String organization,
            @Nullable String team,
            @Nullable String person) {

        /// Holder of a key of the configuration, which is read-only here.
        static Holder ofConfiguration(String name) {
            return new Holder("config:" + name, DEFAULT_ORGANIZATION, null, null);
        }

        /// Holder of a key of `keys.json`, where data folders of older versions keep the first key.
        static Holder ofFile(String name) {
            return new Holder("file:" + name, DEFAULT_ORGANIZATION, null, null);
        }
    }

    private final Holder holder;
    private final String name;
    private final String keyPrefix;
    private final @Nullable List<NamePattern> models;
    private final @Nullable List<NamePattern> tools;
    private final List<String> offers;
    private final Config.@Nullable Bodies bodies;

    /// @param models patterns of models; null: all
    /// @param tools patterns of server tools; null: all
    /// @param offers patterns of server tools that the model is always given
    /// @param bodies whose bodies the history keeps; null: as it does for everybody
    Principal(
            Holder holder,
            String name,
            String keyPrefix,
            @Nullable List<String> models,
            @Nullable List<String> tools,
            List<String> offers,
            Config.@Nullable Bodies bodies) {
        this.holder = holder;
        this.name = name;
        this.keyPrefix = keyPrefix;
        this.models = patterns(models);
        this.tools = patterns(tools);
        this.offers = List.copyOf(offers);
        this.bodies = bodies;
    }

    private static @Nullable List<NamePattern> patterns(@Nullable List<String> texts) {
        return texts == null ? null : texts.stream().map(NamePattern::new).toList();
    }

    /// Whose key it is. What is counted, limited or kept for a key goes by its id.
    public Holder holder() {
        return holder;
    }

    /// Name of the key, as configured.
    public String name() {
        return name;
    }

    /// The first characters of the key, enough to tell keys apart and useless to call with.
    public String keyPrefix() {
        return keyPrefix;
    }

    /// Whether the key may call a model. Never blocks.
    ///
    /// @param model `provider/model`, or the name of an alias
    public boolean mayUse(String model) {
        return models == null || models.stream().anyMatch(pattern -> pattern.matches(model));
    }

    /// Whether the key may have a server tool run for it. Never blocks.
    ///
    /// @param tool its whole name, `docs.search`
    public boolean mayRun(String tool) {
        return tools == null || tools.stream().anyMatch(pattern -> pattern.matches(tool));
    }

    /// Whose bodies the history keeps, null where the key says nothing of it.
    public Config.@Nullable Bodies bodies() {
        return bodies;
    }

    /// Patterns of server tools that the model is given without being asked for.
    public List<String> offers() {
        return offers;
    }

    /// Whether the key may call a model that was asked for under another name: a key may be given an alias,
    /// or what stands behind it.
    ///
    /// @param asked the name in the request
    /// @param target `provider/model` it leads to
    public boolean mayUse(String asked, String target) {
        return mayUse(target) || (!asked.contains("/") && mayUse(asked));
    }

    @Override
    public String toString() {
        return name + " (" + keyPrefix + "…)";
    }
}
