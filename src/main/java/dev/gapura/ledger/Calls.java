package dev.gapura.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.telemetry.ProviderCall;
import dev.gapura.wire.JsonTree;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The attempts of an exchange as the column `calls` keeps them: a JSON array of objects with `at_ms`, `head_ms`,
/// `ms`, `status` and `failure`, and with `provider` and `model` where those are not the exchange's. What is not known
/// is left out. Stateless; any thread.
public final class Calls {
    private static final String PROVIDER = "provider";
    private static final String MODEL = "model";

    private Calls() {}

    /// @param provider of the exchange
    /// @param model of the exchange
    /// @return null for none
    static @Nullable String text(List<ProviderCall> calls, @Nullable String provider, @Nullable String model) {
        if (calls.isEmpty()) {
            return null;
        }
        ArrayNode list = JsonTree.array();
        for (ProviderCall call : calls) {
            ObjectNode one = list.addObject();
            if (!call.provider().equals(provider)) {
                one.put(PROVIDER, call.provider());
            }
            if (!call.model().equals(model)) {
                one.put(MODEL, call.model());
            }
            one.put("at_ms", call.atMillis());
            if (call.headMillis() >= 0) {
                one.put("head_ms", call.headMillis());
            }
            one.put("ms", call.millis());
            if (call.status() != 0) {
                one.put("status", call.status());
            }
            if (call.failure() != null) {
                one.put("failure", call.failure());
            }
        }
        return JsonTree.text(list);
    }

    /// The attempts of an entry, every member there.
    ///
    /// @return null where they are not kept
    public static @Nullable ArrayNode of(Entry entry) {
        String text = entry.calls();
        JsonNode stored = text == null ? null : JsonTree.readOrNull(text);
        if (stored == null) {
            return null;
        }
        ArrayNode list = JsonTree.array();
        for (JsonNode call : stored) {
            ObjectNode one = list.addObject();
            String provider = JsonTree.string(call, PROVIDER);
            String model = JsonTree.string(call, MODEL);
            one.put(PROVIDER, provider == null ? entry.provider() : provider);
            one.put(MODEL, model == null ? entry.model() : model);
            one.set("at_ms", call.get("at_ms"));
            one.set("head_ms", call.get("head_ms"));
            one.set("ms", call.get("ms"));
            one.set("status", call.get("status"));
            one.set("failure", call.get("failure"));
        }
        return list;
    }
}
