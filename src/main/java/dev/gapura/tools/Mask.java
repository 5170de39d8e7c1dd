package dev.gapura.tools;

import dev.gapura.config.Secret;
import dev.gapura.config.ToolEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Takes our secrets out of what a service says: one that repeats what it was sent must not tell the model. Immutable;
/// any thread.
final class Mask {
    /// Shorter values are in every text by chance.
    private static final int SHORTEST = 6;

    private final List<String> secrets;

    /// Takes out what is secret in an entry.
    ///
    /// @param values headers such as `Bearer …`, of which the second word counts too, or variables
    static Mask of(ToolEntry entry, Collection<Secret> values) {
        List<Secret> all = new ArrayList<>(values);
        all.addAll(entry.secrets());
        return new Mask(all);
    }

    /// @param values as of [#of]
    Mask(Collection<Secret> values) {
        Set<String> all = new LinkedHashSet<>();
        values.stream().map(Secret::reveal).forEach(value -> {
            all.add(value);
            all.add(value.substring(value.indexOf(' ') + 1));
        });
        this.secrets = all.stream().filter(value -> value.length() >= SHORTEST).toList();
    }

    String of(String text) {
        String masked = text;
        for (String secret : secrets) {
            masked = masked.replace(secret, "***");
        }
        return masked;
    }
}
