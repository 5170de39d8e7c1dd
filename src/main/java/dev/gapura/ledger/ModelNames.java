package dev.gapura.ledger;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// Names of models in sums. A caller can ask for any name, and a row of sums for each would let it fill the database:
/// a model has rows of its own from when it answered for the first time since the start; failures before are counted
/// under [#OTHER]. The names that were used last are remembered. Used by the writer's thread.
final class ModelNames {
    static final String OTHER = "other";
    private static final int MOST = 10_000;

    private final Set<String> known = Collections.newSetFromMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MOST;
        }
    });

    /// Name under which an exchange is counted; empty where no provider was called.
    String of(Entry entry) {
        String model = entry.model();
        if (model == null) {
            return "";
        }
        String name = entry.provider() + "/" + model;
        if (entry.failure() == null || entry.tokens() != null) {
            known.add(name);
            return model;
        }
        return known.contains(name) ? model : OTHER;
    }
}
