package dev.gapura.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Arguments that come in pieces, each with the place it belongs to (`partialArgs`, on Vertex where a request asks for
/// it). They are put together here and told as a whole: the pieces are no JSON text that could grow. One instance a
/// call.
final class PartialArguments {
    /// One step of a path such as `$.people[0]['last name']`.
    private static final Pattern STEP = Pattern.compile(
            "\\.([^.\\[]+)|\\[(\\d{1,6})]|\\['((?:[^'\\\\]|\\\\.)*)']" + "|\\[\"((?:[^\"\\\\]|\\\\.)*)\"]");

    /// Most elements that an array may be filled up to because of an index.
    private static final int MAX_ELEMENTS = 10_000;

    private final ObjectNode whole;

    /// @param begun what was there at the start
    PartialArguments(@Nullable JsonNode begun) {
        whole = begun instanceof ObjectNode object ? object.deepCopy() : JsonTree.object();
    }

    /// Takes one piece; one without a place or a value says nothing.
    void add(JsonNode piece) {
        String path = JsonTree.string(piece, "jsonPath");
        if (path == null) {
            return;
        }
        List<String> steps = new ArrayList<>();
        List<Boolean> indexes = new ArrayList<>();
        Matcher step = STEP.matcher(path);
        while (step.find()) {
            boolean index = step.group(2) != null;
            String name = step.group(1) != null ? step.group(1) : step.group(3) != null ? step.group(3) : step.group(4);
            steps.add(index ? step.group(2) : name);
            indexes.add(index);
        }
        if (steps.isEmpty() || indexes.getFirst()) {
            return;
        }
        JsonNode holder = whole;
        for (int i = 0; i < steps.size() - 1; i++) {
            JsonNode next = get(holder, steps.get(i));
            if (next == null || !next.isContainerNode()) {
                next = indexes.get(i + 1) ? JsonTree.array() : JsonTree.object();
                set(holder, steps.get(i), next);
            }
            holder = next;
        }
        String last = steps.getLast();
        String text = JsonTree.string(piece, "stringValue");
        if (text != null) {
            JsonNode before = get(holder, last);
            set(
                    holder,
                    last,
                    TextNode.valueOf(before != null && before.isTextual() ? before.textValue() + text : text));
        } else if (piece.get("numberValue") instanceof JsonNode number) {
            set(holder, last, number);
        } else if (piece.get("boolValue") instanceof JsonNode flag) {
            set(holder, last, flag);
        } else if (piece.has("nullValue")) {
            set(holder, last, NullNode.getInstance());
        }
    }

    /// All of them as compact JSON text.
    String text() {
        return JsonTree.text(whole);
    }

    private static @Nullable JsonNode get(JsonNode holder, String step) {
        return holder.isArray() && number(step) ? holder.get(Integer.parseInt(step)) : holder.get(step);
    }

    private static void set(JsonNode holder, String step, JsonNode value) {
        if (holder instanceof ObjectNode object) {
            object.set(step, value);
        } else if (holder instanceof ArrayNode array && number(step)) {
            int index = Integer.parseInt(step);
            while (array.size() <= index && array.size() < MAX_ELEMENTS) {
                array.addNull();
            }
            if (index < array.size()) {
                array.set(index, value);
            }
        }
    }

    private static boolean number(String step) {
        return !step.isEmpty() && step.length() <= 6 && step.chars().allMatch(digit -> digit >= '0' && digit <= '9');
    }
}
