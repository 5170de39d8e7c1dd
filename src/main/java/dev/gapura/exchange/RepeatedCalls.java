package dev.gapura.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gapura.wire.JsonTree;
import java.util.HashMap;
import java.util.Map;

/// Counts how often a model made the same call: the same tool with the same arguments, however they are spaced. The
/// only call of a tool is not read for that. One instance an exchange, one thread.
final class RepeatedCalls {
    /// Arguments of the first call of each tool, as the model wrote them.
    private final Map<String, String> first = new HashMap<>();
    /// Of tools that were called again: calls by what their arguments come to.
    private final Map<String, Map<String, Integer>> again = new HashMap<>();

    /// Counts a call.
    ///
    /// @return how often it was made, this time included
    int count(String tool, String arguments) {
        String before = first.putIfAbsent(tool, arguments);
        if (before == null) {
            return 1;
        }
        Map<String, Integer> calls = again.computeIfAbsent(tool, fresh -> new HashMap<>(Map.of(compact(before), 1)));
        return calls.merge(compact(arguments), 1, Integer::sum);
    }

    /// What is not JSON equals only itself.
    private static String compact(String arguments) {
        JsonNode value = JsonTree.readOrNull(arguments);
        return value == null ? arguments : JsonTree.text(value);
    }
}
