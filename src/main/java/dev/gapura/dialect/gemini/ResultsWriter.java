package dev.gapura.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.Part;
import dev.gapura.provider.ModelProfile;
import dev.gapura.provider.ModelProfile.Ability;
import dev.gapura.wire.JsonTree;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes the results of the calls of one turn in the order of the calls, whatever order they come in. One instance a
/// turn.
final class ResultsWriter {
    private final ArrayNode parts;
    private final ModelProfile model;
    private final MediaWriter media;
    private final List<Integer> order = new ArrayList<>();

    /// @param parts of the content that holds the results
    ResultsWriter(ArrayNode parts, ModelProfile model, MediaWriter media) {
        this.parts = parts;
        this.model = model;
        this.media = media;
    }

    /// @param position of the call among those of its turn
    /// @param id null: the call was sent without one
    /// @param index of the message
    void add(int position, @Nullable String id, String name, Part.ToolResult result, int index) {
        ObjectNode function = JsonTree.object();
        if (id != null) {
            function.put("id", id);
        }
        function.put("name", name);
        StringBuilder text = new StringBuilder();
        ArrayNode seen = JsonTree.array();
        for (Part part : result.content()) {
            JsonNode written =
                    switch (part) {
                        case Part.Text words -> {
                            text.append(words.text());
                            yield null;
                        }
                        case Part.Image image -> media.image(image, index);
                        case Part.Audio audio -> media.audio(audio, index);
                        case Part.File file -> media.file(file, index);
                        case Part.Opaque opaque ->
                            opaque.dialect().equals(RequestReader.DIALECT)
                                    ? opaque.value()
                                    : media.unseen(index, "a part of this type is unknown to Gemini");
                        case Part.ToolCall call -> null;
                        case Part.ToolResult inner -> null;
                        case Part.Reasoning reasoning -> null;
                        case Part.Refusal refusal -> {
                            text.append(refusal.text());
                            yield null;
                        }
                    };
            if (written != null) {
                seen.add(written);
            }
        }
        function.set("response", response(text.toString(), result.error()));
        ObjectNode part = JsonTree.object();
        part.set("functionResponse", function);
        if (!seen.isEmpty() && model.can(Ability.SIGNED_CALLS)) {
            function.set("parts", seen);
        } else {
            parts.addAll(seen);
        }
        int before = 0;
        while (before < order.size() && order.get(before) <= position) {
            before++;
        }
        order.add(before, position);
        parts.insert(before, part);
    }

    /// An object is wanted, so the answer is wrapped, also one that is an object itself.
    private static ObjectNode response(String text, boolean error) {
        String name = error ? "error" : "output";
        String start = text.stripLeading();
        boolean json = start.startsWith("{") || start.startsWith("[");
        JsonNode value = json ? JsonTree.readOrNull(text) : null;
        ObjectNode response = JsonTree.object();
        return value == null ? response.put(name, text) : response.set(name, value);
    }
}
