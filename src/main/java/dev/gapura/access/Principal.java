package dev.gapura.access;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who sent a request: a virtual key, without the key. Safe to log. Immutable; any thread.
public final class Principal {
    private final String name;
    private final String keyPrefix;
    private final @Nullable List<ModelPattern> models;

    Principal(String name, String keyPrefix, @Nullable List<String> models) {
        this.name = name;
        this.keyPrefix = keyPrefix;
        this.models =
                models == null ? null : models.stream().map(ModelPattern::new).toList();
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
        if (models == null) {
            return true;
        }
        for (ModelPattern pattern : models) {
            if (pattern.matches(model)) {
                return true;
            }
        }
        return false;
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
