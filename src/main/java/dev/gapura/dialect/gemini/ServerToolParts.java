package dev.gapura.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gapura.chat.Part;
import dev.gapura.chat.ReasoningFormat;
import dev.gapura.wire.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Parts in which Gemini tells of tools that it ran itself, beside those of the client's: `toolCall` and
/// `toolResponse`. It wants them back in the turns that follow, so they travel with the client as sealed reasoning,
/// whole and in base64. Source: `googleapis/js-genai` `src/types.ts`, interface Part. Stateless.
final class ServerToolParts {
    private static final List<String> KINDS = List.of("toolCall", "toolResponse");

    /// Members that such a part may bring back; whatever else a client puts there is not sent.
    private static final List<String> MEMBERS = List.of("toolCall", "toolResponse", "thoughtSignature");

    private ServerToolParts() {}

    static boolean isOne(JsonNode part) {
        return KINDS.stream().anyMatch(kind -> part.path(kind).isObject());
    }

    /// How a client keeps one.
    static Part.Reasoning kept(JsonNode part) {
        String whole = Base64.getEncoder().encodeToString(JsonTree.bytes(part));
        return new Part.Reasoning("", null, whole, null, ReasoningFormat.GEMINI_TOOL);
    }

    /// The part that was kept; null where it is none.
    static @Nullable JsonNode part(Part.Reasoning kept) {
        String whole = kept.encrypted();
        if (whole == null) {
            return null;
        }
        try {
            String text = new String(Base64.getDecoder().decode(whole), StandardCharsets.UTF_8);
            return JsonTree.readOrNull(text) instanceof ObjectNode object && isOne(object.retain(MEMBERS))
                    ? object
                    : null;
        } catch (IllegalArgumentException broken) {
            return null;
        }
    }
}
