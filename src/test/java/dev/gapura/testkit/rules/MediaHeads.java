package dev.gapura.testkit.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// How the bytes of pictures begin.
final class MediaHeads {
    private MediaHeads() {}

    /// Whether base64 in `data` can be what `media_type` (or `mimeType`) says, as far as that can be told.
    static boolean fits(JsonNode source) {
        String type = source.path("media_type").asText(source.path("mimeType").asText());
        String base64 = source.path("data").asText();
        String shown = of(base64);
        return shown == null || shown.equals(type);
    }

    /// The type that the bytes show, null where they show none.
    static String of(String base64) {
        byte[] head;
        try {
            head = Base64.getDecoder().decode(base64.substring(0, Math.min(base64.length(), 32) / 4 * 4));
        } catch (IllegalArgumentException broken) {
            return null;
        }
        String text = new String(head, StandardCharsets.ISO_8859_1);
        return text.startsWith("\u0089PNG")
                ? "image/png"
                : text.startsWith("\u00ff\u00d8\u00ff")
                        ? "image/jpeg"
                        : text.startsWith("GIF8")
                                ? "image/gif"
                                : text.startsWith("RIFF") && text.startsWith("WEBP", 8) ? "image/webp" : null;
    }
}
